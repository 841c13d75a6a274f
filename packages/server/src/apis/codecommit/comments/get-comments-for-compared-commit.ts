import { GetCommentsForComparedCommitCommand } from "@aws-sdk/client-codecommit";
import { integer, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { commentPages, pageSize, pageStart, pageToken } from "../page.ts";
import { noSuchRepository, repositoryName, repositoryPermission } from "../repository-answer.ts";
import { threadAnswer } from "./comment-answer.ts";
import { placeRefusal } from "./new-comment.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetCommentsForComparedCommit.html */
export const getCommentsForComparedCommit = (repositories: Pick<Repositories, "comments" | "arnOf">) =>
  operation(GetCommentsForComparedCommitCommand, {
    members: {
      repositoryName,
      beforeCommitId: text({ max: 64 }),
      afterCommitId: text({ max: 64 }),
      nextToken: text({ max: 200 }),
      maxResults: integer(),
    },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "GetCommentsForComparedCommit")],
    mutates: false,
    handle: async ({ repositoryName: name, ...input }, call) => {
      const max = pageSize(input.maxResults, commentPages);
      const { skip = 0 } = pageStart(input.nextToken, name) ?? {};
      const commits = { before: input.beforeCommitId, after: input.afterCommitId };
      const found = await repositories.comments.ofCommits(name, commits);
      if (found.kind === "no-such-repository") throw noSuchRepository(name);
      if (found.kind !== "threads") throw placeRefusal(found.kind, name);
      return {
        commentsForComparedCommitData: found.threads.slice(skip, skip + max).map((one) => threadAnswer(one, call)),
        nextToken: found.threads.length > skip + max ? pageToken({ skip: skip + max, commits: [] }) : undefined,
      };
    },
  });
