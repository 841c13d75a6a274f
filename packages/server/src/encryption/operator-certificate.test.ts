import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { connect, createServer } from "node:tls";
import { TurnableClock } from "../platform/index.ts";
import { issueServerCertificate, leafLifeMs, makeAuthority } from "./certificate-authority.ts";
import { openOperatorCertificate } from "./operator-certificate.ts";
import { throwawayTlsOptions } from "./throwaway-certificate.ts";

const dayMs = 86_400_000;

async function inFolder(body: (files: { certificate: string; key: string }) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-operator-"));
  try {
    await body({ certificate: join(folder, "chain.pem"), key: join(folder, "key.pem") });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function issued(names: readonly string[], now: Date) {
  const authority = await makeAuthority(now);
  return { ...(await issueServerCertificate(authority, names, now)), ca: authority.certificatePem };
}

test("who asks by one of its names is shown it, everybody else the server's own; a renewed one is used at once", async () => {
  await inFolder(async (files) => {
    const clock = new TurnableClock(new Date());
    const problems: string[] = [];
    const report = (problem: string) => problems.push(problem);
    const names = ["ml.example.com", "*.s3.example.com"];
    const first = await issued(names, clock.now());
    await writeFile(files.certificate, `${first.cert}${first.ca}`);
    await writeFile(files.key, first.key);
    const opened = await openOperatorCertificate({ files, clock, report });
    assert.ok(!("kind" in opened));
    using operator = opened;
    assert.deepEqual(operator.names, names);
    const own = await throwawayTlsOptions(["127.0.0.1", "localhost"], clock.now());
    const server = createServer({ ...own, ...operator.tlsOptions });
    server.listen(0, "127.0.0.1").unref();
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const shownTo = async (servername: string, ca?: string): Promise<string> => {
      const trust = ca === undefined ? { rejectUnauthorized: false } : { ca };
      const socket = connect({ host: "127.0.0.1", port, servername, ...trust });
      await once(socket, "secureConnect");
      const { raw } = socket.getPeerCertificate();
      socket.destroy();
      return new X509Certificate(raw).fingerprint256;
    };
    const fingerprint = ({ cert }: { cert: string }) => new X509Certificate(cert).fingerprint256;
    for (const name of ["ml.example.com", "bucket.s3.example.com"]) {
      assert.equal(await shownTo(name, first.ca), fingerprint(first), name);
    }
    const ownOne = new X509Certificate(String(own.cert)).fingerprint256;
    for (const name of ["", "localhost", "other.example.com", "a.b.s3.example.com"]) {
      assert.equal(await shownTo(name), ownOne, name);
    }

    const second = await issued(names, clock.now());
    // Half of a renewal: what does not fit together is not used.
    await writeFile(files.certificate, second.cert);
    await operator.refresh();
    await operator.refresh();
    assert.deepEqual(problems, [`${files.certificate} does not belong to the private key`]);
    assert.equal(await shownTo("ml.example.com", first.ca), fingerprint(first));
    await writeFile(files.key, second.key);
    await operator.refresh();
    assert.equal(await shownTo("ml.example.com", second.ca), fingerprint(second));
    assert.equal(operator.expiresAt.getTime(), Math.floor(second.expiresAt.getTime() / 1000) * 1000);
    await rm(files.key);
    await operator.refresh();
    assert.equal(problems.at(-1), `${files.key} cannot be read: ENOENT`);
    assert.equal(await shownTo("ml.example.com", second.ca), fingerprint(second));
    server.close();
  });
});

test("a pair that could not be shown is refused at the start, with the file and what is wrong with it", async () => {
  await inFolder(async (files) => {
    const now = new Date();
    const clock = new TurnableClock(now);
    const good = await issued(["ml.example.com"], now);
    const other = await issued(["ml.example.com"], now);
    const late = await issued(["ml.example.com"], new Date(now.getTime() + 2 * dayMs));
    const early = await issued(["ml.example.com"], new Date(now.getTime() - leafLifeMs - dayMs));
    const byAddress = await issued(["10.1.2.3"], now);
    const authority = await makeAuthority(now);
    const authorityKey = createPrivateKey({ key: Buffer.from(authority.privateKey), format: "der", type: "pkcs8" });
    const locked = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey.export({
      ...{ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "x" },
    });
    const cases: readonly (readonly [cert: string, key: string, message: RegExp])[] = [
      [good.cert, other.key, /chain\.pem does not belong to the private key/],
      [early.cert, early.key, /chain\.pem expired on 2/],
      [late.cert, late.key, /chain\.pem is not valid before 2/],
      [byAddress.cert, byAddress.key, /chain\.pem has no DNS name/],
      ["nothing", good.key, /chain\.pem is no certificate in PEM/],
      [good.cert, "nothing", /key\.pem is no private key in PEM/],
      [good.cert, String(locked), /key\.pem is no private key in PEM, or one under a passphrase/],
      [
        authority.certificatePem,
        authorityKey.export({ format: "pem", type: "pkcs8" }).toString(),
        /chain\.pem is a certificate authority's/,
      ],
    ];
    for (const [cert, key, message] of cases) {
      await writeFile(files.certificate, cert);
      await writeFile(files.key, key);
      const opened = await openOperatorCertificate({ files, clock, report: () => undefined });
      assert.ok("kind" in opened, String(message));
      assert.match(opened.message, message);
      assert.ok(!opened.message.includes("PRIVATE"));
    }
    const absent = { ...files, certificate: `${files.certificate}.absent` };
    const opened = await openOperatorCertificate({ files: absent, clock, report: () => undefined });
    assert.ok("kind" in opened && opened.message.endsWith("absent cannot be read: ENOENT"));
  });
});
