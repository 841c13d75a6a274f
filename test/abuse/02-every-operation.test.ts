import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import * as cloudtrail from "@aws-sdk/client-cloudtrail";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as codecommit from "@aws-sdk/client-codecommit";
import * as ec2 from "@aws-sdk/client-ec2";
import * as events from "@aws-sdk/client-eventbridge";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import * as organizations from "@aws-sdk/client-organizations";
import * as s3 from "@aws-sdk/client-s3";
import * as sagemaker from "@aws-sdk/client-sagemaker";
import * as runtime from "@aws-sdk/client-sagemaker-runtime";
import * as sts from "@aws-sdk/client-sts";
import * as admin from "@strongroom/admin-api";
import { hostLacks, newUser, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";
import { operationsOf } from "@strongroom/wire";
import { sampleInput } from "./sample-inputs.ts";

/** Operations that everybody with credentials may call. Another one does not slip in unnoticed. */
const openToAll = ["sts.GetCallerIdentity"];

/** A denial, as each protocol's clients name it. */
const denials = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];

/** What a caller without a signature is told. EC2 and IAM are told apart by the body, which is not read for that. */
const unsigned =
  /^(AccessDenied$|AccessDenied: The request is not signed|MissingAuthenticationToken(Exception)?: The request is not signed|Unknown: 403)/;

const packages: Readonly<Record<string, object>> = {
  cloudtrail,
  events,
  logs,
  codecommit,
  ec2,
  iam,
  kms,
  organizations,
  s3,
  sagemaker,
  "sagemaker-runtime": runtime,
  sts,
  strongroom: admin,
};

type Service = TestHouse["services"][number];
type Served = Service["operations"] extends ReadonlyMap<string, infer O> ? O : never;
type Send = (command: unknown) => Promise<unknown>;

describe("every operation that is served", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let stranger: Clients;
  /** Decrypt and ReEncrypt are decided on the key that the ciphertext names. */
  let sealed: Record<string, object>;
  before(async () => {
    house = await startHouse();
    stranger = await newUser(house.clients, "stranger");
    // There is something to find, so that a denial does not stand on nothing being there.
    await house.clients.s3.send(new s3.CreateBucketCommand({ Bucket: "there" }));
    await house.clients.s3.send(new s3.PutObjectCommand({ Bucket: "there", Key: "there", Body: "x" }));
    await house.clients.codecommit.send(new codecommit.CreateRepositoryCommand({ repositoryName: "there" }));
    const { KeyMetadata } = await house.clients.kms.send(new kms.CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId ?? "";
    const { CiphertextBlob } = await house.clients.kms.send(
      new kms.EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }),
    );
    sealed = { Decrypt: { CiphertextBlob }, ReEncrypt: { CiphertextBlob, DestinationKeyId: KeyId } };
    await house.clients.logs.send(new logs.CreateLogGroupCommand({ logGroupName: "/there" }));
  });
  after(async () => {
    stranger[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
  });

  const everyOperation = (): [Service, Served][] =>
    house.services.flatMap((service) =>
      [...service.operations.values()].map((one): [Service, Served] => [service, one]),
    );

  test("demands a permission, or stands in the list of those that need none", () => {
    const open = everyOperation().filter(([, operation]) => operation.openBecause !== undefined);
    assert.deepEqual(
      open.map(([service, { name }]) => `${service.name}.${name}`),
      openToAll,
    );
    assert.ok(everyOperation().length > 100, "the list is not empty by mistake");
  });

  test("refuses a caller who may do nothing, and says so before it says anything else", async () => {
    const wrong: string[] = [];
    for (const [service, operation] of everyOperation()) {
      if (operation.openBecause !== undefined) continue;
      const answer = await answerTo(senderFor(stranger, service.name), service, operation, sealed);
      if (!denials.includes(answer)) wrong.push(`${service.name} ${operation.name}: ${answer}`);
    }
    assert.deepEqual(wrong, []);
  });

  test("refuses who does not sign", async () => {
    const wrong: string[] = [];
    for (const [service, operation] of everyOperation()) {
      if (service.name === "strongroom") continue;
      const answer = await answerTo(anonymousSender(house, service.name), service, operation);
      if (!unsigned.test(answer)) wrong.push(`${service.name} ${operation.name}: ${answer}`);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(house.log, [], "nothing failed inside");
  });

  test("leaves a record of every refusal", async () => {
    const lookup = {
      LookupAttributes: [{ AttributeKey: "AccessKeyId" as const, AttributeValue: stranger.credentials.accessKeyId }],
      MaxResults: 50,
    };
    const seen = new Set<string>();
    for await (const { Events } of cloudtrail.paginateLookupEvents({ client: house.clients.cloudtrail }, lookup)) {
      for (const { EventName, CloudTrailEvent } of Events ?? []) {
        seen.add(EventName ?? "");
        // A batch is decided key by key, and tells so in its response.
        const told = EventName === "DeleteObjects" ? /"code":"AccessDenied"/i : /"errorCode":"/;
        if (!/"phase":"intent"/.test(CloudTrailEvent ?? "")) assert.match(CloudTrailEvent ?? "", told);
      }
    }
    const missing = everyOperation().filter(
      ([, { name, openBecause }]) => openBecause === undefined && !seen.has(name),
    );
    assert.deepEqual(
      missing.map(([service, { name }]) => `${service.name} ${name}`),
      [],
    );
  });
});

