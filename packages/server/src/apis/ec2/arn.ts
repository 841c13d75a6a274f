import type { Permission } from "../../access/index.ts";
import type { ServerCall } from "../operation.ts";

export type ResourceType = "vpc" | "subnet" | "security-group" | "vpc-endpoint";

export function ec2Arn(call: Pick<ServerCall, "region" | "accountId">, type: ResourceType, id: string): string {
  return `arn:aws:ec2:${call.region}:${call.accountId}:${type}/${id}`;
}

type Tags = Readonly<Record<string, string>>;

/** What making something takes: the action on a resource that has no id yet, and tagging it if it comes with tags. */
export function creationPermissions(
  call: ServerCall,
  { operation, type, tags }: { operation: string; type: ResourceType; tags: Tags },
): Permission[] {
  const resource = ec2Arn(call, type, "*");
  const keys = Object.keys(tags);
  if (keys.length === 0) return [{ action: `ec2:${operation}`, resource }];
  const requested = {
    "aws:TagKeys": keys,
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  };
  return [
    { action: `ec2:${operation}`, resource, context: requested },
    { action: "ec2:CreateTags", resource, context: { ...requested, "ec2:CreateAction": operation } },
  ];
}
