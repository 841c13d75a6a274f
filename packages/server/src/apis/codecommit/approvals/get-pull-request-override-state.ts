import { GetPullRequestOverrideStateCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { pullRequestPermissions } from "../pull-requests/pull-request-permission.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetPullRequestOverrideState.html */
export const getPullRequestOverrideState = (repositories: Pick<Repositories, "pullRequests" | "approvals" | "arnOf">) =>
  operation(GetPullRequestOverrideStateCommand, {
    members: { pullRequestId: text(), revisionId: text() },
    permissions: (input, call) =>
      pullRequestPermissions(repositories, input.pullRequestId, "GetPullRequestOverrideState", call),
    mutates: false,
    handle: async ({ pullRequestId: id, revisionId }) => {
      const found = await repositories.approvals.overrider(id, revisionId);
      if (found.kind !== "overrider") throw reviewRefusal(found.kind, id);
      return { overridden: found.arn !== undefined, overrider: found.arn };
    },
  });
