import type { Permission } from "../../../access/index.ts";
import { objectArn } from "../../../artifacts/index.ts";

/** The permission to read or change an object's tags, version-aware. */
export function taggingPermission(
  verb: "Get" | "Put" | "Delete",
  input: { readonly Bucket: string; readonly Key: string; readonly VersionId?: string },
): Permission {
  const resource = objectArn(input.Bucket, input.Key);
  if (input.VersionId === undefined) return { action: `s3:${verb}ObjectTagging`, resource };
  return {
    action: `s3:${verb}ObjectVersionTagging`,
    resource,
    context: { "s3:VersionId": input.VersionId },
  };
}
