import { equalInConstantTime, scopeText, sha256Hex, signatureOf, signingKey, algorithm } from "./signing-key.ts";
import { readTimestamp } from "./timestamp.ts";

/**
 * The password that AWS's Git credential helpers make: a time stamp and a SigV4 signature over host
 * and path, with no payload hash. Source: aws-cli, `customizations/codecommit.py`.
 */
export interface GitSignIn {
  /** Path of the repository, `/v1/repos/<name>`, as git requests it without `/info/refs` and the like. */
  readonly path: string;
  /** The Host header. One helper signs it with its port, the other without: both are tried. */
  readonly host: string;
  readonly region: string;
  /** YYYYMMDDTHHMMSSZ and 64 hexadecimal digits. */
  readonly password: string;
  /** undefined where the access key is not known; the answer is then no, after the same work. */
  readonly secretAccessKey: string | undefined;
  readonly now: Date;
}

/** How old a password may be. AWS publishes no figure; this is SigV4's own window. */
const ageMsMax = 15 * 60 * 1000;
const passwordForm = /^([0-9]{8}T[0-9]{6}Z)([0-9a-f]{64})$/;

/** Splits HTTP basic authentication's user name: `<access key id>` or `<access key id>%<session token>`. */
export function readGitUserName(userName: string): { accessKeyId: string; sessionToken: string | undefined } {
  const percent = userName.indexOf("%");
  if (percent < 0) return { accessKeyId: userName, sessionToken: undefined };
  return { accessKeyId: userName.slice(0, percent), sessionToken: userName.slice(percent + 1) };
}

export function verifyGitPassword(signIn: GitSignIn): boolean {
  const found = passwordForm.exec(signIn.password);
  const signedAt = readTimestamp(found?.[1] ?? "");
  if (found === null || signedAt === undefined) return false;
  if (Math.abs(signedAt.getTime() - signIn.now.getTime()) > ageMsMax) return false;
  const given = found[2] ?? "";
  const withoutPort = signIn.host.replace(/:[0-9]+$/, "");
  let equal = false;
  for (const host of new Set([signIn.host, withoutPort])) {
    const secret = signIn.secretAccessKey ?? "0".repeat(40);
    if (equalInConstantTime(gitSignature(secret, { ...signIn, host }, signedAt), given)) equal = true;
  }
  return equal && signIn.secretAccessKey !== undefined;
}

/** What a credential helper hands to git at `now`. */
export function gitPassword(
  signIn: Omit<GitSignIn, "password" | "secretAccessKey"> & { secretAccessKey: string },
): string {
  const stamp = new Date(Math.floor(signIn.now.getTime() / 1000) * 1000);
  const text = stamp
    .toISOString()
    .replace(/\.\d{3}Z$/, "Z")
    .replace(/[-:]/g, "");
  return text + gitSignature(signIn.secretAccessKey, signIn, stamp);
}

function gitSignature(secret: string, signIn: { path: string; host: string; region: string }, signedAt: Date): string {
  const stamp = signedAt.toISOString().slice(0, 19).replace(/[-:]/g, "");
  const scope = { date: stamp.slice(0, 8), region: signIn.region, service: "codecommit" };
  // The request ends after the list of signed headers: no payload hash follows.
  const canonical = `GIT\n${signIn.path}\n\nhost:${signIn.host}\n\nhost\n`;
  return signatureOf(signingKey(secret, scope), [algorithm, stamp, scopeText(scope), sha256Hex(canonical)].join("\n"));
}
