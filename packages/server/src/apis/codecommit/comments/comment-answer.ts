import type { Place, Thread, ToldComment } from "../../../artifacts/index.ts";
import type { ServerCall } from "../../operation.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { permissionsBehind } from "../pull-requests/pull-request-permission.ts";
import type { Repositories } from "../../../artifacts/index.ts";

const contentCharactersMax = 10_240;

export const commentPermissions = (
  repositories: Pick<Repositories, "arnOf" | "comments">,
  id: string,
  action: string,
  call: Pick<ServerCall, "authority">,
) => permissionsBehind(repositories, repositories.comments.known(id)?.repository, action, call);

/** Throws the exception for content that no comment can have. */
export function demandContent(content: string): void {
  if (content === "") throw reviewRefusal("content-required");
  if (content.length > contentCharactersMax) throw reviewRefusal("content-too-long");
}

export function commentAnswer(one: ToldComment, { authority }: Pick<ServerCall, "authority">) {
  const reactions = [...one.reactions];
  return {
    commentId: one.id,
    content: one.content,
    inReplyTo: one.inReplyTo,
    creationDate: one.createdAt,
    lastModifiedDate: one.modifiedAt,
    authorArn: one.author,
    deleted: one.content === undefined,
    clientRequestToken: one.token,
    callerReactions: reactions.flatMap(([code, users]) => (users.includes(authority.principal.arn) ? [code] : [])),
    reactionCounts: Object.fromEntries(reactions.map(([code, users]) => [code, users.length])),
  };
}

export function placeAnswer({ before, after, beforeBlob, afterBlob, location }: Place) {
  return {
    beforeCommitId: before,
    afterCommitId: after,
    beforeBlobId: beforeBlob,
    afterBlobId: afterBlob,
    location: location && {
      filePath: location.path,
      filePosition: location.position,
      relativeFileVersion: location.version,
    },
  };
}

export const threadAnswer = ({ repository, place, comments }: Thread, call: Pick<ServerCall, "authority">) => ({
  repositoryName: repository,
  ...placeAnswer(place),
  comments: comments.map((one) => commentAnswer(one, call)),
});
