import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Credentials } from "../environment.ts";
import { Failure, Misuse } from "../outcome.ts";

/** A session that a person signed in for, and the server that it counts for. */
export interface Login {
  readonly profile: string;
  readonly endpoint: string;
  readonly region: string;
  /** Path of the server's certificate authority. */
  readonly caFile: string;
  /** Who the session acts as. */
  readonly arn: string;
  /** ISO 8601, UTC. */
  readonly expiration: string;
  readonly credentials: Required<Credentials>;
}

/** The login that is meant where none is named. */
export const defaultProfile = "default";

/** Logins lie in the person's home, by environment, readable by the person alone. */
const folder = () => join(homedir(), ".strongroom", "logins");
const profileForm = /^[\w+=,.@-]{1,64}$/;

export function checkedProfile(profile: string): string {
  if (profileForm.test(profile) && !profile.startsWith(".")) return profile;
  throw new Misuse(`"${profile}" is no name for a profile: letters, digits and +=,.@_- are`);
}

/** Keeps a login with a copy of its server's certificate authority. Resolves to where it lies. */
export async function keepLogin(login: Login, ca: string): Promise<string> {
  const place = join(folder(), environmentId(ca));
  await mkdir(place, { recursive: true, mode: 0o700 });
  await chmod(place, 0o700);
  const caFile = join(place, "ca.pem");
  await writeAside(caFile, ca);
  const path = join(place, `${checkedProfile(login.profile)}.json`);
  await writeAside(path, `${JSON.stringify({ ...login, caFile })}\n`);
  return path;
}

/** Whoever reads meanwhile finds the file that was there, or the new one whole. */
async function writeAside(path: string, text: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  await writeFile(aside, text, { mode: 0o600 });
  await rename(aside, path);
}

/**
 * The login of a profile: of the server whose certificate authority is `ca`, or of the only server that there is one
 * of. Undefined where there is none. Throws Misuse where several servers have one.
 */
export async function findLogin(profile: string, ca: string | undefined): Promise<Login | undefined> {
  const environments = ca === undefined ? await names(folder()) : [environmentId(ca)];
  const found: Login[] = [];
  for (const environment of environments) {
    const login = await read(join(folder(), environment, `${checkedProfile(profile)}.json`));
    if (login !== undefined) found.push(login);
  }
  if (found.length < 2) return found[0];
  const endpoints = found.map(({ endpoint }) => endpoint).join(", ");
  throw new Misuse(`there are logins "${profile}" at ${endpoints}: say which with --data`);
}

/** Throws Failure where the login's time is over. */
export function current(login: Login, now: Date): Login {
  if (new Date(login.expiration) > now) return login;
  throw new Failure(`the login "${login.profile}" has expired: sign in again with ./strongroom login`);
}

export async function forgetLogin({ profile, caFile }: Login): Promise<void> {
  const ca = await readFile(caFile, "utf8");
  await rm(join(folder(), environmentId(ca), `${profile}.json`), { force: true });
}

function environmentId(ca: string): string {
  return createHash("sha256").update(ca).digest("hex").slice(0, 16);
}

async function names(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch {
    return [];
  }
}

async function read(path: string): Promise<Login | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return undefined;
  }
  return JSON.parse(text) as Login;
}
