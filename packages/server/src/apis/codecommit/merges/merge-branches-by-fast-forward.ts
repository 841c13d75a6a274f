import { MergeBranchesByFastForwardCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { sideMembers } from "./merge-members.ts";
import { mergeBranches, mergePermission } from "./merge-request.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_MergeBranchesByFastForward.html: no commit is made. */
export const mergeBranchesByFastForward = (repositories: Pick<Repositories, "merges" | "arnOf">) =>
  operation(MergeBranchesByFastForwardCommand, {
    members: { ...sideMembers, targetBranch: text({ min: 1, max: 256 }) },
    permissions: (input) => [mergePermission(repositories, input, "MergeBranchesByFastForward")],
    handle: async (input, call) => await mergeBranches(repositories, input, "FAST_FORWARD_MERGE", call),
  });
