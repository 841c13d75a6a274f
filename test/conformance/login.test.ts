import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { Secret, TOTP } from "otpauth";
import {
  clientProgram,
  Clients,
  hostLacks,
  newRole,
  run,
  startHouseProcess,
  type Credentials,
  type HouseProcess,
} from "@strongroom/testkit";

const commandLine = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
const aws = clientProgram("aws");
const node = ["--disable-warning=ExperimentalWarning", commandLine];

/** People sign in with the command line, and AWS's clients use what it keeps. */
describe("the command line's login", { skip: await hostLacks() }, () => {
  let house: HouseProcess;
  let home: string;
  before(async () => {
    house = await startHouseProcess();
    home = await mkdtemp(join(tmpdir(), "strongroom-home-"));
  });
  after(async () => {
    await house[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  const command = (words: readonly string[], input = "") =>
    run(process.execPath, [...node, ...words, "--data", house.dataDir], { folder: home, input });

  /** Answers each question, as soon as it is asked, from what was said before. */
  async function dialogue(words: readonly string[], answers: readonly ((said: string) => string)[]) {
    const child = spawn(process.execPath, [...node, ...words, "--data", house.dataDir], {
      env: { PATH: process.env["PATH"], HOME: home },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (part: Buffer) => (stdout += part.toString()));
    child.stderr.on("data", (part: Buffer) => (stderr += part.toString()));
    const left = [...answers];
    const timer = setInterval(() => {
      const isReady = left.length > 2 || stderr.includes("otpauth://") || left.length === 0;
      if (isReady) child.stdin.write(`${left.shift()?.(stderr) ?? ""}\n`);
      if (left.length === 0) child.stdin.end();
    }, 50);
    const code = await new Promise<number>((resolve) => child.once("close", (ended) => resolve(ended ?? 1)));
    clearInterval(timer);
    return { code, stdout, stderr };
  }

  let seed = "";
  const codeNow = (steps = 0) =>
    new TOTP({ secret: Secret.fromBase32(seed) }).generate({ timestamp: Date.now() + steps * 30_000 });
  const password = "Correct-Horse-7";

  test("takes a person from the first password to a role's session", async () => {
    await newRole(house.clients, "scientist", [{ Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" }]);
    const made = await command(["person", "create", "ada", "--role", "scientist", "--json"]);
    assert.equal(made.code, 0, made.stderr);
    const first = (JSON.parse(made.stdout) as { password: string }).password;
    const readSeed = (said: string) => (seed = /secret=([A-Z2-7]+)/.exec(said)?.[1] ?? "");
    const answers = [
      () => first,
      () => "",
      () => password,
      (said: string) => (readSeed(said), codeNow(-1)),
      () => codeNow(),
    ];
    const { code, stdout, stderr } = await dialogue(
      ["login", "--user", "ada", "--role", "scientist", "--duration", "15m"],
      answers,
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /as +arn:aws:sts::\d+:assumed-role\/scientist\/ada/);
    assert.match(stdout, /\(15 min\)/);
    for (const secret of [first, password, seed]) assert.ok(!stdout.includes(secret));
  });

  test("keeps what it was given where nobody else can read it, and for AWS's clients", async () => {
    const logins = join(home, ".strongroom", "logins");
    const [environment = ""] = await readdir(logins);
    assert.deepEqual((await readdir(join(logins, environment))).sort(), ["ca.pem", "scientist.json"]);
    assert.equal((await stat(join(logins, environment))).mode & 0o777, 0o700);
    assert.equal((await stat(join(logins, environment, "scientist.json"))).mode & 0o777, 0o600);
    const env = await command(["env", "--profile", "scientist", "--json"]);
    const variables = JSON.parse(env.stdout) as Record<string, string>;
    const given = await command(["credentials", "--profile", "scientist"]);
    const told = JSON.parse(given.stdout) as Record<string, unknown>;
    assert.equal(told["Version"], 1);
    assert.equal(told["SessionToken"], variables["AWS_SESSION_TOKEN"]);
    using session = new Clients(house.place, {
      accessKeyId: variables["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: variables["AWS_SECRET_ACCESS_KEY"] ?? "",
      sessionToken: variables["AWS_SESSION_TOKEN"] ?? "",
    });
    await session.s3.send(new ListBucketsCommand({}));
  });

  const noAws = aws === undefined && "the AWS CLI is not installed: ./strongroom test brings it";
  test("is a credential_process of the AWS command line", { skip: noAws }, async () => {
    const env = await command(["env", "--profile", "scientist", "--json"]);
    const {
      AWS_ENDPOINT_URL = "",
      AWS_CA_BUNDLE = "",
      AWS_DEFAULT_REGION = "",
    } = JSON.parse(env.stdout) as Record<string, string>;
    const config = join(home, "config");
    const program = [process.execPath, ...node, "credentials", "--profile", "scientist", "--data", house.dataDir];
    await writeFile(config, `[profile lab]\ncredential_process = ${program.join(" ")}\n`);
    const there = { AWS_ENDPOINT_URL, AWS_CA_BUNDLE, AWS_DEFAULT_REGION };
    const environment = { ...there, AWS_CONFIG_FILE: config, AWS_PROFILE: "lab" };
    const words = ["sts", "get-caller-identity", "--query", "Arn", "--output", "text"];
    const { stdout, stderr } = await run(aws ?? "", words, { environment, folder: home });
    assert.match(stdout, /assumed-role\/scientist\/ada/, stderr);
  });

  test("refuses in words that say nothing, keeps nothing, and is used wrongly with exit code 2", async () => {
    const wrong = await command(["login", "--user", "ada", "--profile", "other"], "Wrong-Horse-1\n123456\n");
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /SignInFailedException: The user name, the password or the code is not right\./);
    assert.equal((await command(["credentials", "--profile", "other"])).code, 1);
    for (const words of [
      ["login", "ada"],
      ["login", "--user", "ada", "--duration", "13h"],
      ["login", "--user", "ada", "--profile", "../x"],
      ["login", "--user", "ada", "--profile", ".x"],
      ["login", "--oidc", "https://idp.example"],
      ["login", "--oidc", "http://idp.example", "--client-id", "x", "--role", "arn:aws:iam::111122223333:role/x"],
      ["login", "--endpoint", "http://127.0.0.1:1", "--ca", "x"],
      ["person", "rename", "ada"],
    ]) {
      const { code, stderr } = await command(words, "x\n\n");
      assert.equal(code, 2, `${words.join(" ")}: ${stderr}`);
    }
  });

  test("is answered from a pipe, elsewhere than beside the data folder, and ends with logout", async () => {
    const { endpoint, caPath } = house.place;
    const there = ["login", "--endpoint", endpoint, "--ca", caPath, "--user", "ada", "--json"];
    const login = await command(there, `${password}\n${codeNow(1)}\n`);
    assert.equal(login.code, 0, login.stderr);
    const told = JSON.parse(login.stdout) as Record<string, unknown>;
    assert.equal(told["secondFactor"], true);
    assert.match(String(told["arn"]), /:user\/ada$/);
    const kept = JSON.parse(await readFile(String(told["path"]), "utf8")) as { credentials: Credentials };
    const env = await command(["env", "--profile", "default", "--json"]);
    const variables = JSON.parse(env.stdout) as Record<string, string>;
    assert.equal(variables["AWS_ACCESS_KEY_ID"], kept.credentials.accessKeyId);
    const out = await command(["logout"]);
    assert.match(out.stdout, /^You are signed out of arn:aws:iam::\d+:user\/ada\.$/m, out.stderr);
    using session = new Clients(house.place, kept.credentials);
    await assert.rejects(session.sts.send(new GetCallerIdentityCommand({})), "the session is over at the server");
    assert.equal((await command(["logout"])).code, 1);
  });

  test("is given anew to who has lost everything", async () => {
    const reset = await command(["person", "reset", "ada", "--json"]);
    assert.equal(reset.code, 0, reset.stderr);
    const { password: first } = JSON.parse(reset.stdout) as { password: string };
    const { stderr } = await command(["login", "--user", "ada"], `${first}\n\nCorrect-Horse-8\n`);
    assert.match(stderr, /otpauth:\/\/totp\//, "an authenticator is wanted again");
    assert.equal(
      (await command(["person", "unlock", "ada"])).stdout,
      "ada was not locked: there were no failed tries.\n",
    );
  });
});
