import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { paginateLookupEvents } from "@aws-sdk/client-cloudtrail";
import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import { CreateRoleCommand, DeleteUserPolicyCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand, EncryptCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { hostLacks, newUser, startHouse, type Clients, type Statement, type TestHouse } from "@strongroom/testkit";
import { operationsOf } from "@strongroom/wire";
import { everyOperation, variantsOf, type Served, type Service, type Variant } from "./sample-variants.ts";
import { anonymousSender, answerTo, senderFor, type Answer } from "./senders.ts";
import { actionsWithoutResource } from "./without-resource.ts";

/** Operations that everybody with credentials may call. Another one does not slip in unnoticed. */
const openToAll = [
  "sts.GetCallerIdentity",
  "sts.GetSessionToken",
  "strongroom.SignIn",
  "strongroom.ContinueSignIn",
  "strongroom.SignOut",
];

/** Operations whose input proves who asks: a sample of it proves nobody. `02-web-identity.test.ts` is about it. */
const provenByInput = ["sts.AssumeRoleWithWebIdentity"];
const needsProof = ({ openBecause, unsignedBecause }: Served): boolean =>
  unsignedBecause !== undefined && openBecause === undefined;

/** A denial, as each protocol's clients name it. */
const denials = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];

/** What a caller without a signature is told. EC2 and IAM are told apart by the body, which is not read for that. */
const unsigned =
  /^(AccessDenied: *$|AccessDenied: The request is not signed|MissingAuthenticationToken(Exception)?: The request is not signed|Unknown: (Unknown|UnknownError|403))/;

/** Demanded only where a job is there that has completed. */
const notShownBySamples: Readonly<Record<string, readonly string[]>> = {
  "strongroom.ReproduceTrainingJob": ["sagemaker:CreateTrainingJob", "sagemaker:AddTags", "iam:PassRole"],
};

interface Case {
  readonly service: Service;
  readonly operation: Served;
  readonly variant: Variant;
}

