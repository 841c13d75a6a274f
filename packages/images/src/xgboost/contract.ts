import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** The folders of a training or serving container, under its root (/opt/ml). */
export interface Contract {
  readonly root: string;
  readonly channel: (name: string) => string;
  readonly modelFile: string;
  readonly failureFile: string;
  readonly checkpoints: string;
}

export function contractAt(root: string): Contract {
  return {
    root,
    channel: (name) => join(root, "input", "data", name),
    modelFile: join(root, "model", "xgboost-model"),
    failureFile: join(root, "output", "failure"),
    checkpoints: join(root, "checkpoints"),
  };
}

/** What ends a program with a sentence for the person who started the job. */
export class JobFailure extends Error {
  override readonly name = "JobFailure";
}

/** Reads one of the files of input/config; undefined when it is not there. */
export function readConfig(contract: Contract, name: string): Readonly<Record<string, unknown>> | undefined {
  const path = join(contract.root, "input", "config", name);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  const value: unknown = parseJson(text, name);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new JobFailure(`${name} does not hold a JSON object.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JobFailure(`${name} is not JSON.`);
  }
}

/**
 * The files of a channel, in the order of their names, so that the same channel is the same table everywhere. Files
 * whose names begin with a dot are not data.
 */
export function channelFiles(
  contract: Contract,
  channel: string,
): { readonly name: string; readonly bytes: Uint8Array }[] {
  const folder = contract.channel(channel);
  const paths = statSync(folder, { throwIfNoEntry: false }) === undefined ? [] : filesBelow(folder);
  return paths
    .map((path) => ({ name: relative(folder, path), path }))
    .filter(({ name }) => !name.split("/").some((part) => part.startsWith(".")))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, path }) => ({ name: `${channel}/${name}`, bytes: readFileSync(path) }));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

export function isNotFound(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
