import { createHash } from "node:crypto";
import { decodeEvent, encodeEvent, type TrailEvent } from "./event.ts";

/**
 * One line of a segment file:
 * `{"n":1,"time":"…","prev":"<hash of the record before>","box":"<sealed event>","hash":"<of this one>"}`.
 * The hash covers number, time, predecessor and ciphertext, so the chain can be checked without a
 * key; the box is bound to its place in the chain, so it cannot be moved by one who re-hashes.
 */
export interface TrailRecord {
  readonly n: number;
  readonly time: string;
  readonly prev: string;
  readonly box: string;
  readonly hash: string;
}

/** A place in the chain: number and hash of the last record. */
export interface Head {
  readonly n: number;
  readonly hash: string;
}

/** Seals events under a key that the trail itself never sees. */
export interface Sealer {
  seal(bytes: Uint8Array, aad: Uint8Array): Uint8Array;
  open(sealed: Uint8Array, aad: Uint8Array): Uint8Array | undefined;
}

/** Before the first record. */
export const emptyHead: Head = { n: 0, hash: "0".repeat(64) };

/** No record is longer: 256 KiB of event, sealed, in base64, and its frame. */
export const lineBytesMax = 512 * 1024;

const lineForm =
  /^\{"n":([1-9][0-9]{0,14}),"time":"([0-9TZ:.-]{24})","prev":"([0-9a-f]{64})","box":"([A-Za-z0-9+/]+={0,2})","hash":"([0-9a-f]{64})"\}$/;

const lineBeginning = /^\{"n":[1-9][0-9]{0,14},"time":"([0-9TZ:.-]{24})"/;

export function makeRecord(after: Head, time: Date, event: TrailEvent, sealer: Sealer): TrailRecord {
  const place = { n: after.n + 1, time: time.toISOString(), prev: after.hash };
  const box = Buffer.from(sealer.seal(encodeEvent(event), aadOf(place))).toString("base64");
  return { ...place, box, hash: hashOf({ ...place, box }) };
}

export function recordLine(record: TrailRecord): Buffer {
  const { n, time, prev, box, hash } = record;
  return Buffer.from(`{"n":${n},"time":"${time}","prev":"${prev}","box":"${box}","hash":"${hash}"}\n`, "latin1");
}

/** Reads a line without its line feed. Only the very bytes that recordLine writes are a record. */
export function readRecord(line: string): TrailRecord | undefined {
  const found = lineForm.exec(line);
  if (found === null) return undefined;
  const [, n = "", time = "", prev = "", box = "", hash = ""] = found;
  return { n: Number(n), time, prev, box, hash };
}

/** When a line's record was made, without reading the rest; undefined where the line does not begin as records do. */
export function timeOfLine(line: string): string | undefined {
  return lineBeginning.exec(line)?.[1];
}

/** ⑤ what is wrong with `record` where it stands, in words; undefined where it follows `before`. */
export function faultOf(record: TrailRecord, before: Head): string | undefined {
  if (record.n !== before.n + 1) return `Record ${record.n} stands where record ${before.n + 1} belongs.`;
  if (record.prev !== before.hash) return `Record ${record.n} does not follow the record before it.`;
  if (record.hash !== hashOf(record)) return `Record ${record.n} was changed: its hash does not fit its content.`;
  return undefined;
}

/** The event inside; undefined where the box does not open at this place under this key. */
export function openRecord(record: TrailRecord, sealer: Sealer): TrailEvent | undefined {
  const bytes = sealer.open(Buffer.from(record.box, "base64"), aadOf(record));
  return bytes === undefined ? undefined : decodeEvent(bytes);
}

function hashOf(record: Omit<TrailRecord, "hash">): string {
  const text = `strongroom trail 1\n${record.n}\n${record.prev}\n${record.time}\n${record.box}`;
  return createHash("sha256").update(text, "latin1").digest("hex");
}

function aadOf(place: { n: number; time: string; prev: string }): Buffer {
  return Buffer.from(`strongroom trail 1\n${place.n}\n${place.prev}\n${place.time}`, "latin1");
}
