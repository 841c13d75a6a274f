import { splitArn } from "@strongroom/iam";
import type { Tags } from "./identity.ts";
import type { IdentityProviders } from "./identity-providers.ts";
import type { IdentityStore } from "./identity-store.ts";
import type { InstanceProfileStore } from "./instance-profile-store.ts";
import type { MfaDevices } from "./people/mfa-devices.ts";
import type { Policies } from "./policies.ts";
import type { Conditions, ResourceFacts } from "./resource-facts.ts";

interface FactSources {
  readonly identities: IdentityStore;
  readonly profiles: InstanceProfileStore;
  readonly policies: Policies;
  readonly devices: Pick<MfaDevices, "find">;
  readonly providers: Pick<IdentityProviders, "find">;
}

/** The tags of users, roles, managed policies, instance profiles, identity providers and MFA devices, for policies about them. */
export function identityFacts(sources: FactSources, arn: string): ResourceFacts | undefined {
  const tags = tagsOf(sources, arn);
  if (tags === undefined) return undefined;
  return { tags, conditions: iamTagKeys(tags) };
}

/** IAM has its own name for the tags of its resources beside aws:ResourceTag. */
export function iamTagKeys(tags: Tags): Conditions {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`iam:ResourceTag/${key}`, value]));
}

function tagsOf({ identities, profiles, policies, devices, providers }: FactSources, arn: string): Tags | undefined {
  const [kind, ...names] = splitArn(arn)?.[5]?.split("/") ?? [];
  const name = names.at(-1);
  if (name === undefined) return undefined;
  if (kind === "user") return identities.user(name)?.tags;
  if (kind === "role") return identities.role(name)?.tags;
  if (kind === "policy") return policies.find(arn)?.tags;
  if (kind === "mfa") return devices.find(arn)?.tags;
  if (kind === "oidc-provider") return providers.find(arn)?.tags;
  return kind === "instance-profile" ? profiles.find(name)?.tags : undefined;
}
