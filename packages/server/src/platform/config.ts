import { isAbsolute, resolve } from "node:path";
import { readSecret, type SecretConfig } from "./secret-config.ts";

/** How a server is told what it is. Everything has a default but the data folder and the secret. */
export interface ServerConfig {
  readonly dataDir: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
  /** What unseals the root key, or that somebody brings it while the server waits. */
  readonly secret: SecretConfig;
  /** Where the first administrator's access key is written at the very first start; absent: it is told to the starter. */
  readonly administratorFile: string | undefined;
  /** Jobs that run at the same time; further ones wait. */
  readonly jobsAtOnceMax: number;
  /** The operator's own certificate, with its chain, and its private key: paths of PEM files. */
  readonly certificate?: { readonly certificate: string; readonly key: string };
  /** Takes every service control policy off at the start: the way back from one that locks everybody out. */
  readonly liftGuardrails?: boolean;
  /** The bucket whose policy is taken off at the start: the way back from one that lets nobody change it. */
  readonly liftBucketPolicy?: string;
}

export const defaultRegion = "us-east-1";
export const defaultAccountId = "111122223333";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the server's settings from the environment that its starter prepared; the only place that does.
 * Returns the sentence that says what is wrong where a setting is.
 */
export function readServerConfig(environment: Environment): ServerConfig | { readonly problem: string } {
  const dataDir = environment["STRONGROOM_DATA"];
  if (dataDir === undefined || dataDir === "") return { problem: "STRONGROOM_DATA names no data folder" };
  const port = Number(environment["STRONGROOM_PORT"] ?? "0");
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return { problem: "STRONGROOM_PORT is not a port number" };
  const accountId = environment["STRONGROOM_ACCOUNT"] ?? defaultAccountId;
  if (!/^[0-9]{12}$/.test(accountId)) return { problem: "STRONGROOM_ACCOUNT is not an account id of 12 digits" };
  const region = environment["STRONGROOM_REGION"] ?? defaultRegion;
  if (!/^[a-z]{2}(-[a-z]+)+-[0-9]$/.test(region)) return { problem: "STRONGROOM_REGION is not a region's name" };
  const jobsAtOnceMax = Number(environment["STRONGROOM_JOBS_AT_ONCE"] ?? "4");
  if (!Number.isInteger(jobsAtOnceMax) || jobsAtOnceMax < 1)
    return { problem: "STRONGROOM_JOBS_AT_ONCE is not a count" };
  const secret = readSecret(environment);
  if ("problem" in secret) return secret;
  const certificate = readCertificate(environment);
  if (certificate !== undefined && "problem" in certificate) return certificate;
  const lockedBucket = environment["STRONGROOM_LIFT_BUCKET_POLICY"];
  return {
    dataDir: isAbsolute(dataDir) ? dataDir : resolve(dataDir),
    host: environment["STRONGROOM_HOST"] ?? "127.0.0.1",
    port,
    region,
    accountId,
    secret,
    administratorFile: environment["STRONGROOM_ADMINISTRATOR_FILE"],
    jobsAtOnceMax,
    liftGuardrails: environment["STRONGROOM_LIFT_GUARDRAILS"] === "1",
    ...(certificate !== undefined && { certificate }),
    ...(lockedBucket !== undefined && { liftBucketPolicy: lockedBucket }),
  };
}

function readCertificate(environment: Environment): ServerConfig["certificate"] | { readonly problem: string } {
  const certificate = environment["STRONGROOM_CERTIFICATE"];
  const key = environment["STRONGROOM_CERTIFICATE_KEY"];
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined)
    return { problem: "STRONGROOM_CERTIFICATE_KEY is given, and no STRONGROOM_CERTIFICATE" };
  if (key === undefined) return { problem: "STRONGROOM_CERTIFICATE is given, and no STRONGROOM_CERTIFICATE_KEY" };
  return { certificate: resolve(certificate), key: resolve(key) };
}
