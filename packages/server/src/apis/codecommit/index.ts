/**
 * AWS CodeCommit: repositories, branches and commits, thinly; git itself speaks to the gateway.
 *
 * Gaps: everything about files, merges, pull requests, approvals, triggers and notifications;
 * keys of the customer's own (repositories lie under the environment's key). Each is refused by name.
 * By design: cloneUrlHttp names the address that the caller used, since git reaches the server there.
 * Client quirks: deleting a repository that is not there succeeds.
 */
import * as client from "@aws-sdk/client-codecommit";
import { awsServices, service } from "@strongroom/wire";
import type { Repositories } from "../../artifacts/index.ts";
import type { ServerService } from "../operation.ts";
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
    tagResource(repositories),
    untagResource(repositories),
    listTagsForResource(repositories),
  ]);
}
