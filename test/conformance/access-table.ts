/**
 * Writes docs/access.md out of what a running house demands: `node test/conformance/access-table.ts`.
 * docs/decisions/0012-access-table-by-observation.md says how, and why so.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { EncryptCommand } from "@aws-sdk/client-kms";
import { startHouse, newUser, type Clients, type TestHouse } from "@strongroom/testkit";
import {
  AdminClient,
  ExplainRequestCommand,
  ListRefusalsCommand,
  type ExplainedDenial,
  type ListedRefusal,
  type RequestExplanation,
} from "@strongroom/admin-api";
import { gitPassword } from "@strongroom/wire";
import { hostOf, sendRaw } from "../abuse/raw-request.ts";
import { everyOperation, variantsOf, type Served, type Service } from "../abuse/sample-variants.ts";
import { answerTo, senderFor } from "../abuse/senders.ts";
import { makeTaggedThings, type Names } from "./tagged-things.ts";

export const accessFile = fileURLToPath(new URL("../../docs/access.md", import.meta.url));

/** One thing that an operation demands. */
interface Row {
  readonly operation: string;
  readonly action: string;
  /** With placeholders in place of names. */
  readonly resource: string;
  readonly keys: ReadonlySet<string>;
}

/** Rows by service, in the order in which they are demanded; and the keys that every request may have. */
export interface AccessTable {
  readonly services: ReadonlyMap<string, readonly Row[]>;
  readonly openOperations: readonly string[];
  /** Operations that no caller signs, but that something else than a signature has to allow. */
  readonly unsignedOperations: readonly string[];
  readonly globalKeys: readonly string[];
}

/** Denies every demanded action in turn to somebody who may do everything else, and reads what was decided. */
export async function observeAccess(house: TestHouse): Promise<AccessTable> {
  const observer = await Observer.of(house);
  const services = new Map<string, readonly Row[]>();
  const openOperations: string[] = [];
  const unsignedOperations: string[] = [];
  for (const [service, operation] of everyOperation(house)) {
    if (operation.openBecause !== undefined) {
      openOperations.push(`${service.name}.${operation.name}: ${operation.openBecause}`);
      continue;
    }
    if (operation.unsignedBecause !== undefined) {
      const decided = (operation.actions ?? [`${service.name}:${operation.name}`]).map((action) => `\`${action}\``);
      const told = `${operation.unsignedBecause}; decided as ${decided.join(", ")}`;
      unsignedOperations.push(`${service.name}.${operation.name}: ${told}`);
      continue;
    }
    const rows = await observer.rowsOf(service, operation);
    services.set(service.name, [...(services.get(service.name) ?? []), ...rows]);
  }
  const git = [...(await observer.gitRows("GitPull")), ...(await observer.gitRows("GitPush"))];
  services.set("git", git);
  return { services, openOperations, unsignedOperations, globalKeys: [...observer.globalKeys].sort() };
}

class Observer {
  readonly globalKeys = new Set<string>();
  readonly #house: TestHouse;
  readonly #names: Names;
  readonly #denied: Clients;
  readonly #admin: AdminClient;
  readonly #sealed: Readonly<Record<string, object>>;

  static async of(house: TestHouse): Promise<Observer> {
    const names = await makeTaggedThings(house);
    const [key = ""] = [...names.values()];
    const { CiphertextBlob } = await house.clients.kms.send(
      new EncryptCommand({ KeyId: key, Plaintext: Buffer.from("x"), EncryptionContext: { project: "credit" } }),
    );
    const sealed = {
      Decrypt: { CiphertextBlob, EncryptionContext: { project: "credit" } },
      ReEncrypt: { CiphertextBlob, DestinationKeyId: key, SourceEncryptionContext: { project: "credit" } },
    };
    return new Observer(house, names, await newUser(house.clients, "stranger"), sealed);
  }

  private constructor(house: TestHouse, names: Names, denied: Clients, sealed: Readonly<Record<string, object>>) {
    const { place, credentials, agent } = house.clients;
    this.#house = house;
    this.#names = names;
    this.#denied = denied;
    this.#admin = new AdminClient({ ...place, credentials, agent });
    this.#sealed = sealed;
  }

