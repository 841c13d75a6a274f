/**
 * A second evaluator, as simple and slow as it can be, straight from the rules and without a line of
 * the real one. It reads the documents as they stand and knows only what the generated ones hold:
 * string operators with quantifiers, IfExists and Null; wildcards; `*`, user, role and account
 * principals. Where the two disagree, one of them is wrong.
 */
export interface NaiveStatement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Principal?: "*" | { readonly AWS: readonly string[] };
  readonly NotPrincipal?: { readonly AWS: readonly string[] };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}
export type NaivePolicy = readonly NaiveStatement[];

export interface NaiveRequest {
  readonly arn: string;
  readonly roleArn: string | undefined;
  readonly account: string;
  readonly ownerAccount: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
}

export interface NaivePolicies {
  readonly identity: readonly NaivePolicy[];
  readonly resource: NaivePolicy | undefined;
  readonly authoritative: boolean;
  readonly boundary: NaivePolicy | undefined;
  readonly session: NaivePolicy | undefined;
}

type Truth = "yes" | "no" | "unknown";

export function naiveDecision(request: NaiveRequest, policies: NaivePolicies): "allowed" | "explicit" | "implicit" {
  const bounded = policies.boundary !== undefined;
  const says = (policy: NaivePolicy, effect: "Allow" | "Deny", by?: string[]) =>
    policy.some((statement) => {
      if (statement.Effect !== effect || !applies(statement, request, bounded)) return false;
      return by === undefined || namings(statement, request).some((naming) => by.includes(naming));
    });
  const all = [...policies.identity, policies.resource, policies.boundary, policies.session];
  if (all.some((policy) => policy !== undefined && says(policy, "Deny"))) return "explicit";

  const isRoot = request.arn.endsWith(":root");
  const identity = isRoot || policies.identity.some((policy) => says(policy, "Allow"));
  const boundary = policies.boundary === undefined || says(policies.boundary, "Allow");
  const session = policies.session === undefined || says(policies.session, "Allow");
  const own = request.account === request.ownerAccount;
  const resource = policies.resource ?? [];
  const byUserName = says(resource, "Allow", ["user"]);
  const byName = says(resource, "Allow", ["role", "root", "anyone"]);
  const byAccount = says(resource, "Allow", ["account"]);

  if (own && byUserName) return session ? "allowed" : "implicit";
  if (own && byName) return boundary && session ? "allowed" : "implicit";
  if ((policies.authoritative || !own) && !(byUserName || byName || byAccount)) return "implicit";
  return identity && boundary && session ? "allowed" : "implicit";
}

function applies(statement: NaiveStatement, request: NaiveRequest, bounded: boolean): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  const action = (pattern: string) => like(pattern.toLowerCase(), request.action.toLowerCase());
  if (Action !== undefined && !Action.some(action)) return false;
  if (NotAction?.some(action) === true) return false;
  const resource = (pattern: string) => pattern === "*" || likeArn(pattern, request.resource);
  if (Resource !== undefined && !Resource.some(resource)) return false;
  if (NotResource?.some(resource) === true) return false;
  if (statement.Principal !== undefined && namings(statement, request).length === 0) return false;
  if (statement.NotPrincipal !== undefined && !bounded && spared(statement.NotPrincipal.AWS, request)) return false;
  const truths = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => truth(operator, request.context[key] ?? [], values)),
  );
  return truths.every((one) => one === "yes" || (one === "unknown" && statement.Effect === "Deny"));
}

function namings({ Principal, NotPrincipal }: NaiveStatement, request: NaiveRequest): string[] {
  if (Principal === undefined) return NotPrincipal === undefined ? [] : ["anyone"];
  if (Principal === "*") return ["anyone"];
  return Principal.AWS.flatMap((name) => {
    if (name === request.account) return request.arn.endsWith(":root") ? ["root"] : ["account"];
    if (name === request.roleArn) return ["role"];
    if (name === request.arn) return request.roleArn === undefined ? ["user"] : ["session"];
    return [];
  });
}

function spared(names: readonly string[], request: NaiveRequest): boolean {
  if (request.arn.endsWith(":root")) return names.includes(request.account);
  if (request.roleArn !== undefined && !names.includes(request.roleArn)) return false;
  return names.includes(request.arn);
}

function truth(spelling: string, given: readonly string[], wanted: readonly string[]): Truth {
  const quantifier = /^For(All|Any)Values?:/.exec(spelling)?.[1];
  const operator = spelling.replace(/^.*:/, "").replace(/IfExists$/, "");
  const ifExists = spelling.endsWith("IfExists");
  if (operator === "Null") return wanted.includes(String(given.length === 0)) ? "yes" : "no";
  const negated = operator.includes("Not");
  if (given.length === 0) {
    if (ifExists || quantifier === "All") return "yes";
    return quantifier === undefined && negated ? "yes" : "no";
  }
  const holds = (value: string) =>
    wanted.some((one) => (operator.endsWith("Like") ? like(one, value) : one === value)) !== negated;
  if (quantifier === "All") return given.every(holds) ? "yes" : "no";
  if (quantifier === "Any") return given.some(holds) ? "yes" : "no";
  if (given.length > 1) return "unknown";
  return given.every(holds) ? "yes" : "no";
}

function like(pattern: string, value: string): boolean {
  const source = Array.from(pattern).map((mark) => (mark === "*" ? ".*" : mark === "?" ? "." : `\\u{${codeOf(mark)}}`));
  return new RegExp(`^${source.join("")}$`, "su").test(value);
}

function codeOf(mark: string): string {
  return (mark.codePointAt(0) ?? 0).toString(16);
}

function likeArn(pattern: string, arn: string): boolean {
  const split = (text: string) => [...text.split(":").slice(0, 5), text.split(":").slice(5).join(":")];
  const given = split(arn);
  return split(pattern).every((piece, at) => like(piece, given[at] ?? ""));
}
