import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { Command, CommandOptions } from "../command.ts";
import { Connection } from "../connection.ts";
import { administrator, hasAdministrator, pathsOf, requireServer, type Credentials } from "../environment.ts";
import { loginOf } from "../login/chosen-login.ts";
import { current, defaultProfile, type Login } from "../login/login-store.ts";

export const env: Command = async (options) => {
  const login = await chosenLogin(options);
  const variables = login === undefined ? await ofAdministrator(options) : ofLogin(current(login, new Date()));
  if (options.json) process.stdout.write(`${JSON.stringify(variables)}\n`);
  else {
    if (variables["AWS_SESSION_TOKEN"] === undefined) process.stdout.write("unset AWS_SESSION_TOKEN\n");
    for (const [name, value] of Object.entries(variables)) process.stdout.write(`export ${name}='${value}'\n`);
  }
  return 0;
};

/** A login of the profile that is named; without a name, the one by default of who is no administrator. */
async function chosenLogin(options: CommandOptions): Promise<Login | undefined> {
  if (options.profile !== undefined) return await loginOf(options.profile, options);
  return hasAdministrator(pathsOf(options.data)) ? undefined : await loginOf(defaultProfile, options);
}

type Place = Pick<Login, "endpoint" | "caFile" | "region">;

function ofLogin(login: Login): Record<string, string> {
  return variablesOf(login, login.credentials);
}

async function ofAdministrator(options: CommandOptions): Promise<Record<string, string>> {
  const paths = pathsOf(options.data);
  const server = await requireServer(paths);
  const first = await administrator(paths);
  if (options.profile === undefined) return variablesOf(server, first);
  using connection = new Connection(server, first);
  const { Credentials: given } = await new STSClient(connection.clientSettings()).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${server.accountId}:role/${options.profile}`,
      RoleSessionName: "command-line",
    }),
  );
  return variablesOf(server, {
    accessKeyId: given?.AccessKeyId ?? "",
    secretAccessKey: given?.SecretAccessKey ?? "",
    sessionToken: given?.SessionToken ?? "",
  });
}

function variablesOf({ endpoint, caFile, region }: Place, credentials: Credentials): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_CA_BUNDLE: caFile,
    NODE_EXTRA_CA_CERTS: caFile,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
  };
}