  async rowsOf(service: Service, operation: Served): Promise<Row[]> {
    const rows = new Map<string, { row: Row; keys: Set<string> }>();
    for (const variant of await variantsOf(this.#house, service, operation, this.#sealed[operation.name])) {
      const input = renamed(variant.input, this.#names) as object;
      for (const { action, resource } of variant.demands) {
        const denial = await this.#denialOf({ action, resource: renamed(resource, this.#names) as string }, () =>
          answerTo(senderFor(this.#denied, service.name), service, operation, input),
        );
        this.#add(rows, operation.name, denial);
      }
    }
    return [...rows.values()].map(({ row }) => row);
  }

  async gitRows(action: "GitPull" | "GitPush"): Promise<Row[]> {
    const rows = new Map<string, { row: Row; keys: Set<string> }>();
    const { place, credentials } = this.#denied;
    const path = "/v1/repos/there";
    const signIn = { path, host: hostOf(place), region: place.region, now: new Date() };
    const password = gitPassword({ ...signIn, secretAccessKey: credentials.secretAccessKey });
    const basic = Buffer.from(`${credentials.accessKeyId}:${password}`).toString("base64");
    const target = `${path}/info/refs?service=${action === "GitPull" ? "git-upload-pack" : "git-receive-pack"}`;
    const headers = [
      ["host", hostOf(place)],
      ["authorization", `Basic ${basic}`],
    ] as const;
    const permission = { action: `codecommit:${action}`, resource: "*" };
    const operation = action === "GitPull" ? "git fetch, git clone" : "git push";
    const asked = await this.#denialOf(permission, () => sendRaw(place, { method: "GET", target, headers }));
    this.#add(rows, operation, asked);
    if (action === "GitPull") return [...rows.values()].map(({ row }) => row);
    const update = `${"0".repeat(40)} ${"1".repeat(40)} refs/heads/main\0 report-status`;
    const body = `${(update.length + 4).toString(16).padStart(4, "0")}${update}0000`;
    const push = { method: "POST", target: `${path}/git-receive-pack`, headers: [...headers, pushType] };
    // The keys of a reference are there once the push was read.
    const Condition = { Null: { "codecommit:References": "false" } };
    this.#add(rows, operation, await this.#denialOf({ ...permission, Condition }, () => sendRaw(place, push, body)));
    return [...rows.values()].map(({ row }) => row);
  }

  #add(rows: Map<string, { row: Row; keys: Set<string> }>, operation: string, denial: ExplainedDenial): void {
    const { action } = denial;
    const resource = templateOf(denial.resource);
    const at = `${action} ${resource}`;
    const known = rows.get(at);
    const keys = known?.keys ?? new Set<string>();
    for (const key of Object.keys(denial.keys)) {
      const service = action.slice(0, action.indexOf(":"));
      if (isOfTheRequest(key, service)) keys.add(keyTemplate(key));
      else if (key.startsWith("aws:") || key.startsWith("kms:")) this.globalKeys.add(keyTemplate(key));
    }
    if (known === undefined) rows.set(at, { row: { operation, action, resource, keys }, keys });
  }

  /** What was decided when this one was denied, everything else being allowed. */
  async #denialOf(
    { action, resource, Condition }: { action: string; resource: string; Condition?: object },
    ask: () => Promise<object>,
  ): Promise<ExplainedDenial> {
    const statements = [
      { Effect: "Allow", Action: "*", Resource: "*" },
      { Effect: "Deny", Action: action, Resource: resource, Condition },
    ];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    const { iam } = this.#house.clients;
    await iam.send(new PutUserPolicyCommand({ UserName: "stranger", PolicyName: "now", PolicyDocument }));
    const answered = await ask();
    const RequestId = (answered as { requestId?: string }).requestId ?? (await this.#newestRefusal());
    const { Explanation = "" } = await this.#admin.send(new ExplainRequestCommand({ RequestId }));
    const [denial] = (JSON.parse(Explanation) as RequestExplanation).denials;
    if (denial?.action !== action) throw new Error(`${action} on ${resource} was not refused`);
    return denial;
  }

  /** Where the client does not tell the request's id. */
  async #newestRefusal(): Promise<string> {
    const { Refusals = "[]" } = await this.#admin.send(new ListRefusalsCommand({ MaxResults: 1 }));
    const [newest] = JSON.parse(Refusals) as ListedRefusal[];
    return newest?.requestID ?? "";
  }
}

const pushType = ["content-type", "application/x-git-receive-pack-request"] as const;

/** Keys that belong to the operation or to the resource, other than those that the server adds to every request. */
function isOfTheRequest(key: string, service: string): boolean {
  if (key === "kms:CallerAccount" || key === "kms:ViaService") return false;
  return key.startsWith(`${service}:`) || /^aws:(RequestTag\/|ResourceTag\/|TagKeys$)/.test(key);
}

const keyTemplate = (key: string): string =>
  key
    .replace(/(?<=Tag\/|EncryptionContext:).+$/, "${TagKey}")
    .replace("EncryptionContext:${TagKey}", "EncryptionContext:${Key}");

/** The same with names of the house in place of those of the samples, however deep. */
function renamed(value: unknown, names: Names): unknown {
  if (typeof value === "string") return [...names].reduce((text, [from, to]) => text.replaceAll(from, to), value);
  if (Array.isArray(value)) return value.map((one) => renamed(one, names));
  if (value === null || typeof value !== "object" || value instanceof Date || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, renamed(one, names)]));
}

