import { ListPolicyVersionsCommand } from "@aws-sdk/client-iam";
import type { Access, PolicyVersion } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { versionAnswer } from "../answer.ts";
import { arn, marker, maxItems } from "../members.ts";
import { pageEnd, pageOfList } from "../paging.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html */
export const listPolicyVersions = (access: Pick<Access, "policies">) =>
  operation(ListPolicyVersionsCommand, {
    members: { PolicyArn: arn, Marker: marker, MaxItems: maxItems },
    permissions: ({ PolicyArn }) => [{ action: "iam:ListPolicyVersions", resource: PolicyArn }],
    mutates: false,
    handle: (input) => {
      const versions = settled(access.policies.versions.list(input.PolicyArn));
      const page = pageOfList(versions.map(newestFirst), input);
      return { Versions: page.items.map(({ version }) => versionAnswer(version)), ...pageEnd(page) };
    },
  });

const digitsMax = 10;

/** Pages go by names in rising order; the newest version has the lowest. */
function newestFirst(version: PolicyVersion) {
  return { name: String(10 ** digitsMax - version.number).padStart(digitsMax, "0"), version };
}
