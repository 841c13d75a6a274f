import { GetCommentCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { commentAnswer, commentPermissions } from "./comment-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetComment.html */
export const getComment = (repositories: Pick<Repositories, "comments" | "arnOf">) =>
  operation(GetCommentCommand, {
    members: { commentId: text() },
    permissions: (input, call) => commentPermissions(repositories, input.commentId, "GetComment", call),
    mutates: false,
    handle: ({ commentId: id }, call) => {
      const found = repositories.comments.get(id);
      if (found.kind !== "comment") throw reviewRefusal(found.kind);
      return { comment: commentAnswer(found.comment, call) };
    },
  });
