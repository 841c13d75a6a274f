import { checkPolicy, faultText } from "@strongroom/iam";
import { bucketArn } from "./bucket-name.ts";

const policyBytesMax = 20 * 1024;

type Texts = string | readonly string[];
interface PolicyDocument {
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}
interface PolicyStatement {
  readonly Resource?: Texts;
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
  const arn = bucketArn(bucket);
  for (const statement of statements) {
    const fault = resourceFault(statement, arn, bucket);
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
