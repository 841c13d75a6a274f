import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Command, CommandOptions } from "../command.ts";
import { makeFolders, pathsOf, runningServer, type EnvironmentPaths, type ServerState } from "../environment.ts";
import { Failure, Misuse } from "../outcome.ts";

const serverEntry = fileURLToPath(new URL("../../../server/src/main.ts", import.meta.url));
const defaultPort = 7443;

export const up: Command = async (options) => {
  const paths = pathsOf(options.data, options["key-file"]);
  const hadAdministrator = existsSync(paths.administratorFile);
  const running = await runningServer(paths);
  const liftGuardrails = options["lift-guardrails"] === true;
  if (running !== undefined && liftGuardrails) {
    throw new Failure("guardrails are lifted at the start: stop the server first with ./strongroom down");
  }
  const liftBucketPolicy = options["lift-bucket-policy"];
  if (running !== undefined && liftBucketPolicy !== undefined) {
    throw new Failure("a bucket's policy is lifted at the start: stop the server first with ./strongroom down");
  }
  const sealed = options.sealed === true;
  if (sealed && running !== undefined && running.sealed !== true) {
    throw new Failure("it runs already, and open: stop it first with ./strongroom down");
  }
  const certificate = certificateOf(options);
  if (certificate !== undefined && running !== undefined) {
    throw new Failure("a certificate is taken at the start: stop the server first with ./strongroom down");
  }
  const start = { liftGuardrails, liftBucketPolicy, sealed, certificate };
  const state = running ?? (await startServer(paths, portOf(options), start));
  if (state.sealed === true) {
    reportSealed(state, paths, options.json, running !== undefined);
    return 0;
  }
  report(state, paths, options.json, running !== undefined);
  if (!options.json && !hadAdministrator && existsSync(paths.administratorFile)) tellAdministrator(paths);
  return 0;
};

function portOf(options: CommandOptions): number {
  const port = options.port === undefined ? defaultPort : Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Misuse(`--port ${options.port ?? ""} is not a port`);
  return port;
}

interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

function certificateOf(options: CommandOptions): CertificateFiles | undefined {
  const { certificate, "certificate-key": key } = options;
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate !== undefined && key !== undefined) return { certificate: resolve(certificate), key: resolve(key) };
  throw new Misuse("--certificate and --certificate-key belong together: give both, or neither");
}

interface StartOptions {
  /** Takes every service control policy off; for when one locks everybody out. */
  readonly liftGuardrails?: boolean;
  /** Takes this bucket's policy off; for when it lets nobody change it. */
  readonly liftBucketPolicy?: string | undefined;
  /** Waits for `unseal` before it opens anything. */
  readonly sealed?: boolean;
  /** The operator's own, as PEM; it is read again when it was renewed. */
  readonly certificate?: CertificateFiles | undefined;
}

/** Starts a server of its own process group and returns once it answers. Throws Failure with the server's own words. */
export async function startServer(
  paths: EnvironmentPaths,
  port: number,
  { liftGuardrails = false, liftBucketPolicy, sealed = false, certificate }: StartOptions = {},
): Promise<ServerState> {
  await makeFolders(paths);
  const isElsewhere = ["STRONGROOM_PASSPHRASE", "STRONGROOM_PKCS11_PIN"].some(
    (name) => process.env[name] !== undefined,
  );
  const byKeyFile = !sealed && !isElsewhere;
  if (byKeyFile && !existsSync(paths.keyFile)) {
    // A new one would open nothing, and might be taken for the old one where copies are made.
    if (existsSync(join(paths.dataDir, "seal.json"))) {
      throw new Failure(
        `the key file ${paths.keyFile} is missing: put back a copy of it, or set STRONGROOM_PASSPHRASE or STRONGROOM_PKCS11_PIN where the seal opens with those; nothing was changed`,
      );
    }
    // ④ the key that unseals the root lies outside the data folder: a copy of that folder opens nothing.
    await writeFile(paths.keyFile, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
  }
  const log = await open(paths.logFile, "a", 0o600);
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", serverEntry], {
    detached: true,
    stdio: ["ignore", "pipe", log.fd],
    env: {
      ...process.env,
      STRONGROOM_DATA: paths.dataDir,
      STRONGROOM_PORT: String(port),
      STRONGROOM_ADMINISTRATOR_FILE: paths.administratorFile,
      ...(byKeyFile ? { STRONGROOM_KEY_FILE: paths.keyFile } : {}),
      ...(sealed ? { STRONGROOM_SEALED: "1" } : {}),
      ...(certificate === undefined
        ? {}
        : { STRONGROOM_CERTIFICATE: certificate.certificate, STRONGROOM_CERTIFICATE_KEY: certificate.key }),
      ...(liftGuardrails ? { STRONGROOM_LIFT_GUARDRAILS: "1" } : {}),
      ...(liftBucketPolicy === undefined ? {} : { STRONGROOM_LIFT_BUCKET_POLICY: liftBucketPolicy }),
    },
  });
  await log.close();
  const { stdout } = child;
  if (stdout === null) throw new Failure("the server's output cannot be read");
  const answer = await firstLine(stdout);
  stdout.destroy();
  child.unref();
  if (answer === undefined) throw new Failure(`the server ended before it answered; its log: ${paths.logFile}`);
  const said = JSON.parse(answer) as { state: ServerState } | { problem: string };
  if ("problem" in said) throw new Failure(said.problem);
  return said.state;
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: stream })) return line;
  return undefined;
}

function report(state: ServerState, paths: EnvironmentPaths, json: boolean, already: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...state, dataDir: paths.dataDir, alreadyRunning: already })}\n`);
    return;
  }
  const data = paths.dataDir;
  process.stdout.write(
    [
      already ? "Strongroom is already running." : "Strongroom is running.",
      `  endpoint       ${state.endpoint}`,
      `  CA             ${state.caFile}`,
      ...(state.certificateNames === undefined
        ? []
        : [`  certificate    your own, for ${state.certificateNames.join(", ")}; by address still the CA's`]),
      `  data           ${data}`,
      `  secrets        ${paths.secretsDir}  (keep a copy elsewhere: without it the data cannot be opened)`,
      `  account        ${state.accountId}, region ${state.region}`,
      `  use it         eval "$(./strongroom env --data ${data})"; aws sts get-caller-identity`,
      "",
    ].join("\n"),
  );
}

function reportSealed(state: ServerState, { dataDir }: EnvironmentPaths, json: boolean, already: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...state, dataDir, alreadyRunning: already })}\n`);
    return;
  }
  process.stdout.write(
    [
      already ? "Strongroom is already running, sealed." : "Strongroom is running, sealed.",
      `  endpoint       ${state.endpoint}  (answers every request with 503)`,
      `  data           ${dataDir}`,
      `  open it        ./strongroom unseal --data ${dataDir}`,
      "",
    ].join("\n"),
  );
}

/** Said at the first start, and never again: the server keeps the key sealed and tells it nobody. */
function tellAdministrator({ administratorFile }: EnvironmentPaths): void {
  process.stdout.write(
    [
      "",
      "The first administrator was made, the user `administrator`. This is told once:",
      `  access key     ${administratorFile}  (readable by you alone; nothing else has it)`,
      "  people         ./strongroom person create NAME, and then ./strongroom login --user NAME",
      "",
    ].join("\n"),
  );
}
