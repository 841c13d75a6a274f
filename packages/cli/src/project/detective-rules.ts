import { PutRuleCommand, PutTargetsCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { ProjectNames } from "./names.ts";
import { ensureRole } from "./roles.ts";
import { projectTag } from "./statements.ts";

/** What a rule looks for, and the call that it makes. */
interface DetectiveRule {
  /** What the rule is called behind the project's name. */
  readonly suffix: string;
  readonly eventName: string;
  /** The network of the request, as its audit event spells it. */
  readonly network: object;
  readonly description: string;
  readonly action: string;
  /** The member of the action's input, and the request's parameter that it is taken from. */
  readonly member: string;
  readonly parameter: string;
}

const noSubnets = { vpcConfig: { subnets: [{ exists: false }] } };

const rules: readonly DetectiveRule[] = [
  {
    suffix: "training-job-needs-network",
    eventName: "CreateTrainingJob",
    network: noSubnets,
    description: "CreateTrainingJob had no vpcConfig",
    action: "stopTrainingJob",
    member: "TrainingJobName",
    parameter: "trainingJobName",
  },
  {
    suffix: "processing-job-needs-network",
    eventName: "CreateProcessingJob",
    network: { networkConfig: noSubnets },
    description: "CreateProcessingJob had no vpcConfig",
    action: "stopProcessingJob",
    member: "ProcessingJobName",
    parameter: "processingJobName",
  },
  {
    suffix: "model-needs-network",
    eventName: "CreateModel",
    network: noSubnets,
    description: "CreateModel had no vpcConfig",
    action: "deleteModel",
    member: "ModelName",
    parameter: "modelName",
  },
];

export interface DetectiveClients {
  readonly iam: IAMClient;
  readonly events: EventBridgeClient;
}

export interface DetectivePlace {
  readonly accountId: string;
  readonly region: string;
  readonly names: Pick<ProjectNames, "project">;
}

/**
 * ② what was created past the guardrails outside of every network is stopped or deleted, and says so.
 * The rules concern the whole account: a job without a network belongs to no project. Run again, it sets
 * everything anew. Gives the names of the rules.
 */
export async function ensureDetectiveRules(
  { iam, events }: DetectiveClients,
  { accountId, region, names: { project } }: DetectivePlace,
): Promise<string[]> {
  const role = `${project}-detective`;
  const arnOf = (suffix: string) => `arn:aws:events:${region}:${accountId}:rule/${project}-${suffix}`;
  const ruleArns = rules.map(({ suffix }) => arnOf(suffix));
  await ensureRole(iam, {
    name: role,
    trust: trustOfRules(ruleArns, accountId),
    policy: containingPolicy(region, accountId),
    boundaryArn: undefined,
    tags: [{ Key: projectTag, Value: project }],
  });
  for (const rule of rules) {
    const Name = `${project}-${rule.suffix}`;
    await events.send(
      new PutRuleCommand({
        Name,
        Description: rule.description,
        EventPattern: JSON.stringify(patternOf(rule)),
        State: "ENABLED",
        Tags: [{ Key: projectTag, Value: project }],
      }),
    );
    const Targets = [{ ...targetOf(rule), RoleArn: `arn:aws:iam::${accountId}:role/${role}` }];
    await events.send(new PutTargetsCommand({ Rule: Name, Targets }));
  }
  return rules.map(({ suffix }) => `${project}-${suffix}`);
}

/**
 * Calls that were refused created nothing, and may bear the name of something that is in order. Calls
 * that ended with the server, or in it, may have created something.
 */
function patternOf({ eventName, network }: DetectiveRule): object {
  return {
    source: ["aws.sagemaker"],
    "detail-type": ["AWS API Call via CloudTrail"],
    detail: {
      eventSource: ["sagemaker.amazonaws.com"],
      eventName: [eventName],
      errorCode: [{ exists: false }, "ServerStopped", "InternalFailure"],
      requestParameters: network,
    },
  };
}

function targetOf({ action, member, parameter }: DetectiveRule) {
  return {
    Id: action,
    Arn: `arn:aws:scheduler:::aws-sdk:sagemaker:${action}`,
    InputTransformer: {
      InputPathsMap: { name: `$.detail.requestParameters.${parameter}` },
      InputTemplate: `{"${member}": <name>}`,
    },
  };
}

/** Nobody but these very rules acts as the role. */
function trustOfRules(ruleArns: readonly string[], accountId: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TheProjectsRulesActAsThisRole",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { ArnEquals: { "aws:SourceArn": ruleArns }, StringEquals: { "aws:SourceAccount": accountId } },
      },
    ],
  });
}

function containingPolicy(region: string, accountId: string): string {
  const arns = (kind: string) => `arn:aws:sagemaker:${region}:${accountId}:${kind}/*`;
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "StopAndDelete",
        Effect: "Allow",
        Action: ["sagemaker:StopTrainingJob", "sagemaker:StopProcessingJob", "sagemaker:DeleteModel"],
        Resource: [arns("training-job"), arns("processing-job"), arns("model")],
      },
    ],
  });
}
