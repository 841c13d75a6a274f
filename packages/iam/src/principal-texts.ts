import { readJson, type JsonNode } from "./json-document.ts";

const stringPattern = /"(?:[^"\\]|\\.)*"/y;

/** What stands under `AWS` in each Principal and NotPrincipal of a policy document, in its order. */
export function principalTexts(document: string): readonly string[] {
  return nodesOf(document).map(({ text }) => text);
}

/** The document with each of those texts replaced; all else stays as it is written. */
export function withPrincipals(document: string, replaced: (text: string) => string): string {
  let done = "";
  let from = 0;
  for (const { at, text } of nodesOf(document)) {
    const now = replaced(text);
    if (now === text) continue;
    done += document.slice(from, at) + JSON.stringify(now);
    stringPattern.lastIndex = at;
    from = at + (stringPattern.exec(document)?.[0].length ?? 0);
  }
  return done + document.slice(from);
}

interface TextNode {
  readonly at: number;
  readonly text: string;
}

/** None where it is no policy document. */
function nodesOf(document: string): readonly TextNode[] {
  const root = readJson(document);
  if (root.kind === "fault") return [];
  return itemsOf(memberOf(root, "Statement"))
    .flatMap((statement) => [memberOf(statement, "Principal"), memberOf(statement, "NotPrincipal")])
    .flatMap((principal) => itemsOf(principal && memberOf(principal, "AWS")))
    .flatMap((node) => (node.kind === "string" ? [node] : []))
    .sort((one, other) => one.at - other.at);
}

function memberOf(node: JsonNode, name: string): JsonNode | undefined {
  return node.kind === "object" ? node.members.find((member) => member.name === name)?.value : undefined;
}

function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  if (node === undefined) return [];
  return node.kind === "array" ? node.items : [node];
}
