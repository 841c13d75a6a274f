/**
 * AWS CodeCommit: repositories, branches, commits, files and merges; git itself speaks to the gateway.
 *
 * Gaps: pull requests, approvals, comments, triggers and notifications; keys of the customer's own (repositories lie under the
 * environment's key). Each is refused by name. The limit of 6 MB that AWS sets to what a folder holds is not set.
 * By design: cloneUrlHttp names the address that the caller used, since git reaches the server there.
 * UpdateRepositoryName is decided on the new name too. GetDifferences and ListFileCommitHistory do not
 * follow a file that was renamed, nor does a merge: it is gone and new. Hunks are told where they conflict, lines count
 * from 0 and end before endLine. GetMergeCommit finds commits that a branch or tag leads to. A merge without a target branch goes to the branch that the destination names.
 * Client quirks: deleting a repository or a branch that is not there succeeds.
 */
import * as client from "@aws-sdk/client-codecommit";
import { awsServices, service } from "@strongroom/wire";
import type { Repositories } from "../../artifacts/index.ts";
import type { ServerService } from "../operation.ts";
import { createBranch } from "./branches/create-branch.ts";
import { deleteBranch } from "./branches/delete-branch.ts";
import { updateDefaultBranch } from "./branches/update-default-branch.ts";
import { batchGetRepositories } from "./repositories/batch-get-repositories.ts";
import { updateRepositoryDescription } from "./repositories/update-repository-description.ts";
import { updateRepositoryName } from "./repositories/update-repository-name.ts";
import { batchGetCommits } from "./commits/batch-get-commits.ts";
import { createCommit } from "./commits/create-commit.ts";
import { getDifferences } from "./commits/get-differences.ts";
import { getFile } from "./files/get-file.ts";
import { getFolder } from "./files/get-folder.ts";
import { getBlob } from "./files/get-blob.ts";
import { putFile } from "./files/put-file.ts";
import { deleteFile } from "./files/delete-file.ts";
import { listFileCommitHistory } from "./files/list-file-commit-history.ts";
import { batchDescribeMergeConflicts } from "./merges/batch-describe-merge-conflicts.ts";
import { createUnreferencedMergeCommit } from "./merges/create-unreferenced-merge-commit.ts";
import { describeMergeConflicts } from "./merges/describe-merge-conflicts.ts";
import { getMergeCommit } from "./merges/get-merge-commit.ts";
import { getMergeConflicts } from "./merges/get-merge-conflicts.ts";
import { getMergeOptions } from "./merges/get-merge-options.ts";
import { mergeBranchesByFastForward } from "./merges/merge-branches-by-fast-forward.ts";
import { mergeBranchesBySquash } from "./merges/merge-branches-by-squash.ts";
import { mergeBranchesByThreeWay } from "./merges/merge-branches-by-three-way.ts";
import { getBranch } from "./branches/get-branch.ts";
import { listBranches } from "./branches/list-branches.ts";
import { getCommit } from "./commits/get-commit.ts";
import { createRepository } from "./repositories/create-repository.ts";
import { deleteRepository } from "./repositories/delete-repository.ts";
import { getRepository } from "./repositories/get-repository.ts";
import { listRepositories } from "./repositories/list-repositories.ts";
import { listTagsForResource } from "./tags/list-tags-for-resource.ts";
import { tagResource } from "./tags/tag-resource.ts";
import { untagResource } from "./tags/untag-resource.ts";

export function codecommit({ repositories }: { readonly repositories: Repositories }): ServerService {
  return service(awsServices.codecommit, client, [
    createRepository(repositories),
    getRepository(repositories),
    listRepositories(repositories),
    deleteRepository(repositories),
    getBranch(repositories),
    listBranches(repositories),
    getCommit(repositories),
    createBranch(repositories),
    deleteBranch(repositories),
    updateDefaultBranch(repositories),
    batchGetRepositories(repositories),
    updateRepositoryDescription(repositories),
    updateRepositoryName(repositories),
    batchGetCommits(repositories),
    createCommit(repositories),
    getDifferences(repositories),
    getFile(repositories),
    getFolder(repositories),
    getBlob(repositories),
    putFile(repositories),
    deleteFile(repositories),
    listFileCommitHistory(repositories),
    getMergeOptions(repositories),
    getMergeConflicts(repositories),
    describeMergeConflicts(repositories),
    batchDescribeMergeConflicts(repositories),
    createUnreferencedMergeCommit(repositories),
    getMergeCommit(repositories),
    mergeBranchesByFastForward(repositories),
    mergeBranchesBySquash(repositories),
    mergeBranchesByThreeWay(repositories),
    tagResource(repositories),
    untagResource(repositories),
    listTagsForResource(repositories),
  ]);
}
