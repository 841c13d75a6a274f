import { AssumeRoleCommand, MalformedPolicyDocumentException } from "@aws-sdk/client-sts";
import { AwsError, integer, text } from "@strongroom/wire";
import {
  assumeRolePermission,
  isRefused,
  sessionSecondsMin,
  type Access,
  type AssumedRole,
  type Refusal,
} from "../../../access/index.ts";
import { operation } from "../../operation.ts";

const durationSecondsMax = 43_200;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole = (access: Pick<Access, "assumeRole">) =>
  operation(AssumeRoleCommand, {
    members: {
      RoleArn: text({ min: 20, max: 2048 }),
      RoleSessionName: text({ min: 2, max: 64, pattern: /[\w+=,.@-]+/ }),
      DurationSeconds: integer({ min: sessionSecondsMin, max: durationSecondsMax }),
      ExternalId: text({ min: 2, max: 1224, pattern: /[\w+=,.@:/-]+/ }),
      Policy: text({ min: 1, max: 2048 }),
    },
    permissions: (input) => [
      assumeRolePermission({
        roleArn: input.RoleArn,
        sessionName: input.RoleSessionName,
        externalId: input.ExternalId,
      }),
    ],
    handle: (input, { authority }) => {
      const { credentials, sessionArn, assumedRoleId } = settled(
        access.assumeRole({
          authority,
          roleArn: input.RoleArn,
          sessionName: input.RoleSessionName,
          durationSeconds: input.DurationSeconds,
          externalId: input.ExternalId,
          policy: input.Policy,
        }),
      );
      return {
        Credentials: {
          AccessKeyId: credentials.accessKeyId,
          SecretAccessKey: credentials.secretAccessKey,
          SessionToken: credentials.sessionToken,
          Expiration: credentials.expiration,
        },
        AssumedRoleUser: { AssumedRoleId: assumedRoleId, Arn: sessionArn },
      };
    },
  });

function settled(outcome: AssumedRole | Refusal): AssumedRole {
  if (!isRefused(outcome)) return outcome;
  const { reason, message } = outcome;
  if (reason === "malformed-policy") throw new MalformedPolicyDocumentException({ message, $metadata: {} });
  throw new AwsError({ code: "ValidationError", message, status: 400 });
}
