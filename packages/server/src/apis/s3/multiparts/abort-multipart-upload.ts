import { AbortMultipartUploadCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { objectArn } from "../../../artifacts/index.ts";
import type { Multiparts } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { accepted } from "../s3-error.ts";

export const abortMultipartUpload = (multiparts: Pick<Multiparts, "abort">) =>
  operation(AbortMultipartUploadCommand, {
    members: { Bucket: text(), Key: text(), UploadId: text(), ...ownerMember },
    permissions: ({ Bucket: bucket, Key: key }) => [
      { action: "s3:AbortMultipartUpload", resource: objectArn(bucket, key) },
    ],
    handle: async (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, UploadId: uploadId } = input;
      accepted(await multiparts.abort({ bucket, key, uploadId }));
      return {};
    },
  });
