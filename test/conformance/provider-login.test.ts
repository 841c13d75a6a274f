import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import {
  Clients,
  hostLacks,
  startHouseProcess,
  startIdentityProvider,
  type Credentials,
  type HouseProcess,
  type IdentityProvider,
} from "@strongroom/testkit";

const commandLine = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
const RoleName = "lab";

/** People sign in at a provider of their own; the environment knows the provider, and not the people. */
describe("the command line's login at a provider", { skip: await hostLacks() }, () => {
  let house: HouseProcess;
  let provider: IdentityProvider;
  let home: string;
  let roleArn: string;
  let providerArn: string;
  before(async () => {
    provider = await startIdentityProvider();
    house = await startHouseProcess();
    home = await mkdtemp(join(tmpdir(), "strongroom-home-"));
    const { iam } = house.clients;
    const known = { Url: provider.issuer, ClientIDList: [provider.clientId] };
    providerArn = (await iam.send(new CreateOpenIDConnectProviderCommand(known))).OpenIDConnectProviderArn ?? "";
    const AssumeRolePolicyDocument = trusting(provider.subject);
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    roleArn = Role?.Arn ?? "";
  });
  after(async () => {
    await house[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  function trusting(subject: string): string {
    const host = provider.issuer.replace("http://", "");
    const Condition = { StringEquals: { [`${host}:aud`]: provider.clientId, [`${host}:sub`]: subject } };
    const Principal = { Federated: providerArn };
    const Statement = [{ Effect: "Allow", Principal, Action: "sts:AssumeRoleWithWebIdentity", Condition }];
    return JSON.stringify({ Version: "2012-10-17", Statement });
  }

  /** Signs in; a browser goes to the first address of the provider's that the program shows. */
  async function login(...more: string[]) {
    const words = ["login", "--oidc", provider.issuer, "--client-id", provider.clientId, "--role", roleArn, ...more];
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", commandLine, ...words, "--no-browser", "--data", house.dataDir],
      { env: { PATH: process.env["PATH"], HOME: home }, stdio: ["ignore", "pipe", "pipe"] },
    );
    let [stdout, stderr, page] = ["", "", ""];
    let browsing: Promise<void> | undefined;
    child.stdout.on("data", (part: Buffer) => (stdout += part.toString()));
    child.stderr.on("data", (part: Buffer) => {
      stderr += part.toString();
      const url = [...stderr.matchAll(/^ {2}(http:\S*[?]\S*)\n/gm)][0]?.[1];
      if (url === undefined || browsing !== undefined) return;
      browsing = provider.browse(url).then(({ text }) => void (page = text));
    });
    const code = await new Promise<number>((resolve) => child.once("close", (ended) => resolve(ended ?? 1)));
    await browsing;
    return { code, stdout, stderr, page };
  }

  const kept = async () => {
    const logins = join(home, ".strongroom", "logins");
    const [environment = ""] = await readdir(logins);
    const text = await readFile(join(logins, environment, `${RoleName}.json`), "utf8");
    return (JSON.parse(text) as { credentials: Credentials }).credentials;
  };

  test("takes a role by an authorization code, with PKCE, over a redirect to this machine", async () => {
    const { code, stdout, stderr, page } = await login();
    assert.equal(code, 0, stderr);
    assert.match(stderr, /code_challenge_method=S256/);
    assert.match(page, /go back to the terminal/);
    assert.match(stdout, /as +arn:aws:sts::\d+:assumed-role\/lab\/login/);
    using session = new Clients(house.place, await kept());
    assert.match((await session.sts.send(new GetCallerIdentityCommand({}))).Arn ?? "", /assumed-role\/lab\/login$/);
  });

  test("takes a role by a code that is typed into a browser elsewhere", async () => {
    const { code, stdout, stderr } = await login("--device");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /and type the code/);
    assert.match(stdout, /assumed-role\/lab\/login/);
  });

  test("is refused where the role trusts others, and the session before ends with it", async () => {
    using session = new Clients(house.place, await kept());
    await session.sts.send(new GetCallerIdentityCommand({}));
    const PolicyDocument = trusting("somebody-else");
    await house.clients.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    await assert.rejects(session.sts.send(new GetCallerIdentityCommand({})));
    const { code, stderr } = await login();
    assert.equal(code, 1);
    assert.match(stderr, /AccessDenied/);
  });
});
