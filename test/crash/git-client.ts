import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, type Clients } from "@strongroom/testkit";
import { gitPassword } from "@strongroom/wire";

/** A repository of the client's own, from which it pushes. */
export interface GitClient extends AsyncDisposable {
  /** Runs git in it. Rejects with GitFailed. */
  readonly git: (words: readonly string[], input?: string | Uint8Array) => Promise<string>;
}

export class GitFailed extends Error {
  override readonly name = "GitFailed";
}

export async function gitClient(): Promise<GitClient> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-ledger-"));
  const environment = {
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    ...{ GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.com" },
    ...{ GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.com" },
  };
  const git: GitClient["git"] = async (words, input = "") => {
    const { code, stdout, stderr } = await run("git", words, { folder, environment, input });
    if (code !== 0) throw new GitFailed(stderr);
    return stdout.trim();
  };
  await git(["init", "--quiet", "--bare", "."]);
  return { git, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** A commit of one file, `data`, in the client's repository. */
export async function commitOf({ git }: GitClient, content: string | Uint8Array, message: string): Promise<string> {
  const blob = await git(["hash-object", "-w", "--stdin"], content);
  const tree = await git(["mktree"], `100644 blob ${blob}\tdata\n`);
  return await git(["commit-tree", tree, "-m", message]);
}

/** A repository's address with the administrator's credentials in it, and the words that make git trust its certificate. */
export function gitAddress(
  { place, credentials }: Clients,
  repositoryName: string,
): { readonly address: string; readonly trust: readonly string[] } {
  const { hostname, host } = new URL(place.endpoint);
  const { accessKeyId, secretAccessKey } = credentials;
  const path = `/v1/repos/${repositoryName}`;
  const password = gitPassword({ path, host: hostname, region: place.region, secretAccessKey, now: new Date() });
  return {
    address: `https://${accessKeyId}:${password}@${host}${path}`,
    trust: ["-c", `http.sslCAInfo=${place.caPath}`],
  };
}
