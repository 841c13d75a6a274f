/**
 * What rules cost whoever calls: a small PutObject where there is no rule, and where 300 enabled rules
 * (AWS's quota) are asked about each of its events and none matches. And how long a model that a rule
 * deletes is there after its creation was answered.
 */
import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { CreateModelCommand, DescribeModelCommand } from "@aws-sdk/client-sagemaker";
import { startHouseProcess, type Clients } from "@strongroom/testkit";
import { bound, inMs, interleaved, median, quantile, say, tellMachine, timed } from "./measure.ts";
import { SignedConnection } from "./signed-connection.ts";

const rounds = 8;
const requestsPerRound = 250;
const rulesMax = 300;
const shareMax = 1.1;
const models = 40;
const goneWithinMs = 2000;

tellMachine("detective-control");
await using made = new AsyncDisposableStack();
const without = made.use(await startHouseProcess());
const ruled = made.use(await startHouseProcess());
const roleArn = await installRules(ruled.clients);
const ways = { without: await puts(without.clients), ruled: await puts(ruled.clients) };
await interleaved(rounds, { without: ways.without.round, ruled: ways.ruled.round });
ways.without.tell("PutObject, no rule");
ways.ruled.tell(`PutObject, ${rulesMax} rules`);
const share = median(ways.ruled.taken()) / median(ways.without.taken());
bound(`p50 with ${rulesMax} rules is under ${shareMax} times that without`, share.toFixed(3), share < shareMax);

const gone: number[] = [];
for (let i = 0; i < models; i += 1) gone.push(await modelsLife(ruled.clients, `bench-${i}`));
say(`model gone after its creation was answered: p50 ${inMs(median(gone))}, most ${inMs(Math.max(...gone))}`);
bound(`a model is deleted within ${goneWithinMs} ms`, inMs(Math.max(...gone)), Math.max(...gone) < goneWithinMs);

async function puts(clients: Clients) {
  await clients.s3.send(new CreateBucketCommand({ Bucket: "bench" }));
  const connection = made.use(new SignedConnection(clients, "s3"));
  const all: number[] = [];
  const taken = () => all.slice(requestsPerRound);
  return {
    taken,
    round: () =>
      timed(async () => {
        for (let sent = 0; sent < requestsPerRound; sent += 1) {
          all.push(await timed(() => connection.send("PUT", "/bench/key", Buffer.from("x"))));
        }
      }),
    tell: (name: string) => {
      const [p50, p90, p99] = [0.5, 0.9, 0.99].map((part) => inMs(quantile(taken(), part)));
      say(`${name.padEnd(24)} p50 ${p50}  p90 ${p90}  p99 ${p99}  (${taken().length} requests)`);
    },
  };
}

/** Rules of which none matches a PutObject, each for a reason of its own; the last one deletes models. */
async function installRules({ iam, events }: Clients): Promise<string> {
  const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const Principal = { Service: ["events.amazonaws.com", "sagemaker.amazonaws.com"] };
  const trust = document({ Effect: "Allow", Principal, Action: "sts:AssumeRole" });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: "rules", AssumeRolePolicyDocument: trust }));
  const PolicyDocument = document({ Effect: "Allow", Action: "sagemaker:DeleteModel", Resource: "*" });
  await iam.send(new PutRolePolicyCommand({ RoleName: "rules", PolicyName: "act", PolicyDocument }));
  for (let i = 1; i < rulesMax; i += 1) {
    const detail = { userAgent: [{ wildcard: `*agent-${i}*` }], requestParameters: { key: [{ prefix: `${i}/` }] } };
    const EventPattern = JSON.stringify({ source: ["aws.s3"], detail });
    await events.send(new PutRuleCommand({ Name: `rule-${i}`, EventPattern }));
  }
  const EventPattern = JSON.stringify({ detail: { eventName: ["CreateModel"], errorCode: [{ exists: false }] } });
  await events.send(new PutRuleCommand({ Name: "models", EventPattern }));
  const arn = Role?.Arn ?? "";
  const InputTransformer = {
    InputPathsMap: { m: "$.detail.requestParameters.modelName" },
    InputTemplate: '{"ModelName":<m>}',
  };
  const Arn = "arn:aws:scheduler:::aws-sdk:sagemaker:deleteModel";
  const Targets = [{ Id: "delete", Arn, RoleArn: arn, InputTransformer }];
  await events.send(new PutTargetsCommand({ Rule: "models", Targets }));
  return arn;
}

/** From the answer of the creation until the model is not found any more. */
async function modelsLife({ sagemaker }: Clients, ModelName: string): Promise<number> {
  const PrimaryContainer = { Image: "x/sagemaker-xgboost:1.7-1", ModelDataUrl: "s3://bench/model.tar.gz" };
  await sagemaker.send(new CreateModelCommand({ ModelName, ExecutionRoleArn: roleArn, PrimaryContainer }));
  return await timed(async () => {
    for (;;) {
      try {
        await sagemaker.send(new DescribeModelCommand({ ModelName }));
      } catch {
        return;
      }
    }
  });
}
