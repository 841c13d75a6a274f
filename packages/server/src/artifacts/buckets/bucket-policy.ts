import { checkPolicy, faultText, matchesGlob } from "@strongroom/iam";
import { bucketArn } from "./bucket-name.ts";
import { s3Actions, type ActionResource, type S3Action } from "./s3-actions.ts";
import { hasKey, isConditionKey } from "./s3-condition-keys.ts";

const policyBytesMax = 20 * 1024;

type Texts = string | readonly string[];
interface PolicyDocument {
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}
interface PolicyStatement {
  readonly Action?: Texts;
  readonly NotAction?: Texts;
  readonly Resource?: Texts;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface PolicyFault {
  /** AWS's wording where it has one. */
  readonly message: string;
  /** What in the policy is meant. */
  readonly detail?: string;
}

/** What is wrong with a bucket policy; undefined where nothing is. */
export function bucketPolicyFault(document: string, bucket: string): PolicyFault | undefined {
  if (Buffer.byteLength(document) > policyBytesMax) return { message: "The policy is larger than 20 KB" };
  const checked = checkPolicy(document, "resource");
  if (checked.kind === "fault") return { message: faultText(checked.fault) };
  const statements = statementsOf(document);
  if (statements.length === 0) return { message: "Could not parse the policy: Statement is empty!" };
  const arn = bucketArn(bucket);
  for (const statement of statements) {
    const fault = resourceFault(statement, arn, bucket) ?? meaninglessBecause(statement, arn);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** A principal that this account does not have. */
export function unknownPrincipal(principal: string): PolicyFault {
  return { message: "Invalid principal in policy", detail: `"AWS" : "${principal}"` };
}

function statementsOf(document: string): readonly PolicyStatement[] {
  const { Statement } = JSON.parse(document) as PolicyDocument;
  return [Statement].flat();
}

function resourceFault({ Resource = [] }: PolicyStatement, arn: string, bucket: string): PolicyFault | undefined {
  const foreign = [Resource].flat().find((resource) => !reaches(resource, arn));
  return foreign === undefined
    ? undefined
    : { message: `Policy has invalid resource: ${foreign} is not in the bucket ${bucket}` };
}

function reaches(resource: string, arn: string): boolean {
  return resource === "*" || resource === arn || resource.startsWith(`${arn}/`) || resource === `${arn}*`;
}

/** ② a statement that no request can meet is refused: a Deny that was mistyped would never take effect. */
function meaninglessBecause(statement: PolicyStatement, arn: string): PolicyFault | undefined {
  const named = [statement.Action ?? statement.NotAction ?? []].flat();
  const unknown = named.find((pattern) => actionsLike(pattern).length === 0);
  if (unknown !== undefined) return { message: "Policy has invalid action", detail: unknown };
  const keys = Object.values(statement.Condition ?? {}).flatMap((condition) => Object.keys(condition));
  const bogus = keys.find((key) => !isConditionKey(key));
  if (bogus !== undefined) return { message: "Policy has an invalid condition key", detail: bogus };
  const kinds = resourceKinds(statement, arn);
  const applying = actionsOf(statement).filter(({ resource }) => kinds.has(resource));
  if (applying.length === 0) return { message: "Action does not apply to any resource(s) in statement" };
  const idle = keys.find((key) => !applying.some(({ lower }) => hasKey(lower, key)));
  if (idle === undefined) return undefined;
  return { message: "Conditions do not apply to combination of actions and resources in statement", detail: idle };
}

function actionsOf({ Action, NotAction = [] }: PolicyStatement): readonly S3Action[] {
  if (Action !== undefined) return [Action].flat().flatMap(actionsLike);
  const spared = new Set([NotAction].flat().flatMap(actionsLike));
  return s3Actions.filter((action) => !spared.has(action));
}

function actionsLike(pattern: string): readonly S3Action[] {
  const lower = pattern.toLowerCase();
  return s3Actions.filter((action) => matchesGlob(lower, action.lower));
}

/** What the statement's resources are. Those that NotResource leaves may be either. */
function resourceKinds({ Resource }: PolicyStatement, arn: string): ReadonlySet<ActionResource> {
  if (Resource === undefined) return new Set(["bucket", "object"]);
  return new Set([Resource].flat().flatMap((resource) => kindsOf(resource, arn)));
}

function kindsOf(resource: string, arn: string): readonly ActionResource[] {
  if (resource === "*" || resource === `${arn}*`) return ["bucket", "object"];
  return [resource === arn ? "bucket" : "object"];
}
