import { GetCommentReactionsCommand } from "@aws-sdk/client-codecommit";
import { integer, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { pageSize, pageStart, pageToken, reactionPages } from "../page.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { commentPermissions } from "./comment-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetCommentReactions.html */
export const getCommentReactions = (repositories: Pick<Repositories, "comments" | "arnOf">) =>
  operation(GetCommentReactionsCommand, {
    members: {
      commentId: text(),
      reactionUserArn: text({ max: 2048 }),
      nextToken: text({ max: 200 }),
      maxResults: integer(),
    },
    permissions: (input, call) => commentPermissions(repositories, input.commentId, "GetCommentReactions", call),
    mutates: false,
    handle: ({ commentId: id, reactionUserArn: user, ...input }) => {
      if (user !== undefined && !/^arn:aws:(?:iam|sts)::/.test(user)) throw reviewRefusal("invalid-reaction-user");
      const max = pageSize(input.maxResults, reactionPages);
      const { skip = 0 } = pageStart(input.nextToken, "") ?? {};
      const found = repositories.comments.reactions(id);
      if (found.kind !== "reactions") throw reviewRefusal(found.kind);
      const wanted = found.reactions.filter(({ users }) => user === undefined || users.includes(user));
      return {
        reactionsForComment: wanted.slice(skip, skip + max).map(({ reaction, users }) => ({
          reaction: { ...reaction },
          reactionUsers: user === undefined ? [...users] : [user],
        })),
        nextToken: wanted.length > skip + max ? pageToken({ skip: skip + max, commits: [] }) : undefined,
      };
    },
  });
