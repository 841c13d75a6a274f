import { decide, splitArn, type AccessRequest, type PolicySet, type Verdict } from "@strongroom/iam";

type Denial = Exclude<Verdict, { outcome: "allowed" }>;

/**
 * What somebody is told who was refused, in AWS's words. The policy is named where it has an ARN and
 * belongs to the caller's own account; statements are for those who may ask for an explanation.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 * https://aws.amazon.com/blogs/security/enhanced-access-denied-error-messages-with-policy-arns
 */
export function refusalMessage(request: AccessRequest, denial: Denial, policies: PolicySet): string {
  const { principal, resourceAccountId } = request;
  const isForeign = principal.accountId !== resourceAccountId;
  const service = splitArn(request.resource)?.[2];
  // ② another account learns from S3 and KMS neither why nor whether anything is there.
  if (isForeign && service === "s3") return "Access Denied";
  if (principal.kind === "web-identity" || principal.kind === "anonymous") {
    return `Not authorized to perform ${request.action}`;
  }
  const start = `${whoOf(request)} is not authorized to perform: ${request.action}${onResource(request)}`;
  if (isForeign && service === "kms") return `${start} ${unseenKey}`;
  return `${start} ${reasonOf(request, tellable(request, denial, policies), isForeign)}`;
}

/**
 * ② whoever may not ask at all is told so in the same words whether the role or key is there or not: that
 * its own policy has no allow is for those whose own policies would do.
 */
function tellable(request: AccessRequest, denial: Denial, policies: PolicySet): Denial {
  if (denial.outcome === "explicit-deny" || denial.by !== "resource-based policy") return denial;
  const alone = decide(request, { ...policies, resource: undefined, resourceIsAuthoritative: false });
  return alone.outcome === "allowed" ? denial : alone;
}

const unseenKey =
  "because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access";

function reasonOf({ action, resource }: AccessRequest, denial: Denial, isForeign: boolean): string {
  const isTrust = denial.by === "resource-based policy" && action.startsWith("sts:") && resource.includes(":role/");
  const kind = isTrust ? "role trust policy" : denial.by;
  if (denial.outcome === "implicit-deny") return `because no ${kind} allows the ${action} action`;
  const article = isTrust ? "the" : /^[aeiou]/.test(kind) ? "an" : "a";
  const { policy } = denial.statement;
  const named = policy.startsWith("arn:") && !isForeign ? `: ${policy}` : "";
  return `with an explicit deny in ${article} ${kind}${named}`;
}

function whoOf({ principal }: AccessRequest): string {
  return `${principal.kind === "service" ? "Service" : "User"}: ${principal.arn}`;
}

/** S3 sets the resource in quotation marks; S3 and EC2 leave it out where the action has none. */
function onResource({ action, resource }: AccessRequest): string {
  const prefix = action.slice(0, action.indexOf(":"));
  if (resource === "*" || resource === "arn:aws:s3:::*")
    return prefix === "s3" || prefix === "ec2" ? "" : " on resource: *";
  return prefix === "s3" ? ` on resource: "${resource}"` : ` on resource: ${resource}`;
}
