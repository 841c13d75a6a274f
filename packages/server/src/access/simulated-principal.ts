import { splitArn, type NamedPolicy, type Requester } from "@strongroom/iam";
import type { GroupStore } from "./group-store.ts";
import type { Identity, Owner } from "./identity.ts";
import type { IdentityStore } from "./identity-store.ts";
import type { People } from "./people/people.ts";
import type { Policies } from "./policies.ts";
import type { SimulatedPolicy } from "./simulation.ts";

interface PrincipalParts {
  readonly identities: IdentityStore;
  readonly groups: GroupStore;
  readonly policies: Policies;
  readonly people: Pick<People, "ownPolicy">;
  readonly organization: { levels(): readonly (readonly NamedPolicy[])[] | undefined };
  readonly accountId: string;
}

/** Who a simulation is about, with everything that the account has on them. */
export interface SimulatedPrincipal {
  readonly owner: Owner;
  readonly identity: readonly SimulatedPolicy[];
  readonly boundary: SimulatedPolicy | undefined;
  readonly organization: readonly (readonly NamedPolicy[])[] | undefined;
  /** The condition keys that follow from who it is. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** Reads the policies of users, groups and roles for simulations. */
export class SimulatedPrincipals {
  readonly #parts: PrincipalParts;

  constructor(parts: PrincipalParts) {
    this.#parts = parts;
  }

  /** Undefined where no user, group or role of the account has the ARN. */
  find(arn: string): SimulatedPrincipal | undefined {
    const owner = ownerIn(arn);
    const { identities, groups } = this.#parts;
    if (owner?.kind === "group") {
      return groups.find(owner.name)?.arn === arn ? this.#standing(owner, [owner], undefined) : undefined;
    }
    const identity = owner?.kind === "user" ? identities.user(owner.name) : identities.roleByArn(arn);
    if (owner === undefined || identity?.arn !== arn) return undefined;
    const ofGroups = owner.kind === "user" ? groups.groupsOf(owner.name) : [];
    const owners = [owner, ...ofGroups.map(({ name }): Owner => ({ kind: "group", name }))];
    const standing = this.#standing(owner, owners, identity);
    const own = owner.kind === "user" ? this.#parts.people.ownPolicy(identity) : undefined;
    if (own === undefined) return standing;
    return { ...standing, identity: [...standing.identity, { id: own.name, type: "none", document: own.document }] };
  }

  #standing(owner: Owner, owners: readonly Owner[], identity: Identity | undefined): SimulatedPrincipal {
    const { policies, organization } = this.#parts;
    const boundaryArn = identity?.boundaryArn;
    const boundary = boundaryArn === undefined ? undefined : policies.find(boundaryArn);
    return {
      owner,
      identity: owners.flatMap((one) => this.#policiesOf(one)),
      boundary:
        boundaryArn === undefined
          ? undefined
          : managed(boundary ?? { arn: boundaryArn, name: boundaryArn, document: nothing }),
      organization: organization.levels(),
      context: identity === undefined ? {} : this.#context(owner, identity),
    };
  }

  #policiesOf(owner: Owner): readonly SimulatedPolicy[] {
    const { policies } = this.#parts;
    const inline = policies.inlineOf(owner).map(({ name, document }): SimulatedPolicy => {
      return { id: `${owner.kind}_${owner.name}_${name}`, type: owner.kind, document };
    });
    return [...inline, ...policies.attachedTo(owner).map(managed)];
  }

  #context({ kind }: Owner, { arn, id, name, tags }: Identity): Readonly<Record<string, readonly string[]>> {
    const tagKeys = Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, [value]] as const);
    return {
      "aws:PrincipalArn": [arn],
      "aws:PrincipalAccount": [this.#parts.accountId],
      ...(kind === "user"
        ? { "aws:PrincipalType": ["User"], "aws:username": [name], "aws:userid": [id] }
        : { "aws:PrincipalType": ["AssumedRole"] }),
      ...Object.fromEntries(tagKeys),
    };
  }
}

/** What a boundary that has gone allows. */
const nothing = JSON.stringify({ Version: "2012-10-17", Statement: [] });

function managed({
  arn,
  name,
  document,
}: {
  readonly arn: string;
  readonly name: string;
  readonly document: string;
}): SimulatedPolicy {
  return { id: name, type: arn.startsWith("arn:aws:iam::aws:") ? "aws-managed" : "user-managed", document };
}

function ownerIn(arn: string): Owner | undefined {
  const [, , service, , , path = ""] = splitArn(arn) ?? [];
  const [kind, ...names] = path.split("/");
  const name = names.at(-1);
  if (service !== "iam" || name === undefined) return undefined;
  return kind === "user" || kind === "group" || kind === "role" ? { kind, name } : undefined;
}

/**
 * Who asks in a simulation, by an ARN of a user, group or role of whatever account; undefined for any
 * other ARN. A role acts through a session of it.
 */
export function simulatedCaller(arn: string): Requester | undefined {
  const owner = ownerIn(arn);
  const accountId = splitArn(arn)?.[4];
  if (owner === undefined || accountId === undefined) return undefined;
  if (owner.kind !== "role") return { kind: "user", arn, accountId };
  const session = `arn:aws:sts::${accountId}:assumed-role/${owner.name}/simulation`;
  return { kind: "role-session", arn: session, roleArn: arn, accountId };
}
