/** What a lab is told about its project, by the environment of its sandbox. */
export interface Setting {
  readonly project: string;
  readonly accountId: string;
  readonly region: string;
  readonly run: string;
  readonly dataBucket: string;
  readonly artifactsBucket: string;
  readonly repository: string;
  readonly subnetId: string;
  readonly securityGroupId: string;
  readonly keyArn: string;
  readonly executionRoleArn: string;
}

const variables: Readonly<Record<keyof Setting, string>> = {
  project: "LAB_PROJECT",
  accountId: "LAB_ACCOUNT",
  region: "AWS_REGION",
  run: "LAB_RUN",
  dataBucket: "LAB_DATA_BUCKET",
  artifactsBucket: "LAB_ARTIFACTS_BUCKET",
  repository: "LAB_REPOSITORY",
  subnetId: "LAB_SUBNET",
  securityGroupId: "LAB_SECURITY_GROUP",
  keyArn: "LAB_KEY",
  executionRoleArn: "LAB_EXECUTION_ROLE",
};

export function readSetting(): Setting {
  const entries = Object.entries(variables).map(([name, variable]) => [name, fromEnvironment(variable)]);
  return Object.fromEntries(entries) as Setting;
}

/** Throws an Error that names the variable where it is missing. */
export function fromEnvironment(variable: string): string {
  const value = process.env[variable];
  if (value === undefined || value === "") throw new Error(`the environment lacks ${variable}`);
  return value;
}

/** What says whose a thing is: the project's roles make nothing without it. */
export function projectTags(setting: Setting): { Key: string; Value: string }[] {
  return [{ Key: "strongroom:project", Value: setting.project }];
}

/** An image URI in AWS's form; account and region are read, and do not matter here. */
export function imageUri(setting: Setting, name: string): string {
  return `${setting.accountId}.dkr.ecr.${setting.region}.amazonaws.com/${name}`;
}
