import { StorageClass } from "@aws-sdk/client-s3";
import { given } from "@strongroom/wire";
import { s3Error } from "./s3-error.ts";

/** Checked behind the policies, which see whatever was said. */
export const storageClassMember = { StorageClass: given };

/** There is one class of storage here; the others of S3 are refused by name, and what S3 does not have as it does. */
export function checkStorageClass({ StorageClass: named }: { readonly StorageClass?: string }): void {
  if (named === undefined || named === "STANDARD") return;
  if (Object.values<string>(StorageClass).includes(named)) {
    throw s3Error("InvalidArgument", `The storage class ${named} is not supported`, {
      ArgumentName: "x-amz-storage-class",
      ArgumentValue: named,
    });
  }
  throw s3Error("InvalidStorageClass", "The storage class you specified is not valid");
}
