import assert from "node:assert/strict";
import { randomBytes, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { checkServerIdentity, connect, createServer } from "node:tls";
import type { ConnectionOptions } from "node:tls";
import { systemClock, TurnableClock } from "../platform/index.ts";
import { hostNames, openCertificates } from "./certificates.ts";
import { createSeal } from "./seal.ts";
import type { Seal } from "./seal.ts";

async function inFolder(body: (folder: string, seal: Seal) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-certificates-"));
  try {
    const created = await createSeal(folder, { kind: "key-file", content: randomBytes(32) });
    assert.ok(created.kind === "open");
    await body(folder, created.seal);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The protocol that a client got with these options, or the code of the error that it got. */
async function connected(options: ConnectionOptions): Promise<string | null> {
  const socket = connect(options);
  try {
    await once(socket, "secureConnect");
    return socket.getProtocol();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "failed";
  } finally {
    socket.destroy();
  }
}

test("a client that trusts the authority reaches the server by each of its names, and by no other", async () => {
  await inFolder(async (folder, seal) => {
    const certificates = await openCertificates({ folder, seal, clock: systemClock });
    const server = createServer(await certificates.tlsOptions([...hostNames, "10.1.2.3"]));
    server.on("tlsClientError", () => undefined);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    // A failed assertion below must not leave the listener open.
    server.unref();
    const port = (server.address() as AddressInfo).port;
    const ca = await readFile(certificates.caPath, "utf8");
    for (const host of ["127.0.0.1", "::1", "localhost", "10.1.2.3"]) {
      // The connection goes to 127.0.0.1; the name is what the client checks the certificate for.
      const answer = await connected({ host: "127.0.0.1", port, ca, checkServerIdentity: named(host) });
      assert.equal(answer, "TLSv1.3", host);
    }
    const stranger = { host: "127.0.0.1", port, ca, checkServerIdentity: named("10.9.9.9") };
    assert.equal(await connected(stranger), "ERR_TLS_CERT_ALTNAME_INVALID");
    assert.equal(await connected({ host: "127.0.0.1", port }), "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    const old = { host: "127.0.0.1", port, ca, minVersion: "TLSv1", maxVersion: "TLSv1.1" } as const;
    assert.notEqual(await connected({ ...old, ciphers: "DEFAULT@SECLEVEL=0" }), "TLSv1.1");
    server.close();
  });
});

function named(host: string): NonNullable<ConnectionOptions["checkServerIdentity"]> {
  return (_, certificate) => checkServerIdentity(host, certificate);
}

test("the authority stays the same after a restart, and a lost copy of its certificate is restored", async () => {
  await inFolder(async (folder, seal) => {
    const first = await openCertificates({ folder, seal, clock: systemClock });
    await rm(first.caPath);
    const second = await openCertificates({ folder, seal, clock: systemClock });
    assert.equal(second.caPem, first.caPem);
    assert.equal(await readFile(first.caPath, "utf8"), first.caPem);
    const authority = new X509Certificate(second.caPem);
    const leaf = new X509Certificate((await second.certificateFor(hostNames)).cert);
    assert.ok(authority.ca && !leaf.ca && leaf.verify(authority.publicKey));
    assert.ok(leaf.checkIssued(authority));
  });
});

test("the authority's key lies in no file in the clear, and a changed one is refused", async () => {
  await inFolder(async (folder, seal) => {
    await openCertificates({ folder, seal, clock: systemClock });
    assert.deepEqual((await readdir(folder)).sort(), ["ca.pem", "ca.sealed", "seal.json"]);
    const sealed = await readFile(join(folder, "ca.sealed"));
    assert.ok(!sealed.includes("privateKey") && !sealed.includes("PRIVATE KEY"));
    assert.ok(!(await readFile(join(folder, "ca.pem"), "utf8")).includes("PRIVATE"));
    sealed[40] = (sealed[40] ?? 0) ^ 1;
    await writeFile(join(folder, "ca.sealed"), sealed);
    await assert.rejects(openCertificates({ folder, seal, clock: systemClock }), /was changed/);
  });
});

test("a certificate is issued once for the same names, and again before it ends", async () => {
  await inFolder(async (folder, seal) => {
    const clock = new TurnableClock(new Date());
    const certificates = await openCertificates({ folder, seal, clock });
    const first = await certificates.certificateFor(["10.0.0.1", "localhost"]);
    assert.equal(await certificates.certificateFor(["localhost", "10.0.0.1", "localhost"]), first);
    assert.notEqual(await certificates.certificateFor(["localhost"]), first);
    clock.turnTo(new Date(first.expiresAt.getTime() - 10 * 24 * 60 * 60 * 1000));
    const renewed = await certificates.certificateFor(["10.0.0.1", "localhost"]);
    assert.ok(renewed.expiresAt > first.expiresAt);
    await assert.rejects(certificates.certificateFor([]), RangeError);
  });
});

test("a running server shows the renewed certificate to the next connection, and keeps those that are open", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  await inFolder(async (folder, seal) => {
    const clock = new TurnableClock(new Date());
    const certificates = await openCertificates({ folder, seal, clock });
    const server = createServer(await certificates.tlsOptions(["127.0.0.1"]));
    server.listen(0, "127.0.0.1").unref();
    await once(server, "listening");
    const fresh = certificates.keepFresh(server, ["127.0.0.1"]);
    const port = (server.address() as AddressInfo).port;
    const connection = async () => {
      const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
      await once(socket, "secureConnect");
      return socket;
    };
    const shown = async (): Promise<string> => {
      const socket = await connection();
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.destroy();
      return fingerprint256;
    };
    const kept = await connection();
    const first = await shown();
    const { expiresAt } = await certificates.certificateFor(["127.0.0.1"]);
    clock.turnTo(new Date(expiresAt.getTime() - 10 * 24 * 60 * 60 * 1000));
    assert.equal(await shown(), first);
    context.mock.timers.tick(12 * 60 * 60 * 1000);
    let now = first;
    for (let tries = 0; tries < 200 && now === first; tries += 1) now = await shown();
    assert.notEqual(now, first);
    assert.ok(!kept.destroyed && kept.writable);
    kept.destroy();
    fresh[Symbol.dispose]();
    server.close();
  });
});
