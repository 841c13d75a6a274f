import { PutObjectCommand } from "@aws-sdk/client-s3";
import { stream, text } from "@strongroom/wire";
import type { Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { aclMember, checkAcl } from "../access-control-list.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { bodyClaimMembers, checksumAnswer, claimsOf } from "../checksum-members.ts";
import { describe, descriptionMembers } from "../description-members.ts";
import { encryptionAnswer, encryptionMembers, encryptionOf } from "../encryption-members.ts";
import { quoted } from "../entity-tag.ts";
import { accepted } from "../s3-error.ts";
import { demandAgain, writePermissions } from "../write-permission.ts";
import { noBody } from "../body.ts";

export const putObject = (objects: Pick<Objects, "put" | "kmsKeyArn">) =>
  operation(PutObjectCommand, {
    members: {
      Bucket: text(),
      Key: text(),
      Body: stream(),
      IfMatch: text(),
      IfNoneMatch: text(),
      ...descriptionMembers,
      ...bodyClaimMembers,
      ...encryptionMembers,
      ...aclMember,
      ...ownerMember,
    },
    permissions: (input) => writePermissions(objects, input, { creates: true }),
    actions: ["s3:PutObject", "s3:PutObjectTagging"],
    handle: async (input, call) => {
      checkOwner(input, call);
      checkAcl(input);
      demandAgain(call, input, writePermissions(objects, input, { creates: true }));
      const { IfMatch: ifMatch, IfNoneMatch: ifNoneMatch } = input;
      const stored = accepted(
        await objects.put({
          authority: call.authority,
          bucket: input.Bucket,
          key: input.Key,
          body: input.Body ?? noBody(),
          description: describe(input),
          claims: claimsOf(input, call.headers),
          conditions: {
            ...(ifMatch === undefined ? {} : { ifMatch }),
            ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
          },
          ...encryptionOf(objects, input),
        }),
      );
      return {
        ETag: quoted(stored.etag),
        VersionId: stored.versionId,
        ...checksumAnswer(stored.checksum),
        ...encryptionAnswer(stored.sealed),
      };
    },
  });
