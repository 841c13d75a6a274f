import { CreateUnreferencedMergeCommitCommand, InvalidMergeOptionException } from "@aws-sdk/client-codecommit";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { refusal } from "../refusal.ts";
import { repositoryPermission } from "../repository-answer.ts";
import { mergeCommitMembers, mergeOption, sideMembers } from "./merge-members.ts";
import { mergeWork } from "./merge-request.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_CreateUnreferencedMergeCommit.html: no branch moves. */
export const createUnreferencedMergeCommit = (repositories: Pick<Repositories, "merges" | "arnOf">) =>
  operation(CreateUnreferencedMergeCommitCommand, {
    members: { ...sideMembers, ...mergeCommitMembers, mergeOption },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "CreateUnreferencedMergeCommit")],
    handle: async (input, call) => {
      const { repositoryName: repository, mergeOption: option } = input;
      const { sourceCommitSpecifier: source, destinationCommitSpecifier: destination } = input;
      if (option === "FAST_FORWARD_MERGE") {
        throw new InvalidMergeOptionException({ message: "A fast-forward makes no commit", $metadata: {} });
      }
      const made = await repositories.merges.make({
        ...{ repository, source, destination },
        ...mergeWork(input, option, `Merge ${source} into ${destination}`, call),
      });
      if (made.kind === "resolution-refused") throw refusal(made.reason, repository, made.path);
      if (made.kind !== "made") throw refusal(made.kind, repository);
      return { commitId: made.commitId, treeId: made.treeId };
    },
  });
