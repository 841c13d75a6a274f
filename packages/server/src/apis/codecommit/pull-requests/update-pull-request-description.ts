import { UpdatePullRequestDescriptionCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandDescription } from "./described.ts";
import { pullRequestAnswer } from "./pull-request-answer.ts";
import { pullRequestPermissions } from "./pull-request-permission.ts";
import { reviewRefusal } from "./review-refusal.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdatePullRequestDescription.html */
export const updatePullRequestDescription = (repositories: Pick<Repositories, "pullRequests" | "arnOf">) =>
  operation(UpdatePullRequestDescriptionCommand, {
    members: { pullRequestId: text(), description: text() },
    permissions: (input, call) =>
      pullRequestPermissions(repositories, input.pullRequestId, "UpdatePullRequestDescription", call),
    handle: async ({ pullRequestId: id, description }) => {
      demandDescription(description);
      const changed = await repositories.pullRequests.change(id, { description });
      if (changed.kind !== "pull-request") throw reviewRefusal(changed.kind, id);
      return { pullRequest: pullRequestAnswer(changed.pullRequest) };
    },
  });
