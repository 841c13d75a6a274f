import type { Access, Owner } from "../../access/index.ts";
import { pageEnd, pageOfList, type PagingInput } from "./paging.ts";

/** A page of the managed policies that are attached to a user, group or role. */
export function attachedPolicies({ policies }: Pick<Access, "policies">, owner: Owner, input: PagingInput) {
  const page = pageOfList(
    policies.attachedTo(owner).filter(({ path }) => path.startsWith(input.PathPrefix ?? "/")),
    input,
  );
  return {
    AttachedPolicies: page.items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
    ...pageEnd(page),
  };
}
