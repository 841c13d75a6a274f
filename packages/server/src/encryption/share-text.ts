import { createHash } from "node:crypto";
import type { Share } from "@strongroom/envelope";

/** One share of a seal's secret, as a person keeps it. */
export interface SealShare extends Share {
  /** Eight bytes in hexadecimal that all shares of one seal have, and those of no other. */
  readonly set: string;
}

const prefix = "strongroom-share-1";
const pattern = /^strongroom-share-1-([0-9a-f]{16})-([1-9][0-9]{0,2})-([0-9a-f]{64})-([0-9a-f]{8})$/;

/** `strongroom-share-1-<set>-<place>-<64 hexadecimal digits>-<checksum>` */
export function shareText({ set, at, bytes }: SealShare): string {
  const text = `${prefix}-${set}-${at}-${Buffer.from(bytes).toString("hex")}`;
  return `${text}-${checksum(text)}`;
}

/** Undefined where the text is no share, or was mistyped. */
export function parseShareText(text: string): SealShare | undefined {
  const trimmed = text.trim().toLowerCase();
  const [, set = "", place = "", digits = "", check] = pattern.exec(trimmed) ?? [];
  const at = Number(place);
  if (check === undefined || at > 255 || checksum(trimmed.slice(0, trimmed.lastIndexOf("-"))) !== check)
    return undefined;
  // Memory of its own, not a part of Node's pool, so that wiping it wipes all there is of it.
  const bytes = Buffer.allocUnsafeSlow(digits.length / 2);
  bytes.write(digits, "hex");
  return { set, at, bytes };
}

/** Finds typing errors; whether the share is the right one is for its commitment to say. */
const checksum = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8);

/** ④ tells whether a share is the one that was handed out, and nothing about it: it has 256 bits that nobody can guess. */
export function commitmentTo({ set, at, bytes }: SealShare): Uint8Array {
  return createHash("sha256").update(`strongroom share commitment 1 ${set} ${at} `).update(bytes).digest();
}
