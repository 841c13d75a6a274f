export interface CommitPerson {
  readonly name: string;
  readonly email: string;
  /** As git writes it: seconds since 1970 and the zone, `1763893200 +0000`. */
  readonly date: string;
}

export interface Commit {
  readonly id: string;
  readonly treeId: string;
  readonly parents: readonly string[];
  readonly author: CommitPerson;
  readonly committer: CommitPerson;
  readonly message: string;
}

/** A commit object's text (gitformat-commit); undefined where it is none. */
export function parseCommit(id: string, text: string): Commit | undefined {
  const end = text.indexOf("\n\n");
  if (end < 0) return undefined;
  const parents: string[] = [];
  const fields = new Map<string, string>();
  for (const line of text.slice(0, end).split("\n")) {
    const space = line.indexOf(" ");
    // A line that starts with a space goes on with the one before (signatures): nothing that is asked for here.
    if (space < 1) continue;
    const name = line.slice(0, space);
    const value = line.slice(space + 1);
    if (name === "parent") parents.push(value);
    else if (!fields.has(name)) fields.set(name, value);
  }
  const author = person(fields.get("author"));
  const committer = person(fields.get("committer"));
  const treeId = fields.get("tree");
  if (author === undefined || committer === undefined || treeId === undefined) return undefined;
  return { id, treeId, parents, author, committer, message: text.slice(end + 2) };
}

function person(line: string | undefined): CommitPerson | undefined {
  const match = /^(.*?) ?<([^>]*)> (\d+ [+-]\d{4})$/.exec(line ?? "");
  if (match === null) return undefined;
  const [, name = "", email = "", date = ""] = match;
  return { name, email, date };
}
