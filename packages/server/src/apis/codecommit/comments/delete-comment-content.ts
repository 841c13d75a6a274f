import { DeleteCommentContentCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { commentAnswer, commentPermissions } from "./comment-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_DeleteCommentContent.html: the comment stays, empty. */
export const deleteCommentContent = (repositories: Pick<Repositories, "comments" | "arnOf">) =>
  operation(DeleteCommentContentCommand, {
    members: { commentId: text() },
    permissions: (input, call) => commentPermissions(repositories, input.commentId, "DeleteCommentContent", call),
    handle: ({ commentId: id }, call) => {
      const changed = repositories.comments.change(id, undefined, call.authority.principal.arn);
      if (changed.kind !== "comment") throw reviewRefusal(changed.kind);
      return { comment: commentAnswer(changed.comment, call) };
    },
  });
