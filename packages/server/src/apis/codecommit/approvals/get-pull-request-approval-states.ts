import { GetPullRequestApprovalStatesCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { pullRequestPermissions } from "../pull-requests/pull-request-permission.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetPullRequestApprovalStates.html */
export const getPullRequestApprovalStates = (
  repositories: Pick<Repositories, "pullRequests" | "approvals" | "arnOf">,
) =>
  operation(GetPullRequestApprovalStatesCommand, {
    members: { pullRequestId: text(), revisionId: text() },
    permissions: (input, call) =>
      pullRequestPermissions(repositories, input.pullRequestId, "GetPullRequestApprovalStates", call),
    mutates: false,
    handle: async ({ pullRequestId: id, revisionId }) => {
      const found = await repositories.approvals.states(id, revisionId);
      if (found.kind !== "states") throw reviewRefusal(found.kind, id);
      return { approvals: found.arns.map((userArn) => ({ userArn, approvalState: "APPROVE" as const })) };
    },
  });
