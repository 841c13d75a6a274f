import { PostCommentReplyCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandClientToken } from "../pull-requests/described.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { commentAnswer, commentPermissions, demandContent } from "./comment-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_PostCommentReply.html */
export const postCommentReply = (repositories: Pick<Repositories, "comments" | "arnOf">) =>
  operation(PostCommentReplyCommand, {
    members: { inReplyTo: text(), content: text(), clientRequestToken: text() },
    permissions: (input, call) => commentPermissions(repositories, input.inReplyTo, "PostCommentReply", call),
    handle: ({ inReplyTo, content, clientRequestToken: token }, call) => {
      demandContent(content);
      demandClientToken(token);
      const made = repositories.comments.reply(inReplyTo, content, call.authority.principal.arn, token);
      if (made.kind !== "comment") throw reviewRefusal(made.kind);
      return { comment: commentAnswer(made.comment, call) };
    },
  });
