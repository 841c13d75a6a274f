import { ListPoliciesCommand } from "@aws-sdk/client-iam";
import { oneOf } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyAnswer } from "../answer.ts";
import { marker, maxItems, pathPrefix } from "../members.ts";
import { pageEnd, pageOfList, pageRequest } from "../paging.ts";
import { arnOf } from "../permission.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html */
export const listPolicies = (access: Pick<Access, "policies">) =>
  operation(ListPoliciesCommand, {
    members: { Scope: oneOf("All", "AWS", "Local"), PathPrefix: pathPrefix, Marker: marker, MaxItems: maxItems },
    permissions: ({ PathPrefix = "/" }, call) => [
      { action: "iam:ListPolicies", resource: arnOf(call, "policy", PathPrefix, "") },
    ],
    mutates: false,
    handle: (input) => {
      const request = pageRequest(input);
      const scopes = { All: ["aws", "local"], AWS: ["aws"], Local: ["local"] } as const;
      const pages = scopes[input.Scope ?? "All"].map((scope) => access.policies.list(scope, request));
      const page = pageOfList(
        pages.flatMap(({ items }) => items),
        input,
      );
      const end = pageEnd({ items: page.items, more: page.more || pages.some(({ more }) => more) });
      return { Policies: page.items.map((policy) => policyAnswer(policy, access.policies.usage(policy.arn))), ...end };
    },
  });
