import { MergePullRequestByThreeWayCommand } from "@aws-sdk/client-codecommit";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { mergePullRequest, mergePullRequestPermission, mergeWithCommitMembers } from "./merge-pull-request.ts";

type Faces = Pick<Repositories, "arnOf" | "find" | "pullRequests" | "pullRequestMerges">;

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_MergePullRequestByThreeWay.html */
export const mergePullRequestByThreeWay = (repositories: Faces) =>
  operation(MergePullRequestByThreeWayCommand, {
    members: mergeWithCommitMembers,
    permissions: (input) => [mergePullRequestPermission(repositories, input, "MergePullRequestByThreeWay")],
    handle: async (input, call) => await mergePullRequest(repositories, input, "THREE_WAY_MERGE", call),
  });
