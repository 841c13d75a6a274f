import { CreatePullRequestCommand } from "@aws-sdk/client-codecommit";
import { list, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { noSuchRepository, repositoryName, repositoryPermission } from "../repository-answer.ts";
import { demandClientToken, demandDescription, demandTitle } from "./described.ts";
import { pullRequestAnswer } from "./pull-request-answer.ts";
import { reviewRefusal } from "./review-refusal.ts";

const reference = text({ max: 300 });

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_CreatePullRequest.html: it has one target. */
export const createPullRequest = (repositories: Pick<Repositories, "pullRequests" | "arnOf">) =>
  operation(CreatePullRequestCommand, {
    members: {
      title: text(),
      description: text(),
      targets: list({ repositoryName, sourceReference: reference, destinationReference: reference }, { max: 100 }),
      clientRequestToken: text(),
    },
    permissions: ({ targets }) => {
      if (targets.length === 0) throw reviewRefusal("targets-required");
      return targets.map((one) => repositoryPermission(repositories, one.repositoryName, "CreatePullRequest"));
    },
    handle: async ({ title, description, targets, clientRequestToken: token }, { authority }) => {
      demandTitle(title);
      demandDescription(description ?? "");
      demandClientToken(token);
      const [target, ...others] = targets;
      if (target === undefined) throw reviewRefusal("targets-required");
      const { repositoryName: repository, sourceReference: source, destinationReference: destination } = target;
      if (others.some((one) => one.repositoryName !== repository)) throw reviewRefusal("several-repositories");
      if (others.length > 0) throw reviewRefusal("several-targets");
      const made = await repositories.pullRequests.create({
        ...{ repository, title, description, source, destination, token },
        author: authority.principal,
      });
      if (made.kind === "no-such-repository") throw noSuchRepository(repository);
      if (made.kind !== "created") throw reviewRefusal(made.kind, "reference" in made ? made.reference : undefined);
      return { pullRequest: pullRequestAnswer(made.pullRequest) };
    },
  });
