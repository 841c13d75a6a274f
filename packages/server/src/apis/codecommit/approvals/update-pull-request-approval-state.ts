import { UpdatePullRequestApprovalStateCommand } from "@aws-sdk/client-codecommit";
import { oneOf, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { pullRequestPermissions } from "../pull-requests/pull-request-permission.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdatePullRequestApprovalState.html */
export const updatePullRequestApprovalState = (
  repositories: Pick<Repositories, "pullRequests" | "approvals" | "arnOf">,
) =>
  operation(UpdatePullRequestApprovalStateCommand, {
    members: { pullRequestId: text(), revisionId: text(), approvalState: oneOf("APPROVE", "REVOKE") },
    permissions: (input, call) =>
      pullRequestPermissions(repositories, input.pullRequestId, "UpdatePullRequestApprovalState", call),
    handle: async ({ pullRequestId: id, revisionId, approvalState }, { authority }) => {
      const set = await repositories.approvals.setState(id, revisionId, approvalState, authority.principal);
      if (set.kind !== "done") throw reviewRefusal(set.kind, id);
      return {};
    },
  });
