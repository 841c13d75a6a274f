/** What everything of a project is called, derived from its name alone. */
export interface ProjectNames {
  readonly project: string;
  readonly keyAlias: string;
  /** Raw data comes in here: written from outside, read only from inside the network. */
  readonly intakeBucket: string;
  readonly dataBucket: string;
  readonly artifactsBucket: string;
  readonly administratorRole: string;
  readonly dataScienceAdministratorRole: string;
  readonly dataScientistRole: string;
  readonly executionRole: string;
  /** What the data-science administrator's role was called before; it is taken away. */
  readonly retiredRole: string;
  /** The managed policies that bound the roles of jobs, and the project's administrator. */
  readonly executionBoundary: string;
  readonly administratorBoundary: string;
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
    administratorRole: `${project}-administrator`,
    dataScienceAdministratorRole: `${project}-data-science-administrator`,
    dataScientistRole: `${project}-data-scientist`,
    executionRole: `${project}-execution`,
    retiredRole: `${project}-devops`,
    executionBoundary: `${project}-boundary`,
    administratorBoundary: `${project}-administrator-boundary`,
    repository: project,
    securityGroup: `${project}-jobs`,
  };
}