describe("every operation that is served", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let stranger: Clients;
  let cases: readonly Case[];
  /** What a stranger was told before anything was there. */
  let toldBefore: ReadonlyMap<Case["operation"], readonly string[]>;
  before(async () => {
    house = await startHouse();
    stranger = await newUser(house.clients, "stranger");
    const sealed = await prepareKey(house.clients);
    const smallest = await casesOf(house, sealed);
    toldBefore = await tellAll(smallest, stranger);
    await prepareThings(house.clients);
    cases = await casesOf(house, sealed);
  });
  after(async () => {
    stranger[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
  });

  test("demands a permission, or stands in the list of those that need none", () => {
    const open = everyOperation(house).filter(([, operation]) => operation.openBecause !== undefined);
    assert.deepEqual(
      open.map(([service, { name }]) => `${service.name}.${name}`),
      openToAll,
    );
    assert.ok(everyOperation(house).length > 100, "the list is not empty by mistake");
    const proven = everyOperation(house).filter(([, operation]) => needsProof(operation));
    assert.deepEqual(
      proven.map(([service, { name }]) => `${service.name}.${name}`),
      provenByInput,
    );
  });

  test("demands what it declares, and nothing else", () => {
    const wrong: string[] = [];
    for (const [service, operation] of everyOperation(house)) {
      if (needsProof(operation)) continue;
      const of = `${service.name}.${operation.name}`;
      const own = cases.filter((one) => one.operation === operation);
      const seen = new Set(own.flatMap(({ variant }) => variant.demands.map(({ action }) => action)));
      const declared = operationsOf(service).find(({ name }) => name === operation.name)?.actions ?? [];
      const missing = declared.filter((one) => !seen.has(one) && !notShownBySamples[of]?.includes(one));
      const undeclared = [...seen].filter((one) => !declared.includes(one));
      if (missing.length > 0) wrong.push(`${of} declares ${missing.join(", ")}, which no sample shows`);
      if (undeclared.length > 0) wrong.push(`${of} demands ${undeclared.join(", ")}, which it does not declare`);
    }
    assert.deepEqual(wrong, []);
  });

  test("refuses who does not sign", async () => {
    const wrong: string[] = [];
    for (const { service, operation, variant } of cases) {
      if (service.name === "strongroom") continue;
      const { name, message } = await answerTo(anonymousSender(house, service.name), service, operation, variant.input);
      if (!unsigned.test(`${name ?? ""}: ${message}`)) wrong.push(told(service, operation, { name, message }));
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(house.log, [], "nothing failed inside");
  });

  test("refuses a caller who may do nothing, and says so before it says anything else", async () => {
    const wrong: string[] = [];
    for (const { service, operation, variant } of cases) {
      if (operation.openBecause !== undefined) continue;
      const answer = await answerTo(senderFor(stranger, service.name), service, operation, variant.input);
      const isAboutIt = variant.demands.some(({ action }) => isRefusal(answer, operation, action));
      if (!isAboutIt) wrong.push(told(service, operation, answer));
    }
    assert.deepEqual(wrong, []);
  });

  test("tells a caller who may do nothing the same, whether what is asked for is there or not", async () => {
    const now = await tellAll(cases, stranger);
    const wrong = [...toldBefore].flatMap(([operation, before]) => {
      const after = now.get(operation) ?? [];
      return before[0] === after[0] ? [] : [`${operation.name}: ${before[0] ?? ""} / ${after[0] ?? ""}`];
    });
    assert.deepEqual(wrong, []);
  });

  test("refuses a caller whose policy allows the action on other resources", async () => {
    const wrong: string[] = [];
    const without = new Set<string>();
    for (const { service, operation, variant } of cases) {
      for (const [at, { action, resource }] of variant.demands.entries()) {
        if (resource === "*") {
          without.add(action);
          continue;
        }
        const allowed = variant.demands.map((one, other): Statement => {
          const Resource = other === at ? elsewhere(resource) : one.resource;
          return { Effect: "Allow", Action: one.action, Resource };
        });
        const answer = await answerUnder(allowed, { service, operation, variant });
        const isIt = isRefusal(answer, operation, action, resource);
        if (!isIt) wrong.push(`${action} on ${elsewhere(resource)}: ${told(service, operation, answer)}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual([...without].sort(), [...actionsWithoutResource].sort());
  });

  test("refuses a caller who is denied any one of the demanded actions, everything else being allowed", async () => {
    const wrong: string[] = [];
    for (const { service, operation, variant } of cases) {
      for (const action of new Set(variant.demands.map((one) => one.action))) {
        const statements: Statement[] = [
          { Effect: "Allow", Action: "*", Resource: "*" },
          { Effect: "Deny", Action: action, Resource: "*" },
        ];
        const answer = await answerUnder(statements, { service, operation, variant });
        if (!isRefusal(answer, operation, action)) wrong.push(`${action}: ${told(service, operation, answer)}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  test("leaves a record of every refusal", async () => {
    const lookup = {
      LookupAttributes: [{ AttributeKey: "AccessKeyId" as const, AttributeValue: stranger.credentials.accessKeyId }],
      MaxResults: 50,
    };
    const seen = new Set<string>();
    for await (const { Events } of paginateLookupEvents({ client: house.clients.cloudtrail }, lookup)) {
      for (const { EventName, CloudTrailEvent } of Events ?? []) {
        seen.add(EventName ?? "");
        // A batch is decided key by key, and tells so in its response.
        const said = EventName === "DeleteObjects" ? /"code":"AccessDenied"/i : /"errorCode":"/;
        if (!/"phase":"intent"/.test(CloudTrailEvent ?? "")) assert.match(CloudTrailEvent ?? "", said);
      }
    }
    const missing = everyOperation(house).filter(
      ([, operation]) => operation.openBecause === undefined && !needsProof(operation) && !seen.has(operation.name),
    );
    assert.deepEqual(
      missing.map(([service, { name }]) => `${service.name} ${name}`),
      [],
    );
  });

  /** What the stranger is answered while these statements are its whole policy. */
  async function answerUnder(statements: readonly Statement[], { service, operation, variant }: Case): Promise<Answer> {
    const policy = { UserName: "stranger", PolicyName: "now" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    await house.clients.iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument }));
    try {
      return await answerTo(senderFor(stranger, service.name), service, operation, variant.input);
    } finally {
      await house.clients.iam.send(new DeleteUserPolicyCommand(policy));
    }
  }
});

async function casesOf(house: TestHouse, prepared: Readonly<Record<string, object>>): Promise<Case[]> {
  const cases: Case[] = [];
  for (const [service, operation] of everyOperation(house)) {
    if (needsProof(operation)) continue;
    for (const variant of await variantsOf(house, service, operation, prepared[operation.name])) {
      cases.push({ service, operation, variant });
    }
  }
  return cases;
}

/** Each operation's refusals, without what differs from one request to the next. */
async function tellAll(cases: readonly Case[], stranger: Clients): Promise<Map<Served, string[]>> {
  const all = new Map<Served, string[]>();
  for (const { service, operation, variant } of cases) {
    if (operation.openBecause !== undefined) continue;
    const answer = await answerTo(senderFor(stranger, service.name), service, operation, variant.input);
    all.set(operation, [...(all.get(operation) ?? []), `${answer.name ?? "answered"}: ${withoutCode(answer.message)}`]);
  }
  return all;
}

const withoutCode = (message: string): string => message.replace(/ Encoded authorization failure message: .*$/s, "");

/** A key and what it sealed: Decrypt and ReEncrypt are decided on the key that the ciphertext names. */
async function prepareKey({ kms }: Clients): Promise<Record<string, object>> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.KeyId ?? "";
  await kms.send(new CreateAliasCommand({ AliasName: "alias/there", TargetKeyId: KeyId }));
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));
  return { Decrypt: { CiphertextBlob }, ReEncrypt: { CiphertextBlob, DestinationKeyId: KeyId } };
}

/** There is something to find, so that a denial does not stand on nothing being there. */
async function prepareThings({ iam, s3, codecommit, logs }: Clients): Promise<void> {
  const Action = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
  const Statement = [{ Effect: "Allow", Principal: { AWS: "111122223333" }, Action }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.send(new CreateRoleCommand({ RoleName: "there", AssumeRolePolicyDocument }));
  await s3.send(new CreateBucketCommand({ Bucket: "there" }));
  await s3.send(new PutObjectCommand({ Bucket: "there", Key: "there", Body: "x" }));
  await s3.send(new PutObjectCommand({ Bucket: "there", Key: "tagged", Body: "x", Tagging: "team=credit" }));
  await codecommit.send(new CreateRepositoryCommand({ repositoryName: "there" }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: "/there" }));
}

/** Is it a denial that names this action, and this resource? HEAD has no body to name anything in. */
function isRefusal({ name, message }: Answer, { name: operation }: Served, action: string, resource?: string): boolean {
  if (!denials.includes(name ?? "")) return false;
  if (operation.startsWith("Head")) return true;
  const [, rest] = message.split(`not authorized to perform: ${action} `);
  return (
    rest !== undefined && (resource === undefined || rest.includes(resource) || resource.startsWith("arn:aws:s3:::*"))
  );
}

/** Another resource of the same type. */
const elsewhere = (resource: string): string => `${resource.replace(/\*$/, "")}-elsewhere`;

function told(
  { name: service }: Service,
  { name: operation }: Served,
  { name, message }: Pick<Answer, "name" | "message">,
): string {
  return `${service} ${operation}: ${name ?? "an answer"}: ${message}`.slice(0, 300);
}
