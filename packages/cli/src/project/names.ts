/** What everything of a project is called, derived from its name alone. */
export interface ProjectNames {
  readonly project: string;
  readonly keyAlias: string;
  /** Raw data comes in here: written from outside, read only from inside the network. */
  readonly intakeBucket: string;
  readonly dataBucket: string;
  readonly artifactsBucket: string;
  readonly dataScientistRole: string;
  readonly devOpsRole: string;
  readonly executionRole: string;
  readonly repository: string;
  readonly securityGroup: string;
}

const namePattern = /^[a-z][a-z0-9-]{1,28}[a-z0-9]$/;

export function namesOf(project: string): ProjectNames | { readonly problem: string } {
  if (!namePattern.test(project) || project.includes("--")) {
    return {
      problem: `"${project}" is not a project name: 3 to 30 lower-case letters, digits and single dashes, starting with a letter`,
    };
  }
  return {
    project,
    keyAlias: `alias/${project}`,
    intakeBucket: `${project}-intake`,
    dataBucket: `${project}-data`,
    artifactsBucket: `${project}-artifacts`,
    dataScientistRole: `${project}-data-scientist`,
    devOpsRole: `${project}-devops`,
    executionRole: `${project}-execution`,
    repository: project,
    securityGroup: `${project}-jobs`,
  };
}
