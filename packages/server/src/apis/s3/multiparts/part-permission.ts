import type { Permission } from "../../../access/index.ts";
import { putObjectPermission } from "../../../artifacts/index.ts";
import type { Multiparts, WriteHeaders } from "../../../artifacts/index.ts";
import { uploadHeaders } from "../write-permission.ts";

/**
 * The permission to bring a part of an upload, or to make an object of its parts. ④ the encryption that the
 * upload was begun with stands in the condition keys of each, so that a policy that asks for a key holds for
 * uploads in parts too.
 */
export function partPermission(
  multiparts: Pick<Multiparts, "sealedUnder">,
  input: { readonly Bucket: string; readonly Key: string; readonly UploadId: string },
  headers: Partial<WriteHeaders> = {},
): Permission {
  const { Bucket: bucket, Key: key, UploadId: uploadId } = input;
  const sealed = multiparts.sealedUnder({ bucket, key, uploadId });
  return putObjectPermission({ bucket, key }, { ...uploadHeaders(sealed), creates: false, ...headers });
}
