import { checkPolicy, faultText } from "@strongroom/iam";
import { bucketArn } from "./bucket-name.ts";

const policyBytesMax = 20 * 1024;

interface PolicyDocument {
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}
interface PolicyStatement {
  readonly Resource?: string | readonly string[];
}

/** What is wrong with a bucket policy, in a sentence; undefined where nothing is. */
export function bucketPolicyFault(document: string, bucket: string): string | undefined {
  if (Buffer.byteLength(document) > policyBytesMax) return "The policy is larger than 20 KB";
  const checked = checkPolicy(document, "resource");
  if (checked.kind === "fault") return faultText(checked.fault);
  const arn = bucketArn(bucket);
  const foreign = statementsOf(document)
    .flatMap((statement) => statement.Resource ?? [])
    .find((resource) => !reaches(resource, arn));
  return foreign === undefined ? undefined : `Policy has invalid resource: ${foreign} is not in the bucket ${bucket}`;
}

function statementsOf(document: string): readonly PolicyStatement[] {
  const { Statement } = JSON.parse(document) as PolicyDocument;
  return [Statement].flat();
}

function reaches(resource: string, arn: string): boolean {
  return resource === "*" || resource === arn || resource.startsWith(`${arn}/`) || resource === `${arn}*`;
}
