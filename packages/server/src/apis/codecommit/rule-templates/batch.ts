import { MaximumRepositoryNamesExceededException, RepositoryNamesRequiredException } from "@aws-sdk/client-codecommit";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { noSuchRepository } from "../repository-answer.ts";

const namesMax = 100;

/** Throws the exception for a batch of no repositories, or of too many. */
export function demandRepositoryNames(names: readonly string[]): void {
  if (names.length === 0) {
    throw new RepositoryNamesRequiredException({ message: "A repository name is required", $metadata: {} });
  }
  if (names.length > namesMax) {
    const message = `At most ${namesMax} repositories are changed at once`;
    throw new MaximumRepositoryNamesExceededException({ message, $metadata: {} });
  }
}

type Outcome = "associated" | "disassociated" | "no-such-template" | "no-such-repository" | "too-many-of-repository";

/** Goes through a batch; what fails for one repository stands in the answer. Throws where there is no such template. */
export function eachRepository(names: readonly string[], work: (name: string) => Outcome) {
  const done: string[] = [];
  const errors: { repositoryName: string; errorCode: string; errorMessage: string }[] = [];
  const failed = (repositoryName: string, { name: errorCode, message: errorMessage }: Error): void => {
    errors.push({ repositoryName, errorCode, errorMessage });
  };
  for (const name of new Set(names)) {
    const kind = work(name);
    if (kind === "no-such-template") throw reviewRefusal(kind);
    if (kind === "no-such-repository") failed(name, noSuchRepository(name));
    else if (kind === "too-many-of-repository") failed(name, reviewRefusal(kind, name));
    else done.push(name);
  }
  return { done, errors };
}
