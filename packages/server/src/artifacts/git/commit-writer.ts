import type { OpenedRepository } from "./opened-repository.ts";

/** Who writes a commit, and what about. */
export interface Authorship {
  readonly name: string;
  /** Empty where it is not said. */
  readonly email: string;
  readonly message: string;
}

/** Writes a commit object; no reference moves. Author and committer are the same, as in CodeCommit. */
export async function writeCommit(
  opened: OpenedRepository,
  commit: Authorship & { readonly treeId: string; readonly parents: readonly string[] },
  now: Date,
): Promise<string> {
  const { treeId, parents, message } = commit;
  // What has a meaning in a commit's header is left out, as git itself does.
  const name = commit.name.replace(/[<>\n\0]/g, "").trim() || "unknown";
  const email = commit.email.replace(/[<>\n\0]/g, "").trim();
  const person = `${name} <${email}> ${Math.floor(now.getTime() / 1000)} +0000`;
  const lines = [
    `tree ${treeId}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${person}`,
    `committer ${person}`,
    "",
    message.replaceAll("\0", ""),
  ];
  const input = lines.join("\n");
  opened.demandRoom(input.length);
  return await opened.must(["hash-object", "-w", "-t", "commit", "--stdin"], { input });
}
