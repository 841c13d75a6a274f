import { MergePullRequestBySquashCommand } from "@aws-sdk/client-codecommit";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { mergePullRequest, mergePullRequestPermission, mergeWithCommitMembers } from "./merge-pull-request.ts";

type Faces = Pick<Repositories, "arnOf" | "find" | "pullRequests" | "pullRequestMerges">;

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_MergePullRequestBySquash.html */
export const mergePullRequestBySquash = (repositories: Faces) =>
  operation(MergePullRequestBySquashCommand, {
    members: mergeWithCommitMembers,
    permissions: (input) => [mergePullRequestPermission(repositories, input, "MergePullRequestBySquash")],
    handle: async (input, call) => await mergePullRequest(repositories, input, "SQUASH_MERGE", call),
  });
