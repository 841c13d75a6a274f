/**
 * Merges pull requests one after the other in a process of its own, to be killed: `merge-server.ts <data folder>` proposes
 * branches until it ends, and writes the id of each pull request once its merge is acknowledged.
 */
import { noResolution } from "../merging/resolution.ts";
import { authority, expectKind } from "../../testing/place.ts";
import { openPlace } from "./git-place.ts";

const place = await openPlace(process.argv[2] ?? "");
const { branching, fileCommits, pullRequests, pullRequestMerges, headCommit } = facesOf(place);
const repository = "project";
const actor = authority().principal.arn;
const authorship = { name: "Ada", email: "", message: "" };
const noChanges = { delete: [], modes: [], keepEmptyFolders: false };

function facesOf({ repositories }: typeof place) {
  const { branching, fileCommits, pullRequests, pullRequestMerges } = repositories;
  const headCommit = async (branch: string) => {
    const head = await repositories.headCommit("project", branch);
    return head.kind === "commit" ? head.commitId : undefined;
  };
  return { branching, fileCommits, pullRequests, pullRequestMerges, headCommit };
}

async function commit(branch: string, parentId: string | undefined, path: string): Promise<string> {
  const changes = { ...noChanges, put: [{ path, content: Buffer.from(path) }] };
  return expectKind(await fileCommits.create({ repository, branch, parentId, changes, authorship, actor }), "committed")
    .commitId;
}

if (place.repositories.find(repository) === undefined) {
  await place.repositories.create({ name: repository });
  await commit("main", undefined, "first");
}
process.stdout.write("ready\n");
for (;;) {
  const base = (await headCommit("main")) ?? "";
  const source = `branch-${Date.now()}-${process.pid}`;
  await branching.create(repository, source, base);
  await commit(source, base, source);
  const asked = { repository, title: source, description: undefined, source, destination: "main", token: undefined };
  const made = await pullRequests.create({ ...asked, author: authority().principal });
  const id = String(expectKind(made, "created").pullRequest.id);
  const merged = await pullRequestMerges.merge({
    ...{ id, repository, sourceCommit: undefined, actor, option: "SQUASH_MERGE", keepEmptyFolders: false },
    ...{ manner: { level: "FILE_LEVEL", strategy: "NONE" }, resolution: noResolution },
    authorship: { ...authorship, message: `Pull request ${id}` },
  });
  expectKind(merged, "pull-request");
  process.stdout.write(`${id}\n`);
}
