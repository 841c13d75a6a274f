import { UpdatePullRequestStatusCommand } from "@aws-sdk/client-codecommit";
import { oneOf, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { pullRequestAnswer } from "./pull-request-answer.ts";
import { pullRequestPermissions } from "./pull-request-permission.ts";
import { reviewRefusal } from "./review-refusal.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdatePullRequestStatus.html: from open to closed alone. */
export const updatePullRequestStatus = (repositories: Pick<Repositories, "pullRequests" | "arnOf">) =>
  operation(UpdatePullRequestStatusCommand, {
    members: { pullRequestId: text(), pullRequestStatus: oneOf("OPEN", "CLOSED") },
    permissions: (input, call) =>
      pullRequestPermissions(repositories, input.pullRequestId, "UpdatePullRequestStatus", call),
    handle: async ({ pullRequestId: id, pullRequestStatus: status }, { authority }) => {
      if (status === "OPEN") throw reviewRefusal("only-to-closed");
      const closed = await repositories.pullRequests.close(id, authority.principal.arn);
      // The operation has no exception of its own for one that is closed already.
      if (closed.kind === "already-closed") throw reviewRefusal("only-to-closed");
      if (closed.kind !== "pull-request") throw reviewRefusal(closed.kind, id);
      return { pullRequest: pullRequestAnswer(closed.pullRequest) };
    },
  });
