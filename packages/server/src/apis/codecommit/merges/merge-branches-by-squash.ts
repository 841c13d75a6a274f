import { MergeBranchesBySquashCommand } from "@aws-sdk/client-codecommit";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { mergeBranches, mergeBranchesMembers, mergePermission } from "./merge-request.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_MergeBranchesBySquash.html: one commit with all changes. */
export const mergeBranchesBySquash = (repositories: Pick<Repositories, "merges" | "arnOf">) =>
  operation(MergeBranchesBySquashCommand, {
    members: mergeBranchesMembers,
    permissions: (input) => [mergePermission(repositories, input, "MergeBranchesBySquash")],
    handle: async (input, call) => await mergeBranches(repositories, input, "SQUASH_MERGE", call),
  });
