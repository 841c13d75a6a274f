import type { CreateGrantCommandInput } from "@aws-sdk/client-kms";
import { contextPairPrefix } from "../../../encryption/index.ts";
import type { GrantRequest } from "../../../encryption/index.ts";

type Asked = Pick<CreateGrantCommandInput, "GranteePrincipal" | "RetiringPrincipal" | "Constraints" | "Name"> & {
  readonly Operations?: readonly string[];
};
type Conditions = Readonly<Record<string, string | readonly string[]>>;

/**
 * No service of this environment makes grants for its own resources, so the condition is always false.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource
 */
export const notForAwsResource: Conditions = { "kms:GrantIsForAWSResource": "false" };

/** The grant that a request asks for; `GranteePrincipal` was checked to be there. */
export function grantRequest(input: Asked & { readonly GranteePrincipal: string }): GrantRequest {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = input.Constraints ?? {};
  return {
    name: input.Name,
    grantee: input.GranteePrincipal,
    retiring: input.RetiringPrincipal,
    operations: input.Operations ?? [],
    constraints: { ...(equals !== undefined && { equals }), ...(subset !== undefined && { subset }) },
  };
}

/** What policies are told of a grant that is to be made; the pairs of its constraints as encryption context. */
export function grantConditions(input: Asked): Conditions {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = input.Constraints ?? {};
  const pairs = Object.entries({ ...subset, ...equals });
  const types = [
    ...(equals === undefined ? [] : ["EncryptionContextEquals"]),
    ...(subset === undefined ? [] : ["EncryptionContextSubset"]),
  ];
  return {
    ...notForAwsResource,
    "kms:GrantOperations": input.Operations ?? [],
    ...(types.length > 0 && { "kms:GrantConstraintType": types }),
    ...(input.GranteePrincipal !== undefined && { "kms:GranteePrincipal": input.GranteePrincipal }),
    ...(input.RetiringPrincipal !== undefined && { "kms:RetiringPrincipal": input.RetiringPrincipal }),
    ...Object.fromEntries(pairs.map(([name, value]) => [contextPairPrefix + name, value])),
    ...(pairs.length > 0 && { "kms:EncryptionContextKeys": pairs.map(([name]) => name) }),
  };
}
