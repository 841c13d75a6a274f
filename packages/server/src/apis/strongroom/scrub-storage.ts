import { ScrubStorageCommand } from "@strongroom/admin-api";
import { AwsError, text } from "@strongroom/wire";
import type { S3 } from "../../artifacts/index.ts";
import { operation } from "../operation.ts";

/** ④ Reads a piece of what is stored and says what is damaged; what the caller may not open it counts, by key. */
export const scrubStorage = (s3: Pick<S3, "scrub">) =>
  operation(ScrubStorageCommand, {
    members: { After: text({ max: 64 }) },
    permissions: () => [{ action: "strongroom:ScrubStorage", resource: "*" }],
    handle: async ({ After }, { authority }) => {
      const piece = await s3.scrub({ authority, after: After });
      if (piece.kind === "malformed-place") {
        throw new AwsError({
          code: "ValidationException",
          message: "After is not what an answer gave as Next.",
          status: 400,
        });
      }
      const { objects, parts, bytes, damaged, unreadable, orphans, orphanBytes, next } = piece;
      return {
        Objects: objects,
        Parts: parts,
        Bytes: bytes,
        Damaged: JSON.stringify(damaged),
        Unreadable: JSON.stringify(unreadable),
        Orphans: orphans,
        OrphanBytes: orphanBytes,
        ...(next === undefined ? {} : { Next: next }),
      };
    },
  });
