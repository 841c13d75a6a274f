import type { Commit } from "../../../artifacts/index.ts";

export function commitAnswer({ id, treeId, parents, author, committer, message }: Commit) {
  return { commitId: id, treeId, parents: [...parents], author, committer, message, additionalData: "" };
}
