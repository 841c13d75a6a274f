import { UpdateCommentCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { commentAnswer, commentPermissions, demandContent } from "./comment-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdateComment.html: by its author alone. */
export const updateComment = (repositories: Pick<Repositories, "comments" | "arnOf">) =>
  operation(UpdateCommentCommand, {
    members: { commentId: text(), content: text() },
    permissions: (input, call) => commentPermissions(repositories, input.commentId, "UpdateComment", call),
    handle: ({ commentId: id, content }, call) => {
      demandContent(content);
      const changed = repositories.comments.change(id, content, call.authority.principal.arn);
      if (changed.kind !== "comment") throw reviewRefusal(changed.kind);
      return { comment: commentAnswer(changed.comment, call) };
    },
  });
