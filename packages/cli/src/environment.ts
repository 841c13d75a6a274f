import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { Failure } from "./outcome.ts";

/**
 * Where an environment lies. The data folder holds nothing that opens it: the key file and the
 * administrator's credentials lie beside it, in `<data>.secrets`, readable by their owner alone.
 */
export interface EnvironmentPaths {
  readonly dataDir: string;
  readonly secretsDir: string;
  readonly keyFile: string;
  readonly administratorFile: string;
  readonly stateFile: string;
  readonly logFile: string;
  readonly caFile: string;
  /** Where a server that waits for its seal to be opened takes what opens it. */
  readonly unsealSocket: string;
}

export function pathsOf(data: string | undefined, keyFile?: string): EnvironmentPaths {
  const dataDir = data === undefined ? join(homedir(), ".strongroom", "data") : resolve(data);
  const secretsDir = `${dataDir}.secrets`;
  return {
    dataDir,
    secretsDir,
    keyFile: keyFile === undefined ? join(secretsDir, "unseal.key") : resolve(keyFile),
    administratorFile: join(secretsDir, "administrator.json"),
    stateFile: join(dataDir, "run", "server.json"),
    logFile: join(dataDir, "run", "server.jsonl"),
    caFile: join(dataDir, "ca.pem"),
    unsealSocket: join(dataDir, "run", "unseal.sock"),
  };
}

/** Makes the folders, closed to everybody else. */
export async function makeFolders(paths: EnvironmentPaths): Promise<void> {
  for (const folder of [paths.dataDir, paths.secretsDir, join(paths.dataDir, "run")]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  }
}

/** What a running server says of itself. */
export interface ServerState {
  readonly pid: number;
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly caFile: string;
  /** Names that the operator's own certificate is shown for. */
  readonly certificateNames?: readonly string[];
  /** true: it waits for its seal to be opened, and answers nothing until then. */
  readonly sealed?: boolean;
}

/** The state of the server on this data folder, or undefined where none runs. */
export async function runningServer(paths: EnvironmentPaths): Promise<ServerState | undefined> {
  let text: string;
  try {
    text = await readFile(paths.stateFile, "utf8");
  } catch {
    return undefined;
  }
  const state = JSON.parse(text) as ServerState;
  return isAlive(state.pid) ? state : undefined;
}

export async function requireServer(paths: EnvironmentPaths): Promise<ServerState> {
  const state = await runningServer(paths);
  if (state === undefined) throw new Failure(`nothing runs on ${paths.dataDir}: start it with ./strongroom up`);
  if (state.sealed === true) throw new Failure(`${paths.dataDir} is sealed: open it with ./strongroom unseal`);
  return state;
}

/** Whether a process runs. One that was killed does not once its last thread has ended, reaped by its parent or not. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The state stands behind the command's name, which is in parentheses and may hold anything.
    const isZombie = stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
    return !isZombie || readdirSync(`/proc/${pid}/task`).length > 1;
  } catch {
    return false;
  }
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export function hasAdministrator(paths: EnvironmentPaths): boolean {
  return existsSync(paths.administratorFile);
}

export async function administrator(paths: EnvironmentPaths): Promise<Credentials> {
  try {
    return JSON.parse(await readFile(paths.administratorFile, "utf8")) as Credentials;
  } catch {
    throw new Failure(`the administrator's credentials are not at ${paths.administratorFile}`);
  }
}
