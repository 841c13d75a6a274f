import { GetPullRequestCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { pullRequestAnswer } from "./pull-request-answer.ts";
import { pullRequestPermissions } from "./pull-request-permission.ts";
import { reviewRefusal } from "./review-refusal.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetPullRequest.html */
export const getPullRequest = (repositories: Pick<Repositories, "pullRequests" | "arnOf">) =>
  operation(GetPullRequestCommand, {
    members: { pullRequestId: text() },
    permissions: (input, call) => pullRequestPermissions(repositories, input.pullRequestId, "GetPullRequest", call),
    // What its branches did meanwhile is written down when somebody looks.
    mutates: false,
    handle: async ({ pullRequestId: id }) => {
      const found = await repositories.pullRequests.get(id);
      if (found.kind !== "pull-request") throw reviewRefusal(found.kind, id);
      return { pullRequest: pullRequestAnswer(found.pullRequest) };
    },
  });
