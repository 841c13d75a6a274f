import { strict as assert } from "node:assert";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { ListUsersCommand } from "@aws-sdk/client-iam";
import { ListKeysCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { ListTrainingJobsCommand } from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { openRoot, readSeal } from "../../packages/server/src/encryption/seal.ts";
import { copiesInMemory } from "../../packages/server/src/encryption/testing/process-memory.ts";
import { softToken, softTokenLacks } from "../../packages/server/src/encryption/testing/soft-token.ts";
import { Clients, hostLacks, run, type Credentials } from "@strongroom/testkit";

const commandLine = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));

interface State {
  readonly pid: number;
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly caFile?: string;
  readonly sealed?: boolean;
}

describe("the seal, as operators use it and as others would", { skip: await hostLacks() }, () => {
  let folder: string;
  let dataDir: string;
  /** The root of all keys itself, which only this test may know. */
  let root: Buffer;
  const command = (words: readonly string[], options: Parameters<typeof run>[2] = {}) =>
    run(process.execPath, ["--disable-warning=ExperimentalWarning", commandLine, ...words, "--data", dataDir], options);
  const done = async (words: readonly string[], options: Parameters<typeof run>[2] = {}) => {
    const { code, stdout, stderr } = await command(words, options);
    assert.equal(code, 0, `${words.join(" ")}: ${stderr}`);
    return stdout;
  };
  const up = async (...words: string[]) => JSON.parse(await done(["up", "--port", "0", "--json", ...words])) as State;
  const clientsOf = async ({ endpoint, region, accountId }: State) => {
    const told = await readFile(`${dataDir}.secrets/administrator.json`, "utf8");
    const place = { endpoint, region, accountId, caPath: join(dataDir, "ca.pem") };
    return new Clients(place, JSON.parse(told) as Credentials);
  };
  const read = async (state: State) => {
    using clients = await clientsOf(state);
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: "kept", Key: "k" }));
    return await Body?.transformToString();
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "strongroom-seal-"));
    dataDir = join(folder, "data");
    using clients = await clientsOf(await up());
    await clients.s3.send(new CreateBucketCommand({ Bucket: "kept" }));
    await clients.s3.send(new PutObjectCommand({ Bucket: "kept", Key: "k", Body: "what was kept" }));
    const sealed = await readSeal(dataDir);
    const content = await readFile(`${dataDir}.secrets/unseal.key`);
    const opened = sealed.kind === "read" ? openRoot(sealed.file, { kind: "key-file", content }) : undefined;
    assert.ok(opened?.kind === "root");
    root = Buffer.from(opened.bytes);
    opened[Symbol.dispose]();
  });
  after(async () => {
    await command(["down"]);
    await rm(folder, { recursive: true, force: true });
  });

  test("the seal of a running environment is not changed", async () => {
    const { code, stderr } = await command(["seal", "shares", "--threshold", "2", "--shares", "3"]);
    assert.equal(code, 1);
    assert.match(stderr, /another server \(process \d+\) has the data folder/);
    await done(["down"]);
  });

  test("an order that says something else than it seems to is refused, and leaves nothing behind", async () => {
    const refused = async (words: readonly string[], code: number, why: RegExp) => {
      const ended = await command(["seal", ...words]);
      assert.deepEqual([ended.code, ended.stdout], [code, ""], ended.stderr);
      assert.match(ended.stderr, why);
    };
    const key = `${dataDir}.secrets/unseal.key`;
    await refused(["change", "--to", "key-file", "--new-key-file", key], 1, /this key file opens the seal already/);
    await refused(["shares", "--threshold", "0x2", "--shares", "3"], 2, /--threshold takes a number, not "0x2"/);
    const out = join(folder, "half");
    await mkdir(out);
    await writeFile(join(out, "share-2"), "in the way");
    await refused(["shares", "--threshold", "2", "--shares", "3", "--out", out], 1, /share-2 cannot be made/);
    assert.deepEqual(await readdir(out), ["share-2"]);
    const words = ["seal", "shares", "--threshold", "2", "--shares", "3", "--data", dataDir];
    const full = await run("/bin/sh", ["-c", 'exec "$@" >/dev/full', "sh", process.execPath, commandLine, ...words]);
    assert.equal(full.code, 1);
    assert.match(full.stderr, /the shares cannot be written to standard output: .*; nothing was changed/);
  });

  test("under shares, the key file opens nothing, and a server that is not sealed does not start", async () => {
    await done(["seal", "shares", "--threshold", "2", "--shares", "3", "--out", join(folder, "shares")]);
    assert.deepEqual((await readdir(join(folder, "shares"))).sort(), ["share-1", "share-2", "share-3"]);
    assert.equal((await stat(join(folder, "shares", "share-1"))).mode & 0o777, 0o600);
    const { code, stderr } = await command(["up", "--port", "0"]);
    assert.equal(code, 1);
    assert.match(stderr, /opens with shares: start with --sealed/);
  });

  test("sealed, every service says so, a client that checks certificates sends nothing, and no data is touched", async () => {
    const state = await up("--sealed");
    assert.equal(state.sealed, true);
    const dataFiles = async () => {
      const found = await readdir(dataDir, { recursive: true, withFileTypes: true });
      const files = found.filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(dataDir, "run")));
      const facts = files.map(async ({ parentPath, name }) => {
        const { mtimeMs, atimeMs, size } = await stat(join(parentPath, name));
        // The seal was read for its method, before anything was asked.
        return [join(parentPath, name), size, mtimeMs, name === "seal.json" ? 0 : atimeMs] as const;
      });
      return (await Promise.all(facts)).sort(([a], [b]) => (a < b ? -1 : 1));
    };
    const before = await dataFiles();
    {
      using checking = await clientsOf(state);
      await assert.rejects(checking.sts.send(new GetCallerIdentityCommand({})), /certificate|signature/i);
    }
    using clients = await clientsOf(state);
    clients.agent.options.rejectUnauthorized = false;
    const calls = [
      () => clients.s3.send(new GetObjectCommand({ Bucket: "kept", Key: "k" })),
      () => clients.s3.send(new PutObjectCommand({ Bucket: "kept", Key: "k", Body: "another" })),
      () => clients.kms.send(new ListKeysCommand({})),
      () => clients.iam.send(new ListUsersCommand({})),
      () => clients.sts.send(new GetCallerIdentityCommand({})),
      () => clients.ec2.send(new DescribeVpcsCommand({})),
      () => clients.sagemaker.send(new ListTrainingJobsCommand({})),
      () => clients.runtime.send(new InvokeEndpointCommand({ EndpointName: "e", Body: "1" })),
    ];
    for (const call of calls) {
      await assert.rejects(call(), (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
        assert.deepEqual([error.name, error.$metadata?.httpStatusCode], ["ServiceUnavailable", 503]);
        return /environment is sealed/.test(error.message);
      });
    }
    assert.deepEqual(await dataFiles(), before);
  });

  const ask = async (line: string) => {
    const socket = connect(join(dataDir, "run", "unseal.sock"));
    socket.end(line);
    return await text(socket);
  };
  const share = (number: number) => readFile(join(folder, "shares", `share-${number}`), "utf8");

  test("the socket is its owner's alone, and what is no offer gets no more than a word", async () => {
    assert.equal((await stat(join(dataDir, "run", "unseal.sock"))).mode & 0o777, 0o600);
    const status = { sealed: { kind: "shares", shares: { threshold: 2, given: 0 } } };
    assert.deepEqual(JSON.parse(await ask('{"do":"status"}\n')), status);
    for (const line of [
      "\n",
      "[]\n",
      "null\n",
      '{"do":"open"}\n',
      '{"do":"offer","kind":"root","text":""}\n',
      "x".repeat(20_000),
      "{",
    ]) {
      assert.match(await ask(line), /^\{"refused":"(a request|an offer) is [^"]+"\}\n$/, line.slice(0, 40));
    }
    assert.deepEqual(JSON.parse(await ask('{"do":"status"}\n')), status);
  });

  test("shares are brought one by one, a wrong one is named, and the last one opens the house", async () => {
    const foreign = (await share(2)).replace(/-1-[0-9a-f]{4}/, "-1-0000");
    const wrong = await command(["unseal"], { input: foreign });
    assert.deepEqual([wrong.code, wrong.stderr], [1, "strongroom: this is no share, or it was mistyped\n"]);
    const passphrase = await ask('{"do":"offer","kind":"passphrase","text":"a guess"}\n');
    assert.match(passphrase, /the seal opens with shares, not with a passphrase/);
    assert.match(await done(["unseal"], { input: await share(3) }), /Still sealed: 1 of 2 shares were given/);
    assert.match((await command(["unseal"], { input: await share(3) })).stderr, /share 3 was given before/);
    assert.equal((await command(["status"])).code, 1);
    assert.match((await command(["verify", "audit"])).stderr, /is sealed: open it with/);
    const state = JSON.parse(await done(["unseal", "--json"], { input: await share(1) })) as State;
    assert.equal(await read(state), "what was kept");
    // ④ in the whole server, at work, the root stands in its guarded page and nowhere else.
    assert.equal(await copiesInMemory(state.pid, root), 1);
    assert.match(await done(["verify", "audit"]), /The trail holds/);
    assert.match((await command(["unseal"], { input: await share(1) })).stderr, /is open already/);
    await assert.rejects(stat(join(dataDir, "run", "unseal.sock")), { code: "ENOENT" });
  });

  test("neither the root nor a share or key file stands in any file of the data folder, the log among them", async () => {
    await done(["down"]);
    const secrets = [
      await readFile(`${dataDir}.secrets/unseal.key`, "utf8"),
      await share(1),
      await share(2),
      await share(3),
    ];
    const digits = secrets.flatMap((secret) => /[0-9a-f]{64}/.exec(secret)?.[0] ?? []);
    assert.equal(digits.length, 3);
    const forms = [
      ...secrets.map((secret) => secret.trim()),
      ...digits,
      ...digits.map((hex) => Buffer.from(hex, "hex")),
      ...[root, root.toString("hex"), root.toString("base64"), root.toString("base64url")],
    ];
    for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const content = await readFile(join(entry.parentPath, entry.name));
      for (const form of forms) assert.ok(!content.includes(form), `${entry.name} tells it`);
    }
  });

  test("from shares to a passphrase: two shares and the new secret through standard input, and it starts with that", async () => {
    const input = `${(await share(2)).trim()}\n${(await share(1)).trim()}\nthe new passphrase\n`;
    await done(["seal", "change", "--to", "passphrase"], { input });
    const { stderr } = await command(["up", "--port", "0"], { environment: { STRONGROOM_PASSPHRASE: "the old one" } });
    assert.match(stderr, /the passphrase does not open the seal/);
    const told = { environment: { STRONGROOM_PASSPHRASE: "the new passphrase" } };
    const state = JSON.parse(await done(["up", "--port", "0", "--json"], told)) as State;
    assert.equal(await read(state), "what was kept");
    const shown = await readFile(`/proc/${state.pid}/environ`, "utf8");
    assert.ok(!shown.includes("the new passphrase"));
    assert.match(await readFile(`/proc/${state.pid}/limits`, "utf8"), /^Max core file size\s+0\s+0\s/m);
    await done(["down"]);
  });

  test("wrong passphrases at the socket are counted, and the right one opens the house", async () => {
    await up("--sealed");
    const refusals = new Set<string>();
    for (let n = 0; n < 5; n += 1) refusals.add((await command(["unseal"], { input: `guess ${n}\n` })).stderr);
    assert.deepEqual([...refusals], ["strongroom: the passphrase does not open the seal\n"]);
    const waits = await command(["unseal"], { input: "the new passphrase\n" });
    assert.match(waits.stderr, /too many wrong offers: wait \d+ seconds/);
    await done(["down"]);
    await up("--sealed");
    const state = JSON.parse(await done(["unseal", "--json"], { input: "the new passphrase\n" })) as State;
    assert.equal(await read(state), "what was kept");
    await done(["down"]);
  });

  test("a token holds the seal: with its PIN at the start, and brought later", { skip: softTokenLacks }, async () => {
    await using token = await softToken();
    const { module, token: label, pin } = token.place;
    const names = { STRONGROOM_PKCS11_MODULE: module, STRONGROOM_PKCS11_TOKEN: label, SOFTHSM2_CONF: token.settings };
    const change = ["seal", "change", "--to", "pkcs11"];
    await done(change, { environment: names, input: `the new passphrase\n${pin}\n` });
    const wrong = { environment: { ...names, STRONGROOM_PKCS11_PIN: "00000000" } };
    assert.match((await command(["up", "--port", "0"], wrong)).stderr, /the token refuses: the PIN is wrong/);
    const right = { environment: { ...names, STRONGROOM_PKCS11_PIN: pin } };
    const state = JSON.parse(await done(["up", "--port", "0", "--json"], right)) as State;
    assert.equal(await read(state), "what was kept");
    await done(["down"]);
    await done(["up", "--port", "0", "--sealed"], { environment: names });
    const opened = JSON.parse(await done(["unseal", "--json"], { input: `${pin}\n` })) as State;
    assert.equal(await read(opened), "what was kept");
    await done(["down"]);
    const keyFile = join(folder, "new.key");
    await done(["seal", "change", "--to", "key-file", "--new-key-file", keyFile], right);
    assert.equal(await read(await up("--key-file", keyFile)), "what was kept");
    await done(["down"]);
  });

  test("a sealed start needs a seal, and a data folder at a path that a socket's name can hold", async () => {
    const elsewhere = (...words: string[]) =>
      run(process.execPath, ["--disable-warning=ExperimentalWarning", commandLine, ...words]);
    const none = await elsewhere("up", "--sealed", "--port", "0", "--data", join(folder, "none"));
    assert.match(none.stderr, /has no seal yet: start it once with a secret/);
    const long = join(folder, "x".repeat(100));
    await cp(dataDir, long, { recursive: true });
    const refused = await elsewhere("up", "--sealed", "--port", "0", "--data", long);
    assert.match(refused.stderr, /too long for the name of a socket/);
  });
});
