import { strict as assert } from "node:assert";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { request as plainRequest } from "node:http";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { STSClient, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { hostLacks, run, startHouse, type TestHouse } from "@strongroom/testkit";

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate that vouches for itself, as an operator's own tools make one. */
async function makePair(folder: string, name: string, days = 30): Promise<Pair> {
  const pair = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}-key.pem`) };
  const words = [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", String(days)],
    ...["-keyout", pair.key, "-out", pair.certificate, "-subj", `/CN=${name}`],
    ...["-addext", `subjectAltName=DNS:${name}.example.com`, "-addext", "basicConstraints=critical,CA:FALSE"],
  ];
  const { code, stderr } = await run("openssl", words);
  assert.equal(code, 0, stderr);
  return pair;
}

describe("data in transit", { skip: await hostLacks() }, () => {
  let folder: string;
  let pair: Pair;
  let house: TestHouse;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "strongroom-transit-"));
    pair = await makePair(folder, "ml");
    house = await startHouse({ certificate: pair });
  });
  after(async () => {
    await house[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  test("a client that asks by the operator's name is answered under the operator's certificate", async () => {
    const { port } = new URL(house.place.endpoint);
    const ca = await readFile(pair.certificate);
    // The name resolves to nothing here: the connection goes to loopback, as a name server would tell.
    const agent = new Agent({
      ca,
      lookup: (_name, _options, tell) => tell(null, [{ address: "127.0.0.1", family: 4 }]),
    });
    using client = disposable(
      new STSClient({
        endpoint: `https://ml.example.com:${port}`,
        region: house.place.region,
        credentials: house.clients.credentials,
        requestHandler: { httpsAgent: agent },
        maxAttempts: 1,
      }),
    );
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    assert.match(Arn ?? "", /:user\/administrator$/);
    // By address, the server's own authority vouches, as before.
    await house.clients.sts.send(new GetCallerIdentityCommand({}));
    agent.destroy();
  });

  test("the operator's key lies in no file of the data folder", async () => {
    const told = (await readFile(pair.key, "utf8")).split("\n")[1] ?? "";
    assert.ok(told.length > 30);
    for (const entry of await readdir(house.dataDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      assert.ok(!(await readFile(join(entry.parentPath, entry.name))).includes(told), entry.name);
    }
  });

  test("plain HTTP is told that it is, by every method, and nothing of it is done", async () => {
    const { hostname, port } = new URL(house.place.endpoint);
    for (const method of ["GET", "PUT", "POST"]) {
      const answer = await new Promise<string>((resolve, reject) => {
        const sent = plainRequest({ host: hostname, port, method, path: "/bucket/key" }, (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("end", () => resolve(`${response.statusCode ?? 0} ${Buffer.concat(parts).toString("utf8")}`));
        });
        sent.on("error", reject);
        sent.end();
      });
      assert.match(answer, /^400 This port speaks HTTPS only/, method);
    }
    // It goes on answering those who do speak TLS.
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request({ host: hostname, port, path: "/", rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on("error", reject);
      sent.end();
    });
    assert.equal(status, 403);
  });

  test("the command line takes a pair that fits, and names what is wrong with one that does not", async () => {
    const other = await makePair(folder, "other");
    const dataDir = join(folder, "by-command");
    const up = async (...words: string[]) => await run(process.execPath, [...commandLine, ...words, "--data", dataDir]);
    const half = await up("up", "--port", "0", "--certificate", pair.certificate);
    assert.deepEqual([half.code, /belong together/.test(half.stderr)], [2, true]);
    const mixed = await up("up", "--port", "0", "--certificate", pair.certificate, "--certificate-key", other.key);
    assert.equal(mixed.code, 1);
    assert.match(mixed.stderr, /ml\.pem does not belong to the private key/);
    const words = ["--port", "0", "--certificate", pair.certificate, "--certificate-key", pair.key];
    const started = await up("up", ...words);
    try {
      assert.equal(started.code, 0, started.stderr);
      assert.match(started.stdout, /certificate {4}your own, for ml\.example\.com/);
      const again = await up("up", ...words);
      assert.match(again.stderr, /a certificate is taken at the start/);
    } finally {
      await up("down");
    }
  });
});

const commandLine = [
  "--disable-warning=ExperimentalWarning",
  join(import.meta.dirname, "../../packages/cli/src/main.ts"),
];

function disposable<T extends { destroy(): void }>(client: T): T & Disposable {
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}
