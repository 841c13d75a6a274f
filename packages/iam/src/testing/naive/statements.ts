import { truthsOf } from "./conditions.ts";
import { like, likeArn } from "./patterns.ts";
import type {
  NaiveAsker,
  NaiveDocument,
  NaivePrincipal,
  NaiveRequest,
  NaiveStatement,
  NaiveUse,
  Note,
} from "./model.ts";

/** How a statement's principal means the one who asks. In identity policies: `self`. */
type Naming = NaiveAsker["kind"] | "role" | "issuer" | "anyone" | "account" | "session" | "self";

export interface Applied {
  readonly label: string;
  readonly effect: "Allow" | "Deny";
  readonly applies: boolean;
  readonly namings: readonly Naming[];
}

/** What is known of the place that a document stands in. */
interface Place {
  readonly use: NaiveUse;
  readonly bounded: boolean;
  readonly note: Note;
}

/** An element's answer; `fault` where it cannot be read. */
type Answer = boolean | "fault";

const known = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

export function appliedOf(document: NaiveDocument, request: NaiveRequest, place: Place): Applied[] {
  const versions = [undefined, "2008-10-17", "2012-10-17"];
  const isOdd = !versions.includes(document.Version);
  const filled = document.Version !== undefined && document.Version !== "2008-10-17";
  return document.Statement.map((statement, at) => {
    const label = statement.Sid ?? `#${at}`;
    const effect = statement.Effect === "Allow" ? "Allow" : "Deny";
    const namings = namingsOf(statement, request.asker, place);
    const answers = answersOf(statement, request, { ...place, filled, namings });
    const isFaulty = isOdd || answers.includes("fault") || oddElements(statement, place.use);
    if (isFaulty) place.note(`faulty ${effect}`);
    if (isFaulty && effect === "Allow") return { label, effect, applies: false, namings: [] };
    return {
      label,
      effect,
      applies: answers.every((answer) => answer !== false),
      namings: namings === "fault" ? ["anyone"] : namings,
    };
  });
}

function oddElements(statement: NaiveStatement, use: NaiveUse): boolean {
  if (Object.keys(statement).some((name) => !known.includes(name))) return true;
  if (!["Allow", "Deny"].includes(statement.Effect)) return true;
  return use === "trust" && (statement.Resource !== undefined || statement.NotResource !== undefined);
}

function answersOf(
  statement: NaiveStatement,
  request: NaiveRequest,
  { use, filled, namings, note }: Place & { filled: boolean; namings: readonly Naming[] | "fault" },
): Answer[] {
  const { Action, NotAction, Resource, NotResource, Condition = {}, Effect } = statement;
  const meansSomebody = namings === "fault" ? "fault" : namings.length > 0;
  const truths = truthsOf(Condition, request.context, filled, note);
  return [
    actionAnswer(Action, NotAction, request.action),
    use === "trust" ? true : resourceAnswer(Resource, NotResource, request, filled, Effect === "Allow"),
    meansSomebody,
    ...truths.map((truth) => (truth === "unknown" ? Effect !== "Allow" : truth === "fault" ? truth : truth === "yes")),
  ];
}

function actionAnswer(
  some: readonly string[] | undefined,
  others: readonly string[] | undefined,
  action: string,
): Answer {
  const patterns = some ?? others;
  if (patterns === undefined || (some !== undefined && others !== undefined)) return "fault";
  if (!patterns.every((pattern) => pattern === "*" || /^[a-z0-9-]+:[a-z0-9*?]+$/i.test(pattern))) return "fault";
  const isListed = patterns.some((pattern) => like(pattern.toLowerCase(), action.toLowerCase()));
  return isListed === (some !== undefined);
}

function resourceAnswer(
  some: readonly string[] | undefined,
  others: readonly string[] | undefined,
  { resource, context }: NaiveRequest,
  filled: boolean,
  isAllow: boolean,
): Answer {
  const patterns = some ?? others;
  if (patterns === undefined || (some !== undefined && others !== undefined)) return "fault";
  const found = patterns.map((pattern) => (pattern === "*" ? "yes" : likeArn(pattern, resource, filled, context)));
  if (found.includes("fault")) return "fault";
  if (some !== undefined) return found.includes("yes");
  if (found.includes("yes")) return false;
  return found.includes("unset") ? !isAllow : true;
}

function namingsOf(
  { Principal, NotPrincipal, Effect }: NaiveStatement,
  asker: NaiveAsker,
  place: Place,
): Naming[] | "fault" {
  const isDeny = Effect !== "Allow";
  if (place.use === "identity") return Principal === undefined && NotPrincipal === undefined ? ["self"] : "fault";
  if (Principal !== undefined && NotPrincipal !== undefined) return "fault";
  if (NotPrincipal !== undefined) {
    const names = namesOf(NotPrincipal);
    if (names === "fault" || !isDeny || place.use === "trust") return "fault";
    place.note("NotPrincipal");
    return place.bounded || !isSpared(names, asker) ? ["anyone"] : [];
  }
  // A statement without a principal means nobody.
  if (Principal === undefined) return [];
  const names = namesOf(Principal);
  if (names === "fault") return "fault";
  const namings = names.flatMap(([kind, name]) => namingOf(kind, name, asker));
  for (const naming of namings) place.note(`principal: ${naming}`);
  const mustBeNamed = asker.kind === "service" || asker.kind === "web-identity";
  return mustBeNamed && !isDeny && place.use !== "endpoint" ? namings.filter((naming) => naming !== "anyone") : namings;
}

type Name = readonly [kind: string, name: string];

function namesOf(principal: NaivePrincipal): Name[] | "fault" {
  if (principal === "*") return [["AWS", "*"]];
  const names = Object.entries(principal).flatMap(([kind, list]) => list.map((name): Name => [kind, name]));
  return names.length > 0 && names.every(isName) ? names : "fault";
}

function isName([kind, name]: Name): boolean {
  if (kind === "Service") return name.endsWith(".amazonaws.com");
  if (kind === "Federated") return /^arn:aws:iam::\d+:oidc-provider\/[^*?]+$/.test(name);
  if (kind !== "AWS") return false;
  return (
    name === "*" ||
    /^\d{12}$/.test(name) ||
    /^arn:aws:(iam|sts)::\d{12}:(root$|(user|role|assumed-role|federated-user)\/[^*?]+$)/.test(name)
  );
}

function namingOf(kind: string, name: string, asker: NaiveAsker): Naming[] {
  if (kind === "Service") return asker.kind === "service" && asker.arn === name ? ["service"] : [];
  if (kind === "Federated") return asker.kind === "web-identity" && asker.arn === name ? ["web-identity"] : [];
  if (name === "*") return ["anyone"];
  const belongs = !["service", "web-identity", "anonymous"].includes(asker.kind);
  if (!belongs) return [];
  if (name === asker.account || name === `arn:aws:iam::${asker.account}:root`)
    return [asker.kind === "root" ? "root" : "account"];
  if (name === asker.behind) return [asker.kind === "role-session" ? "role" : "issuer"];
  if (name !== asker.arn || asker.kind === "root") return [];
  return [asker.kind === "role-session" ? "session" : asker.kind];
}

/** A session is spared where both it and who stands behind it are listed. */
function isSpared(names: readonly Name[], asker: NaiveAsker): boolean {
  const found = names.flatMap(([kind, name]) => namingOf(kind, name, asker));
  if (found.includes("anyone")) return true;
  if (asker.kind === "role-session") return found.includes("role") && found.includes("session");
  if (asker.kind === "federated-user") return found.includes("issuer") && found.includes("federated-user");
  return found.includes(asker.kind);
}
