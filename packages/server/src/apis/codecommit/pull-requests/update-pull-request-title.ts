import { UpdatePullRequestTitleCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandTitle } from "./described.ts";
import { pullRequestAnswer } from "./pull-request-answer.ts";
import { pullRequestPermissions } from "./pull-request-permission.ts";
import { reviewRefusal } from "./review-refusal.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdatePullRequestTitle.html */
export const updatePullRequestTitle = (repositories: Pick<Repositories, "pullRequests" | "arnOf">) =>
  operation(UpdatePullRequestTitleCommand, {
    members: { pullRequestId: text(), title: text() },
    permissions: (input, call) =>
      pullRequestPermissions(repositories, input.pullRequestId, "UpdatePullRequestTitle", call),
    handle: async ({ pullRequestId: id, title }) => {
      demandTitle(title);
      const changed = await repositories.pullRequests.change(id, { title });
      if (changed.kind !== "pull-request") throw reviewRefusal(changed.kind, id);
      return { pullRequest: pullRequestAnswer(changed.pullRequest) };
    },
  });
