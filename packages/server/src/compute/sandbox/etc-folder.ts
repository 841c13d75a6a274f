import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where programs inside find the certificates they trust: those of this environment and no others. */
export const certificatesInside = "/etc/ssl/certs/ca-certificates.crt";

/** The user inside every sandbox. */
export const sandboxUserId = 1000;

const files: Readonly<Record<string, string>> = {
  passwd: `root:x:0:0::/:/usr/sbin/nologin\nstrongroom:x:${sandboxUserId}:${sandboxUserId}::/tmp:/bin/sh\nnobody:x:65534:65534::/:/usr/sbin/nologin\n`,
  group: `root:x:0:\nstrongroom:x:${sandboxUserId}:\nnogroup:x:65534:\n`,
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
  // Names are found in /etc/hosts alone: a query that leaves would be a way out.
  "resolv.conf": "",
  hosts: "",
  "host.conf": "multi on\n",
};

/** What of this machine's own /etc a shared library may need: which BLAS is meant, and where libraries lie. */
export const borrowed = ["/etc/alternatives", "/etc/ld.so.cache"].filter((path) => existsSync(path));

/** Writes the `/etc` that every sandbox of this server sees, read-only. */
export function writeEtcFolder(folder: string, trustedCertificatesPem: string): void {
  mkdirSync(join(folder, "ssl/certs"), { recursive: true, mode: 0o755 });
  mkdirSync(join(folder, "alternatives"), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content, { mode: 0o644 });
  writeFileSync(join(folder, "ld.so.cache"), "");
  writeFileSync(join(folder, "ssl/certs/ca-certificates.crt"), trustedCertificatesPem, { mode: 0o644 });
}

/** The content of one sandbox's /etc/hosts. */
export function hostsFile(names: Readonly<Record<string, string>>): string {
  const lines = Object.entries(names).map(([name, address]) => `${address} ${name}`);
  return ["127.0.0.1 localhost", ...lines, ""].join("\n");
}
