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
import type { Clients, TestHouse } from "@strongroom/testkit";
import type { Served, Service } from "./sample-variants.ts";

/** Sends any command of one service. */
export type Send = (command: unknown) => Promise<unknown>;

/** What was answered: the error's name and message, or neither. */
export interface Answer {
  readonly name: string | undefined;
  readonly message: string;
  readonly requestId: string | undefined;
}

const packages: Readonly<Record<string, object>> = {
  cloudtrail,
  logs,
  codecommit,
  ec2,
  events,
  iam,
  kms,
  organizations,
  s3,
  sagemaker,
  "sagemaker-runtime": runtime,
  sts,
  strongroom: admin,
};

/** Sends an operation's command with this input, whatever it is answered. */
export async function answerTo(send: Send, service: Service, operation: Served, input: object): Promise<Answer> {
  const commands = packages[service.name] as Readonly<Record<string, new (input: object) => object>>;
  const Command = commands[`${operation.name}Command`];
  if (Command === undefined) throw new Error(`no command of ${operation.name}`);
  try {
    return batchAnswer(await send(new Command(input)));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // HEAD has no body to tell the code in.
    const { httpStatusCode, requestId } =
      (error as { $metadata?: { httpStatusCode?: number; requestId?: string } }).$metadata ?? {};
    const bodiless = operation.name.startsWith("Head") && httpStatusCode === 403;
    return { name: bodiless ? "AccessDenied" : error.name, message: bodiless ? "" : error.message, requestId };
  }
}

/** DeleteObjects decides each key by itself. */
function batchAnswer(output: unknown): Answer {
  const { Deleted, Errors, $metadata } = output as {
    Deleted?: unknown[];
    Errors?: { Code?: string; Message?: string }[];
    $metadata?: { requestId?: string };
  };
  const requestId = $metadata?.requestId;
  const refused = Deleted === undefined ? Errors?.[0] : undefined;
  if (refused === undefined) return { name: undefined, message: "", requestId };
  return { name: refused.Code, message: refused.Message ?? "", requestId };
}

/** The official client of a service, as this caller. */
export function senderFor(clients: Clients, service: string): Send {
  if (service === "strongroom") {
    const { place, credentials, agent } = clients;
    const client = new admin.AdminClient({ ...place, credentials, agent });
    return (command) => client.send(command as Parameters<typeof client.send>[0]);
  }
  const name = service === "sagemaker-runtime" ? "runtime" : service;
  const client = (clients as unknown as Readonly<Record<string, { send: Send } | undefined>>)[name];
  if (client === undefined) throw new Error(`the test kit has no client of ${service}`);
  return (command) => client.send(command);
}

/** The official client with a signer that does not sign. */
export function anonymousSender(house: TestHouse, service: string): Send {
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