/** An ARN with placeholders for what differs from one resource to the next. */
function templateOf(resource: string): string {
  return resource
    .replace(/:(us-east-1|eu-west-1):/, ":${Region}:")
    .replaceAll("111122223333", "${Account}")
    .replace(/(?<=[:/])(o-[a-z0-9]{10,32})(?=\/)/, "${OrganizationId}")
    .replace(/(?<=\/)r-[a-z0-9]{4,32}$/, "${RootId}")
    .replace(/(?<=service_control_policy\/)p-[A-Za-z0-9]+$/, "${PolicyId}")
    .replace(/(?<=\/)(vpc|subnet|sg|vpce)-[0-9a-f]{17}$/, "${Id}")
    .replace(/(?<=key\/)[0-9a-f-]{36}$/, "${KeyId}")
    .replace(/(?<=alias\/)there$/, "${Alias}")
    .replace(/^(arn:aws:s3:::)[^/*]+\/.+$/, "$1${Bucket}/${Key}")
    .replace(/^(arn:aws:s3:::)[^/*]+$/, "$1${Bucket}")
    .replace(/log-group:[^:]+:log-stream:.+$/, "log-group:${Name}:log-stream:${Stream}")
    .replace(/log-group:[^:]+:log-stream:$/, "log-group:${Name}:log-stream:")
    .replace(/(?<=[:/])(there|group|stranger|session|default|copy)$/, "${Name}");
}

const introduction = `# What may be allowed and denied

Generated by \`node test/conformance/access-table.ts\`; do not edit.

For every operation that is served: the actions that it demands, on which resources, and the condition keys that are
there beside those of every request. Nothing of it is written by hand: each demanded action was denied in turn to
a caller who may do everything else, and what the server then decided stands here
([decision 12](decisions/0012-access-table-by-observation.md)).

A key is there only where the request or the resource has a value for it; a resource that is to be made has tags only
where one of its name is there already. Actions of other services are demanded of the caller as well. What a service does for the caller on the way, such as S3 asking for a data
key, is demanded of the caller with \`aws:CalledVia\`, \`aws:ViaAWSService\` and \`kms:ViaService\` set.
`;

export function accessTable({ services, openOperations, unsignedOperations, globalKeys }: AccessTable): string {
  const sections = [...services.keys()].sort().map((name) => section(name, services.get(name) ?? []));
  const open = listSection("Operations that need no permission", openOperations);
  const unsigned = listSection("Operations that nobody signs", unsignedOperations);
  return [introduction, globalSection(globalKeys), open, unsigned, ...sections].join("\n");
}

function globalSection(keys: readonly string[]): string {
  const listed = (names: readonly string[]) => names.map((key) => `- \`${key}\``);
  const further = furtherGlobalKeys.filter((key) => !keys.includes(key));
  const note =
    "Requests through a VPC endpoint, of sessions, and of services for a caller or by themselves have further ones:";
  return ["## Keys of every request", "", ...listed(keys), "", note, "", ...listed(further), ""].join("\n");
}

/** Global keys that a user's request through the host's port does not have; `access.test.ts` has a test of each. */
const furtherGlobalKeys: readonly string[] = [
  "aws:CalledVia",
  "aws:CalledViaFirst",
  "aws:CalledViaLast",
  "aws:FederatedProvider",
  "aws:MultiFactorAuthAge",
  "aws:MultiFactorAuthPresent",
  "aws:PrincipalServiceName",
  "aws:PrincipalTag/${TagKey}",
  "aws:SourceAccount",
  "aws:SourceArn",
  "aws:SourceIdentity",
  "aws:SourceVpc",
  "aws:SourceVpce",
  "aws:TokenIssueTime",
  "aws:VpcSourceIp",
  "kms:ViaService",
  "s3:signatureAge",
];

function listSection(title: string, items: readonly string[]): string {
  return [`## ${title}`, "", ...items.map((one) => `- ${one}`), ""].join("\n");
}

function section(name: string, rows: readonly Row[]): string {
  const lines = [...new Set(rows.map(({ operation }) => operation))].flatMap((operation) => [
    `- ${operation}`,
    ...rows.filter((row) => row.operation === operation).map(demandLine),
  ]);
  return [`## ${name}`, "", ...lines, ""].join("\n");
}

function demandLine({ action, resource, keys }: Row): string {
  const listed = [...keys].sort().map((key) => `\`${key}\``);
  return `  - \`${action}\` on \`${resource}\`${listed.length === 0 ? "" : `: ${listed.join(", ")}`}`;
}

if (import.meta.main) {
  await using house = await startHouse();
  await writeFile(accessFile, accessTable(await observeAccess(house)));
}
