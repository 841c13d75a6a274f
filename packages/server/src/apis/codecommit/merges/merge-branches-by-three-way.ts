import { MergeBranchesByThreeWayCommand } from "@aws-sdk/client-codecommit";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { mergeBranches, mergeBranchesMembers, mergePermission } from "./merge-request.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_MergeBranchesByThreeWay.html: a commit with two parents. */
export const mergeBranchesByThreeWay = (repositories: Pick<Repositories, "merges" | "arnOf">) =>
  operation(MergeBranchesByThreeWayCommand, {
    members: mergeBranchesMembers,
    permissions: (input) => [mergePermission(repositories, input, "MergeBranchesByThreeWay")],
    handle: async (input, call) => await mergeBranches(repositories, input, "THREE_WAY_MERGE", call),
  });
