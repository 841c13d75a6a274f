import { NoSuchEntityException } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { invalidInput } from "./simulation-input.ts";

/** The user, group or role behind an ARN; throws what AWS answers where there is none. */
export function principalOf(access: Pick<Access, "simulator">, arn: string) {
  const found = access.simulator.principal(arn);
  if (found !== undefined) return found;
  if (access.simulator.caller(arn) === undefined) {
    throw invalidInput(`PolicySourceArn must be the ARN of a user, group or role: ${arn}`);
  }
  throw new NoSuchEntityException({ message: `ARN ${arn} cannot be found.`, $metadata: {} });
}
