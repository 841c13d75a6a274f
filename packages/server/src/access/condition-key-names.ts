/**
 * The keys that every request may have, spelled as in AWS's documentation: keys are looked up in lower
 * case, since their names are not case-sensitive, and told in this form.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const globalKeyNames: readonly string[] = [
  "aws:CalledVia",
  "aws:CalledViaFirst",
  "aws:CalledViaLast",
  "aws:CurrentTime",
  "aws:EpochTime",
  "aws:FederatedProvider",
  "aws:MultiFactorAuthAge",
  "aws:MultiFactorAuthPresent",
  "aws:PrincipalAccount",
  "aws:PrincipalArn",
  "aws:PrincipalIsAWSService",
  "aws:PrincipalOrgID",
  "aws:PrincipalOrgPaths",
  "aws:PrincipalServiceName",
  "aws:PrincipalType",
  "aws:RequestedRegion",
  "aws:ResourceAccount",
  "aws:ResourceOrgID",
  "aws:ResourceOrgPaths",
  "aws:SecureTransport",
  "aws:SourceAccount",
  "aws:SourceArn",
  "aws:SourceIdentity",
  "aws:SourceIp",
  "aws:SourceVpc",
  "aws:SourceVpcArn",
  "aws:SourceVpce",
  "aws:TagKeys",
  "aws:TokenIssueTime",
  "aws:UserAgent",
  "aws:userid",
  "aws:username",
  "aws:ViaAWSService",
  "aws:VpceAccount",
  "aws:VpceOrgID",
  "aws:VpceOrgPaths",
  "aws:VpcSourceIp",
  "ec2:Region",
  "kms:CallerAccount",
  "kms:ViaService",
  "s3:authType",
  "s3:ResourceAccount",
  "s3:signatureAge",
  "s3:signatureversion",
  "s3:TlsVersion",
  "s3:x-amz-content-sha256",
];

/** Values of the keys that were present, among the global ones and those named besides; in the order of their names. */
export function presentKeys(
  context: { get(lowerCaseKey: string): readonly string[] | undefined },
  otherNames: readonly string[],
): Record<string, readonly string[]> {
  const names = new Map(otherNames.map((name) => [name.toLowerCase(), name]));
  for (const name of globalKeyNames) names.set(name.toLowerCase(), name);
  const present = [...names].flatMap(([lower, name]) => {
    const values = context.get(lower);
    return values === undefined ? [] : [[name, values] as const];
  });
  return Object.fromEntries(present.sort(([a], [b]) => (a < b ? -1 : 1)));
}
