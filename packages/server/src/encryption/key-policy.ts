import { checkPolicy, faultText } from "@strongroom/iam";
import type { KeyRealm } from "./key-name.ts";

const keyPolicyBytesMax = 32_768;

/** The policy of a key that was made without one: the account decides through its IAM policies. */
export function delegatingPolicy(realm: KeyRealm): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${realm.accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });
}

/**
 * The policy of a key that a service has made for itself: whoever in the account may use the service
 * uses the key through it, nobody uses it directly, and the account may look at it.
 */
export function servicePolicy(service: string, realm: KeyRealm): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id: `auto-${service}-1`,
    Statement: [
      {
        Sid: `Allow use through ${service} by all principals of the account that may use ${service}`,
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
        Resource: "*",
        Condition: {
          StringEquals: {
            "kms:CallerAccount": realm.accountId,
            "kms:ViaService": `${service}.${realm.region}.amazonaws.com`,
          },
        },
      },
      {
        Sid: "Allow the account to look at the key",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${realm.accountId}:root` },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*"],
        Resource: "*",
      },
    ],
  });
}

/** Why a document cannot be a key's policy. */
export function policyFault(policy: string): string | undefined {
  if (Buffer.byteLength(policy) > keyPolicyBytesMax) {
    return `a key policy has at most ${keyPolicyBytesMax} bytes`;
  }
  const checked = checkPolicy(policy, "resource");
  return checked.kind === "fault" ? faultText(checked.fault) : undefined;
}
