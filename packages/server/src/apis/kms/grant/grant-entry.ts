import type { GrantListEntry, GrantOperation } from "@aws-sdk/client-kms";
import type { Grant, Grants, Keys } from "../../../encryption/index.ts";

/** A grant as KMS lists it. */
export function grantEntry(keys: Pick<Keys, "arnNamed">, grants: Pick<Grants, "told">, grant: Grant): GrantListEntry {
  const { equals, subset } = grant.constraints;
  const isConstrained = equals !== undefined || subset !== undefined;
  return {
    KeyId: keys.arnNamed(grant.keyId),
    GrantId: grant.grantId,
    Name: grant.name ?? "",
    CreationDate: new Date(grant.createdAt),
    GranteePrincipal: grants.told(grant.grantee),
    ...(grant.retiring !== null && { RetiringPrincipal: grants.told(grant.retiring) }),
    IssuingAccount: grant.issuingAccount,
    // Only those that CreateGrant takes were ever stored.
    Operations: grant.operations as GrantOperation[],
    ...(isConstrained && {
      Constraints: {
        ...(equals !== undefined && { EncryptionContextEquals: equals }),
        ...(subset !== undefined && { EncryptionContextSubset: subset }),
      },
    }),
  };
}
