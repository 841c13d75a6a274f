import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { AdminClient } from "@strongroom/admin-api";
import type { Command, CommandOptions } from "../command.ts";
import { secondsOf, timeUntil } from "../login/duration.ts";
import { checkedProfile, defaultProfile, keepLogin, type Login } from "../login/login-store.ts";
import { signInWithPassword } from "../login/password-sign-in.ts";
import { signInWithProvider } from "../login/provider-sign-in.ts";
import { openQuestions } from "../login/questions.ts";
import { placeOf, type ServerPlace } from "../login/server-place.ts";
import { Misuse } from "../outcome.ts";
import { present } from "../present.ts";

export const login: Command = async (options) => {
  if (options.words.length > 0) throw new Misuse("usage: ./strongroom login --user NAME [--role NAME]");
  const profile = checkedProfile(options.profile ?? roleName(options.role) ?? defaultProfile);
  const place = await placeOf(options);
  const begun = options.oidc === undefined ? await byPassword(options, place) : await byProvider(options, place);
  const { endpoint, region, caFile } = place;
  const kept: Login = { profile, endpoint, region, caFile, ...begun.login };
  const path = await keepLogin(kept, place.ca);
  if (options.json) process.stdout.write(`${JSON.stringify({ profile, path, ...told(begun, options) })}\n`);
  else process.stdout.write(report(kept, begun.secondFactor, options));
  return 0;
};

interface Begun {
  readonly login: Pick<Login, "arn" | "expiration" | "credentials">;
  /** Undefined where somebody else answers for it. */
  readonly secondFactor: boolean | undefined;
}

async function byPassword(options: CommandOptions, place: ServerPlace): Promise<Begun> {
  const seconds = secondsOf(options.duration);
  using questions = openQuestions();
  using agent = agentOf(place);
  const userName = options.user ?? (await questions.ask("User name: "));
  const client = new AdminClient({ ...place, credentials: undefined, agent: agent.agent });
  const answer = await signInWithPassword(client, questions, { userName, role: options.role, seconds });
  const credentials = {
    accessKeyId: present(answer.AccessKeyId, "AccessKeyId"),
    secretAccessKey: present(answer.SecretAccessKey, "SecretAccessKey"),
    sessionToken: present(answer.SessionToken, "SessionToken"),
  };
  const expiration = present(answer.Expiration, "Expiration");
  const arn = present(answer.Arn, "Arn");
  return { login: { arn, expiration, credentials }, secondFactor: answer.SecondFactorShown };
}

async function byProvider(options: CommandOptions, place: ServerPlace): Promise<Begun> {
  const { oidc: issuer = "", "client-id": clientId, role } = options;
  if (clientId === undefined) throw new Misuse("--oidc takes --client-id ID, as the provider knows this program");
  if (role?.startsWith("arn:") !== true)
    throw new Misuse("--oidc takes --role ARN: who signs in there is no user here");
  const DurationSeconds = secondsOf(options.duration);
  const [opensBrowser, usesDevice] = [options["no-browser"] !== true, options.device === true];
  const WebIdentityToken = await signInWithProvider({ issuer, clientId, opensBrowser, usesDevice });
  using agent = agentOf(place);
  const sts = new STSClient({
    endpoint: place.endpoint,
    region: place.region,
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
    requestHandler: { httpsAgent: agent.agent },
  });
  const { Credentials: given, AssumedRoleUser } = await sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: role,
      RoleSessionName: "login",
      WebIdentityToken,
      ...(DurationSeconds === undefined ? {} : { DurationSeconds }),
    }),
  );
  const credentials = {
    accessKeyId: present(given?.AccessKeyId, "AccessKeyId"),
    secretAccessKey: present(given?.SecretAccessKey, "SecretAccessKey"),
    sessionToken: present(given?.SessionToken, "SessionToken"),
  };
  const expiration = present(given?.Expiration, "Expiration").toISOString();
  return { login: { arn: present(AssumedRoleUser?.Arn, "Arn"), expiration, credentials }, secondFactor: undefined };
}

function agentOf({ caFile }: ServerPlace): Disposable & { readonly agent: Agent } {
  const agent = new Agent({ ca: readFileSync(caFile), keepAlive: true });
  return { agent, [Symbol.dispose]: () => agent.destroy() };
}

function roleName(role: string | undefined): string | undefined {
  return role?.split("/").at(-1);
}

/** ② secrets go to a file of the person's own, and never to a screen. */
function told({ login: { arn, expiration }, secondFactor }: Begun, { role }: CommandOptions) {
  return { arn, expiration, ...(secondFactor === undefined ? {} : { secondFactor }), ...(role && { role }) };
}

function report(kept: Login, secondFactor: boolean | undefined, { data }: CommandOptions): string {
  const until = new Date(kept.expiration);
  const where = data === undefined ? "" : ` --data ${data}`;
  return [
    `You are signed in${secondFactor === false ? ", without a second factor" : ""}.`,
    `  as             ${kept.arn}`,
    `  until          ${until.toISOString().slice(0, 16).replace("T", " ")} UTC (${timeUntil(until, new Date())})`,
    `  use it         eval "$(./strongroom env${where} --profile ${kept.profile})"`,
    `  sign out       ./strongroom logout${where} --profile ${kept.profile}`,
    "",
  ].join("\n");
}
