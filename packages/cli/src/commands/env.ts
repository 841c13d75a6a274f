import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { Clients } from "../clients.ts";
import type { Command } from "../command.ts";
import { administrator, pathsOf, requireServer, type Credentials } from "../environment.ts";

export const env: Command = {
  name: "env",
  synopsis: "env [--profile NAME]",
  summary: "shell exports for AWS clients: the administrator, or a role that it may assume",
  async run(options) {
    const paths = pathsOf(options.data);
    const server = await requireServer(paths);
    const first = await administrator(paths);
    const credentials = options.profile === undefined ? first : await assume(options.profile);
    const variables: Record<string, string> = {
      AWS_ENDPOINT_URL: server.endpoint,
      AWS_CA_BUNDLE: server.caFile,
      NODE_EXTRA_CA_CERTS: server.caFile,
      AWS_REGION: server.region,
      AWS_DEFAULT_REGION: server.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    if (credentials.sessionToken !== undefined) variables["AWS_SESSION_TOKEN"] = credentials.sessionToken;
    if (options.json) process.stdout.write(`${JSON.stringify(variables)}\n`);
    else {
      if (credentials.sessionToken === undefined) process.stdout.write("unset AWS_SESSION_TOKEN\n");
      for (const [name, value] of Object.entries(variables)) process.stdout.write(`export ${name}='${value}'\n`);
    }
    return 0;

    async function assume(role: string): Promise<Credentials> {
      using clients = new Clients(server, first);
      const { Credentials: given } = await clients.sts().send(
        new AssumeRoleCommand({
          RoleArn: `arn:aws:iam::${server.accountId}:role/${role}`,
          RoleSessionName: "command-line",
        }),
      );
      return {
        accessKeyId: given?.AccessKeyId ?? "",
        secretAccessKey: given?.SecretAccessKey ?? "",
        sessionToken: given?.SessionToken ?? "",
      };
    }
  },
};
