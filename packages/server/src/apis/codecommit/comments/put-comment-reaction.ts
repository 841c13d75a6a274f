import { PutCommentReactionCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { commentPermissions } from "./comment-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_PutCommentReaction.html: one for each person, who takes it back with "none". */
export const putCommentReaction = (repositories: Pick<Repositories, "comments" | "arnOf">) =>
  operation(PutCommentReactionCommand, {
    members: { commentId: text(), reactionValue: text() },
    permissions: (input, call) => commentPermissions(repositories, input.commentId, "PutCommentReaction", call),
    handle: ({ commentId: id, reactionValue }, { authority }) => {
      const { kind } = repositories.comments.react(id, reactionValue, authority.principal.arn);
      if (kind !== "done") throw reviewRefusal(kind);
      return {};
    },
  });