/** The name of what an operation answers to an input that holds. */
async function answerTo(
  send: Send,
  service: Service,
  operation: Served,
  more: Readonly<Record<string, object>> = {},
): Promise<string> {
  const commands = packages[service.name] as Readonly<Record<string, new (input: object) => object>>;
  const Command = commands[`${operation.name}Command`];
  if (Command === undefined) throw new Error(`no command of ${operation.name}`);
  try {
    const input = sampleInput(service.name, operation.name, requiredOf(operation));
    const output = await send(new Command({ ...input, ...more[operation.name] }));
    return batchAnswer(output) ?? "an answer";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // HEAD has no body to tell the code in.
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (operation.name.startsWith("Head") && status === 403) return "AccessDenied";
    const named = operationsOf(service).find(({ name }) => name === operation.name)?.actions ?? [];
    const isAboutIt = named.some((action) => error.message.includes(`not authorized to perform: ${action} `));
    return denials.includes(error.name) && isAboutIt ? error.name : `${error.name}: ${error.message}`.slice(0, 300);
  }
}

/** DeleteObjects decides each key by itself. */
function batchAnswer(output: unknown): string | undefined {
  const { Deleted, Errors } = output as { Deleted?: unknown[]; Errors?: { Code?: string }[] };
  return Deleted === undefined ? Errors?.[0]?.Code : undefined;
}

function senderFor(clients: Clients, service: string): Send {
  if (service === "strongroom") {
    const { place, credentials, agent } = clients;
    const client = new admin.AdminClient({ ...place, credentials, agent });
    return (command) => client.send(command as Parameters<typeof client.send>[0]);
  }
  const client = clients[clientNames[service] ?? "s3"] as { send: Send };
  return (command) => client.send(command);
}

const clientNames: Readonly<
  Record<
    string,
    | "s3"
    | "kms"
    | "iam"
    | "sts"
    | "ec2"
    | "sagemaker"
    | "runtime"
    | "logs"
    | "codecommit"
    | "cloudtrail"
    | "events"
    | "organizations"
  >
> = {
  s3: "s3",
  kms: "kms",
  iam: "iam",
  sts: "sts",
  ec2: "ec2",
  sagemaker: "sagemaker",
  "sagemaker-runtime": "runtime",
  logs: "logs",
  codecommit: "codecommit",
  cloudtrail: "cloudtrail",
  events: "events",
  organizations: "organizations",
};

/** The official client with a signer that does not sign. */
function anonymousSender(house: TestHouse, service: string): Send {
  const { endpoint, region } = house.place;
  const exported = packages[service] as Readonly<Record<string, unknown>>;
  const name = Object.keys(exported).find((one) => /^[A-Z]\w*Client$/.test(one) && one !== "__Client") ?? "";
  const Client = exported[name] as new (settings: object) => { send: Send };
  const client = new Client({
    endpoint,
    region,
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
    signer: { sign: (request: unknown) => Promise.resolve(request) },
    maxAttempts: 1,
    requestHandler: { httpsAgent: house.clients.agent },
  });
  return (command) => client.send(command);
}

/** The members that an operation's model requires: the first ones, counted by the schema's element 6. */
function requiredOf(operation: Served): string[] {
  let input: unknown = operation.schema.input;
  while (Array.isArray(input) && input.length === 2) input = (input as unknown[])[0];
  if (typeof input === "function") input = (input as () => unknown)();
  if (!Array.isArray(input)) return [];
  const [, , , , names, , count = 0] = input as [unknown, unknown, unknown, unknown, string[], unknown, number?];
  return names.slice(0, count);
}
