import { totalmem } from "node:os";
import type { SandboxLimits } from "../sandbox/index.ts";

const gibibyte = 1024 ** 3;

/** Processors of the sizes that every family has; a size like `12xlarge` has four a unit. */
const cpusOfSize: Readonly<Record<string, number>> = { medium: 2, large: 2, xlarge: 4 };
/** GiB a processor, by the family's first letter, as EC2 sells them. */
const memoryOfFamily: Readonly<Record<string, number>> = { t: 2, c: 2, m: 4, r: 8, g: 4, p: 8, i: 8 };

const processesMax = 2048;

/** The limits that an instance type stands for; undefined if this is none (`ml.<family>.<size>`). */
export function limitsOf(instanceType: string): Required<SandboxLimits> | undefined {
  const match = /^ml\.([a-z])[a-z0-9-]*\.(?:(\d+)xlarge|(medium|large|xlarge))$/.exec(instanceType);
  if (match === null) return undefined;
  const [, family = "", units, size = ""] = match;
  const cpus = units === undefined ? cpusOfSize[size] : Number(units) * 4;
  const memory = memoryOfFamily[family];
  if (cpus === undefined || memory === undefined || cpus === 0) return undefined;
  return { cpus, memoryBytes: cpus * memory * gibibyte, pids: processesMax };
}

/** A job's hosts share one machine here; more of them than this would only stand in each other's way. */
const hostsPerJobMax = 4;

/** How many hosts of a type a job can have: as many as this machine's memory holds, and one in any case. */
export function hostsMaxOf(instanceType: string): number {
  const memoryBytes = limitsOf(instanceType)?.memoryBytes ?? 0;
  return Math.max(1, Math.min(hostsPerJobMax, Math.floor(totalmem() / memoryBytes)));
}
