import { PostCommentForPullRequestCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandClientToken } from "../pull-requests/described.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { noSuchRepository, repositoryPermission } from "../repository-answer.ts";
import { commentAnswer, demandContent, placeAnswer } from "./comment-answer.ts";
import { locationOf, newCommentMembers, placeRefusal } from "./new-comment.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_PostCommentForPullRequest.html */
export const postCommentForPullRequest = (repositories: Pick<Repositories, "comments" | "arnOf">) =>
  operation(PostCommentForPullRequestCommand, {
    members: { ...newCommentMembers, pullRequestId: text() },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "PostCommentForPullRequest")],
    handle: async (input, call) => {
      const { repositoryName: repository, content, clientRequestToken: token } = input;
      demandContent(content);
      demandClientToken(token);
      const made = await repositories.comments.post({
        ...{ repository, content, token, author: call.authority.principal.arn },
        pullRequestId: input.pullRequestId,
        place: { before: input.beforeCommitId, after: input.afterCommitId, location: locationOf(input.location) },
      });
      switch (made.kind) {
        case "comment": {
          const { comment } = made;
          const about = {
            repositoryName: repository,
            pullRequestId: input.pullRequestId,
            ...placeAnswer(comment.place),
          };
          return { ...about, comment: commentAnswer(comment, call) };
        }
        case "no-such-repository":
          throw noSuchRepository(repository);
        case "token-mismatch":
        case "not-associated":
        case "no-such-pull-request":
        case "invalid-pull-request-id":
          throw reviewRefusal(made.kind);
        case "invalid-commit-id":
        case "no-such-commit":
        case "same-commits":
        case "path-required":
        case "invalid-path":
        case "no-such-path":
        case "invalid-position":
        case "invalid-version":
          throw placeRefusal(made.kind, repository);
      }
    },
  });
