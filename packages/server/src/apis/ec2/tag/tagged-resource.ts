import { AwsError } from "@strongroom/wire";
import type { NetworkTags } from "../../../compute/index.ts";
import type { ServerCall } from "../../operation.ts";
import { ec2Arn, type ResourceType } from "../arn.ts";

const types: Readonly<Record<string, { readonly type: ResourceType; readonly code: string }>> = {
  vpc: { type: "vpc", code: "InvalidVpcID.NotFound" },
  subnet: { type: "subnet", code: "InvalidSubnetID.NotFound" },
  sg: { type: "security-group", code: "InvalidGroup.NotFound" },
  vpce: { type: "vpc-endpoint", code: "InvalidVpcEndpointId.NotFound" },
};

function kindOf(id: string): { readonly type: ResourceType; readonly code: string } {
  const prefix = id.slice(0, id.indexOf("-"));
  const kind = Object.hasOwn(types, prefix) ? types[prefix] : undefined;
  if (kind !== undefined) return kind;
  throw new AwsError({ code: "InvalidID", message: `The ID '${id}' is not valid`, status: 400 });
}

/** The ARN behind an id, whether there is such a thing or not. Throws InvalidID for ids of other kinds. */
export function arnOfId(call: ServerCall, id: string): string {
  return ec2Arn(call, kindOf(id).type, id);
}

/** Throws EC2's error for the first id under which there is nothing. */
export function demandIds(tags: NetworkTags, ids: readonly string[]): void {
  const missing = ids.find((id) => tags.get(id) === undefined);
  if (missing === undefined) return;
  throw new AwsError({ code: kindOf(missing).code, message: `The ID '${missing}' does not exist`, status: 400 });
}
