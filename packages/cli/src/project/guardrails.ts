import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DescribePolicyCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  paginateListPolicies,
  UpdatePolicyCommand,
  type OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { present } from "../present.ts";
import { document, projectTag } from "./statements.ts";

export const guardrailsName = "strongroom-guardrails";
const Type = "SERVICE_CONTROL_POLICY";

const jobs = [
  "sagemaker:CreateTrainingJob",
  "sagemaker:CreateProcessingJob",
  "sagemaker:CreateHyperParameterTuningJob",
];

/** ② What binds everybody of the account, its administrators and its root user included. */
function guardrails(): string {
  const own = { [`s3:BucketTag/${projectTag}`]: "false" };
  return document([
    {
      Sid: "NoJobOutsideANetwork",
      Effect: "Deny",
      Action: [...jobs, "sagemaker:CreateModel", "sagemaker:CreateNotebookInstance"],
      Resource: "*",
      Condition: { Null: { "sagemaker:VpcSubnets": "true" } },
    },
    {
      Sid: "NoVolumeWithoutAKey",
      Effect: "Deny",
      Action: [
        ...jobs,
        "sagemaker:CreateTransformJob",
        "sagemaker:CreateEndpointConfig",
        "sagemaker:CreateNotebookInstance",
      ],
      Resource: "*",
      Condition: { Null: { "sagemaker:VolumeKmsKey": "true" } },
    },
    {
      Sid: "NoOutputWithoutAKey",
      Effect: "Deny",
      Action: [...jobs, "sagemaker:CreateTransformJob"],
      Resource: "*",
      Condition: { Null: { "sagemaker:OutputKmsKey": "true" } },
    },
    {
      Sid: "NoTrafficInTheClear",
      Effect: "Deny",
      Action: jobs,
      Resource: "*",
      Condition: { Bool: { "sagemaker:InterContainerTrafficEncryption": "false" } },
    },
    {
      Sid: "NoObjectOfAProjectLeavesANetwork",
      Effect: "Deny",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: "*",
      Condition: { Null: { ...own, "aws:SourceVpc": "true" } },
    },
    {
      Sid: "NoKeyOfAProjectDecryptsOutsideANetwork",
      Effect: "Deny",
      Action: ["kms:Decrypt", "kms:ReEncryptFrom"],
      Resource: "*",
      Condition: { Null: { [`aws:ResourceTag/${projectTag}`]: "false", "aws:SourceVpc": "true" } },
    },
  ]);
}

/** Puts the guardrails above the account, or sets them anew where they are there. Returns the policy's id. */
export async function ensureGuardrails(client: OrganizationsClient): Promise<string> {
  const { Roots } = await client.send(new ListRootsCommand({}));
  const TargetId = present(Roots?.[0]?.Id, "root");
  const Content = guardrails();
  const PolicyId = await findGuardrails(client);
  if (PolicyId === undefined) return await attached(client, TargetId, await makeGuardrails(client, Content));
  const { Policy } = await client.send(new DescribePolicyCommand({ PolicyId }));
  if (Policy?.Content !== Content) await client.send(new UpdatePolicyCommand({ PolicyId, Content }));
  return await attached(client, TargetId, PolicyId);
}

async function findGuardrails(client: OrganizationsClient): Promise<string | undefined> {
  for await (const { Policies } of paginateListPolicies({ client }, { Filter: Type })) {
    const found = Policies?.find(({ Name }) => Name === guardrailsName);
    if (found !== undefined) return found.Id;
  }
  return undefined;
}

async function makeGuardrails(client: OrganizationsClient, Content: string): Promise<string> {
  const { Policy } = await client.send(
    new CreatePolicyCommand({
      Name: guardrailsName,
      Description: "Networks, keys and the borders of projects, for everybody",
      Content,
      Type,
    }),
  );
  return present(Policy?.PolicySummary?.Id, "policy");
}

async function attached(client: OrganizationsClient, TargetId: string, PolicyId: string): Promise<string> {
  const { Policies } = await client.send(new ListPoliciesForTargetCommand({ TargetId, Filter: Type }));
  if (Policies?.some(({ Id }) => Id === PolicyId) !== true) {
    await client.send(new AttachPolicyCommand({ PolicyId, TargetId }));
  }
  return PolicyId;
}
