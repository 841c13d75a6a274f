import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Authority } from "../../access/index.ts";
import { uuid } from "../../platform/index.ts";
import type { Clock, Db } from "../../platform/index.ts";
import { openEncryptedArea } from "./encrypted-area.ts";
import type { EncryptedArea } from "./encrypted-area.ts";
import { Git } from "./git.ts";
import { parseCommit } from "./commit.ts";
import type { Commit } from "./commit.ts";
import { serveGit } from "./http-backend.ts";
import type { GitAnswer } from "./http-backend.ts";
import { RepositoryStore } from "./repository-store.ts";
import type { Repository } from "./repository-store.ts";

export interface GitRequest {
  readonly repository: string;
  /** Behind `/v1/repos/<name>`: `/info/refs`, `/git-upload-pack`, `/git-receive-pack`. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly method: string;
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly gitProtocol?: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  readonly authority: Authority;
}

export type NoSuchRepository = { readonly kind: "no-such-repository" };

/** The account's Git repositories. */
export interface Repositories extends AsyncDisposable {
  create(x: {
    name: string;
    description?: string | undefined;
    tags?: Readonly<Record<string, string>> | undefined;
  }): Promise<{ kind: "created"; repository: Repository } | { kind: "name-taken" | "invalid-name" }>;
  find(name: string): Repository | undefined;
  list(x: { after?: string; max: number }): { repositories: readonly Repository[]; next?: string };
  /** Returns the id of what was deleted; nothing where there was nothing. */
  delete(name: string): Promise<{ kind: "deleted"; id?: string }>;
  arnOf(name: string): string;
  /** The branch that a clone checks out: the first one pushed. */
  defaultBranch(name: string): Promise<string | undefined>;
  branches(name: string): Promise<{ kind: "branches"; names: readonly string[] } | NoSuchRepository>;
  /** The commit that a branch points to: 40 hexadecimal digits. */
  headCommit(
    name: string,
    branch: string,
  ): Promise<{ kind: "commit"; commitId: string } | NoSuchRepository | { kind: "no-such-branch" }>;
  commit(
    name: string,
    commitId: string,
  ): Promise<{ kind: "commit"; commit: Commit } | NoSuchRepository | { kind: "no-such-commit" }>;
  /**
   * One request of git's smart HTTP protocol, from somebody whose sign-in held. Throws AccessDenied
   * unless they may pull or push; whoever may not does not learn whether the repository exists.
   */
  gitRequest(x: GitRequest): Promise<GitAnswer>;
}

const nameForm = /^[\w.-]{1,100}$/;
const commitForm = /^[0-9a-f]{40}$/;
const initialBranch = "main";

/** Repositories under `<dataFolder>/git`; the encrypted area is opened at its first use. `key`: 32 bytes. */
export function openRepositories(x: {
  db: Db;
  clock: Clock;
  dataFolder: string;
  key: Uint8Array;
  accountId: string;
  region: string;
}): Repositories {
  const { clock } = x;
  const store = new RepositoryStore(x.db);
  let opening: Promise<EncryptedArea> | undefined;

  const area = (): Promise<EncryptedArea> => {
    opening ??= openEncryptedArea(join(x.dataFolder, "git"), x.key).then(async (opened) => {
      await removeUnnamed(opened, (id) => store.knowsId(id));
      return opened;
    });
    // A failure is answered to whoever asked; the next one tries again.
    opening.catch(() => (opening = undefined));
    return opening;
  };
  const git = async (): Promise<Git> => new Git(await area());
  const arnOf = (name: string): string => `arn:aws:codecommit:${x.region}:${x.accountId}:${name}`;

  /** Points HEAD at a branch that exists, so that a clone checks something out. */
  const settleHead = async (id: string): Promise<void> => {
    const runner = await git();
    if ((await runner.run(id, ["rev-parse", "--verify", "--quiet", "HEAD"])).ok) return;
    const [first] = await branchNames(runner, id);
    if (first !== undefined) await runner.run(id, ["symbolic-ref", "HEAD", `refs/heads/${first}`]);
  };

  return {
    arnOf,
    find: (name) => store.find(name),

    async create({ name, description, tags = {} }) {
      if (!nameForm.test(name) || name.endsWith(".git") || /^\.+$/.test(name)) return { kind: "invalid-name" };
      if (store.find(name) !== undefined) return { kind: "name-taken" };
      const id = uuid();
      const runner = await git();
      const made = await runner.run(id, ["init", "--quiet", "--bare", `--initial-branch=${initialBranch}`]);
      if (!made.ok) throw new Error("git could not make a repository");
      if (store.find(name) !== undefined) return { kind: "name-taken" };
      const now = clock.now();
      const repository = {
        name,
        id,
        createdAt: now,
        modifiedAt: now,
        tags,
        ...(description === undefined ? {} : { description }),
      };
      store.insert(repository);
      return { kind: "created", repository };
    },

    list({ after = "", max }) {
      const repositories = store.list(after, max + 1);
      const last = repositories[max - 1];
      return repositories.length > max && last !== undefined
        ? { repositories: repositories.slice(0, max), next: last.name }
        : { repositories };
    },

    async delete(name) {
      const repository = store.find(name);
      if (repository === undefined) return { kind: "deleted" };
      store.delete(name);
      await rm(join((await area()).path, repository.id), { recursive: true, force: true });
      return { kind: "deleted", id: repository.id };
    },

    async defaultBranch(name) {
      const repository = store.find(name);
      if (repository === undefined) return undefined;
      const runner = await git();
      if (!(await runner.run(repository.id, ["rev-parse", "--verify", "--quiet", "HEAD"])).ok) return undefined;
      const head = await runner.run(repository.id, ["symbolic-ref", "--short", "HEAD"]);
      return head.ok ? head.output.trim() : undefined;
    },

    async branches(name) {
      const repository = store.find(name);
      if (repository === undefined) return { kind: "no-such-repository" };
      return { kind: "branches", names: await branchNames(await git(), repository.id) };
    },

    async headCommit(name, branch) {
      const repository = store.find(name);
      if (repository === undefined) return { kind: "no-such-repository" };
      const reference = `refs/heads/${branch}`;
      const runner = await git();
      const found = await runner.run(repository.id, ["show-ref", "--verify", "--hash", "--", reference]);
      const commitId = found.output.trim();
      return found.ok && commitForm.test(commitId) ? { kind: "commit", commitId } : { kind: "no-such-branch" };
    },

    async commit(name, commitId) {
      const repository = store.find(name);
      if (repository === undefined) return { kind: "no-such-repository" };
      if (!commitForm.test(commitId)) return { kind: "no-such-commit" };
      const found = await (await git()).run(repository.id, ["cat-file", "commit", commitId]);
      const commit = found.ok ? parseCommit(commitId, found.output) : undefined;
      return commit === undefined ? { kind: "no-such-commit" } : { kind: "commit", commit };
    },

    async gitRequest(request) {
      const { repository: name, path, query, method, authority } = request;
      const wanted = serviceOf(method, path, query);
      if (wanted === undefined) return plainAnswer(404, "There is no such Git service here.\n");
      // ② before it is looked whether the repository exists.
      authority.demand({
        action: wanted === "git-receive-pack" ? "codecommit:GitPush" : "codecommit:GitPull",
        resource: arnOf(name),
      });
      const repository = store.find(name);
      if (repository === undefined) return plainAnswer(404, `There is no repository ${name}.\n`);
      const exchange = { ...request, id: repository.id, remoteUser: authority.principal.arn };
      return serveGit(await git(), exchange, async () => {
        if (method !== "POST" || wanted !== "git-receive-pack") return;
        store.touch(name, clock.now());
        await settleHead(repository.id);
      });
    },

    async [Symbol.asyncDispose]() {
      const opened = await opening?.catch(() => undefined);
      opening = undefined;
      await opened?.[Symbol.asyncDispose]();
    },
  };
}

/** Which of git's two services a request is for; undefined for whatever is not of the smart protocol. */
function serviceOf(method: string, path: string, query: string): "git-upload-pack" | "git-receive-pack" | undefined {
  const asked =
    method === "GET" && path === "/info/refs"
      ? new URLSearchParams(query).get("service")
      : method === "POST"
        ? path.slice(1)
        : undefined;
  return asked === "git-upload-pack" || asked === "git-receive-pack" ? asked : undefined;
}

async function branchNames(git: Git, id: string): Promise<string[]> {
  const listed = await git.run(id, ["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/"]);
  return listed.output.split("\n").filter((line) => line !== "");
}

/** Removes repositories whose making or deletion a crash interrupted. */
async function removeUnnamed(area: EncryptedArea, isNamed: (id: string) => boolean): Promise<void> {
  for (const id of await readdir(area.path)) {
    if (!isNamed(id)) await rm(join(area.path, id), { recursive: true, force: true });
  }
}

function plainAnswer(status: number, message: string): GitAnswer {
  const bytes = Buffer.from(message);
  return {
    status,
    headers: [
      ["content-type", "text/plain; charset=utf-8"],
      ["cache-control", "no-cache"],
    ],
    body: (async function* () {
      await Promise.resolve();
      yield bytes;
    })(),
  };
}
