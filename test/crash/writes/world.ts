import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { run, type Clients } from "@strongroom/testkit";
import { gitPassword } from "@strongroom/wire";

export const Bucket = "ledger";
export const repositoryName = "ledger";
/** What is copied and shared by all. */
export const sourceKey = "source";
export const sourceBody = randomBytes(30_000);

/** What is there before the first write. */
export interface World extends AsyncDisposable {
  readonly keyId: string;
  /** Runs git in a repository of the client's own. Rejects where it fails. */
  git(words: readonly string[], input?: string | Uint8Array): Promise<string>;
}

export async function prepare({ s3, kms, codecommit }: Clients): Promise<World> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  await s3.send(new PutObjectCommand({ Bucket, Key: sourceKey, Body: sourceBody }));
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  await codecommit.send(new CreateRepositoryCommand({ repositoryName }));
  const folder = await mkdtemp(join(tmpdir(), "strongroom-ledger-"));
  const environment = {
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    ...{ GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.com" },
    ...{ GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.com" },
  };
  const git: World["git"] = async (words, input = "") => {
    const { code, stdout, stderr } = await run("git", words, { folder, environment, input });
    if (code !== 0) throw new GitFailed(stderr);
    return stdout.trim();
  };
  await git(["init", "--quiet", "--bare", "."]);
  return {
    keyId: KeyMetadata?.KeyId ?? "",
    git,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

class GitFailed extends Error {
  override readonly name = "GitFailed";
}

/** The repository's address with the administrator's credentials in it, and the words that make git trust its certificate. */
export function gitAddress({ place, credentials }: Clients): {
  readonly address: string;
  readonly trust: readonly string[];
} {
  const { hostname, host } = new URL(place.endpoint);
  const { accessKeyId, secretAccessKey } = credentials;
  const path = `/v1/repos/${repositoryName}`;
  const password = gitPassword({ path, host: hostname, region: place.region, secretAccessKey, now: new Date() });
  return {
    address: `https://${accessKeyId}:${password}@${host}${path}`,
    trust: ["-c", `http.sslCAInfo=${place.caPath}`],
  };
}
