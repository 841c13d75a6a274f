import { MergePullRequestByFastForwardCommand } from "@aws-sdk/client-codecommit";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { mergePullRequest, mergePullRequestPermission, mergePullRequestMembers } from "./merge-pull-request.ts";

type Faces = Pick<Repositories, "arnOf" | "find" | "pullRequests" | "pullRequestMerges">;

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_MergePullRequestByFastForward.html */
export const mergePullRequestByFastForward = (repositories: Faces) =>
  operation(MergePullRequestByFastForwardCommand, {
    members: mergePullRequestMembers,
    permissions: (input) => [mergePullRequestPermission(repositories, input, "MergePullRequestByFastForward")],
    handle: async (input, call) => await mergePullRequest(repositories, input, "FAST_FORWARD_MERGE", call),
  });
