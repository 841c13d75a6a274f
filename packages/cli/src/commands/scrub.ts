import { AdminClient, ScrubStorageCommand, VerifyAuditCommand } from "@strongroom/admin-api";
import type { Command } from "../command.ts";
import { Connection } from "../connection.ts";
import { administrator, pathsOf, requireServer } from "../environment.ts";
import { Misuse } from "../outcome.ts";

interface Damage {
  readonly bucket?: string;
  readonly key?: string;
  readonly versionId?: string;
  readonly uploadId?: string;
  readonly part?: number;
  readonly problem: string;
}
interface Unreadable {
  readonly keyArn: string;
  readonly reason: string;
  readonly objects: number;
}

/** So many damaged things are named; behind them they are counted. */
const namedMax = 1000;

export const scrub: Command = async (options) => {
  if (options.words.length > 0) throw new Misuse("usage: ./strongroom scrub [--json]");
  const paths = pathsOf(options.data);
  using connection = new Connection(await requireServer(paths), await administrator(paths));
  const client = new AdminClient(connection.adminSettings());
  const found = await scrubAll(client, options.json);
  const trail = await client.send(new VerifyAuditCommand({}));
  if (options.json) process.stdout.write(`${JSON.stringify({ ...found, trail })}\n`);
  else tell(found, trail.Held === true ? undefined : (trail.Problem ?? "it does not hold"));
  return found.damagedCount === 0 && trail.Held === true ? 0 : 1;
};

interface Found {
  objects: number;
  parts: number;
  bytes: number;
  orphans: number;
  orphanBytes: number;
  damagedCount: number;
  readonly damaged: Damage[];
  readonly unreadable: Unreadable[];
}

async function scrubAll(client: AdminClient, silent: boolean): Promise<Found> {
  const sums = { objects: 0, parts: 0, bytes: 0, orphans: 0, orphanBytes: 0, damagedCount: 0 };
  const found: Found = { ...sums, damaged: [], unreadable: [] };
  for (let next: string | undefined, first = true; first || next !== undefined; first = false) {
    const piece = await client.send(new ScrubStorageCommand(next === undefined ? {} : { After: next }));
    found.objects += piece.Objects ?? 0;
    found.parts += piece.Parts ?? 0;
    found.bytes += piece.Bytes ?? 0;
    found.orphans += piece.Orphans ?? 0;
    found.orphanBytes += piece.OrphanBytes ?? 0;
    const damaged = JSON.parse(piece.Damaged ?? "[]") as Damage[];
    found.damagedCount += damaged.length;
    found.damaged.push(...damaged.slice(0, namedMax - found.damaged.length));
    for (const entry of JSON.parse(piece.Unreadable ?? "[]") as Unreadable[]) addUnreadable(found, entry);
    next = piece.Next;
    if (!silent && next !== undefined) process.stderr.write(`${found.objects} objects, ${mebibytes(found.bytes)} …\n`);
  }
  return found;
}

function addUnreadable({ unreadable }: Found, entry: Unreadable): void {
  const at = unreadable.findIndex(({ keyArn, reason }) => keyArn === entry.keyArn && reason === entry.reason);
  const known = unreadable[at];
  if (known === undefined) unreadable.push(entry);
  else unreadable[at] = { ...known, objects: known.objects + entry.objects };
}

function tell(found: Found, trailProblem: string | undefined): void {
  const { objects, parts, bytes, orphans, damagedCount, damaged, unreadable } = found;
  const lines = [
    `${objects} objects and ${parts} parts of uploads read, ${mebibytes(bytes)}; ${orphans} files that nothing named removed`,
    ...unreadable.map(({ keyArn, reason, objects: count }) => `not readable (${reason}): ${count} under ${keyArn}`),
    ...damaged.map((entry) => `DAMAGED: ${nameOf(entry)}${entry.problem}`),
    trailProblem === undefined ? "The trail holds." : `THE TRAIL DOES NOT HOLD: ${trailProblem}`,
    damagedCount === 0 ? "Nothing is damaged." : `${damagedCount} damaged`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function nameOf({ bucket, key, versionId, uploadId, part }: Damage): string {
  if (bucket === undefined) return "";
  const more = uploadId === undefined ? `version ${versionId ?? "null"}` : `upload ${uploadId}, part ${part ?? "?"}`;
  return `${bucket}/${key ?? ""} (${more}): `;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
