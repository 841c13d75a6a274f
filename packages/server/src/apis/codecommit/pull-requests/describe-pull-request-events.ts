import { DescribePullRequestEventsCommand } from "@aws-sdk/client-codecommit";
import { integer, oneOf, text } from "@strongroom/wire";
import type { PullRequestEvent, Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { eventPages, numberToken, pageSize } from "../page.ts";
import { pullRequestPermissions } from "./pull-request-permission.ts";
import { reviewRefusal } from "./review-refusal.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_DescribePullRequestEvents.html: the oldest first. */
export const describePullRequestEvents = (repositories: Pick<Repositories, "pullRequests" | "arnOf">) =>
  operation(DescribePullRequestEventsCommand, {
    members: {
      pullRequestId: text(),
      pullRequestEventType: oneOf(
        "PULL_REQUEST_CREATED",
        "PULL_REQUEST_STATUS_CHANGED",
        "PULL_REQUEST_SOURCE_REFERENCE_UPDATED",
        "PULL_REQUEST_MERGE_STATE_CHANGED",
        "PULL_REQUEST_APPROVAL_RULE_CREATED",
        "PULL_REQUEST_APPROVAL_RULE_UPDATED",
        "PULL_REQUEST_APPROVAL_RULE_DELETED",
        "PULL_REQUEST_APPROVAL_RULE_OVERRIDDEN",
        "PULL_REQUEST_APPROVAL_STATE_CHANGED",
      ),
      actorArn: text({ max: 2048 }),
      nextToken: text({ max: 200 }),
      maxResults: integer(),
    },
    permissions: (input, call) =>
      pullRequestPermissions(repositories, input.pullRequestId, "DescribePullRequestEvents", call),
    mutates: false,
    handle: async ({ pullRequestId: id, actorArn: actor, ...input }) => {
      if (actor !== undefined && !/^arn:aws:(?:iam|sts)::/.test(actor)) throw reviewRefusal("invalid-actor");
      const max = pageSize(input.maxResults, eventPages);
      const after = numberToken(input.nextToken, "") ?? 0;
      const asked = { type: input.pullRequestEventType, actor, after, max };
      const found = await repositories.pullRequests.events(id, asked);
      if (found.kind !== "events") throw reviewRefusal(found.kind, id);
      const last = found.events.at(-1);
      return {
        pullRequestEvents: found.events.map((one) => eventAnswer(id, found.pullRequest.repository, one)),
        nextToken: found.hasMore && last !== undefined ? String(last.id) : undefined,
      };
    },
  });

const eventAnswer = (pullRequestId: string, repositoryName: string, { at, actor, happening }: PullRequestEvent) => ({
  pullRequestId,
  eventDate: at,
  pullRequestEventType: happening.type,
  actorArn: actor,
  ...metadata(repositoryName, happening),
});

function metadata(repositoryName: string, happening: PullRequestEvent["happening"]) {
  switch (happening.type) {
    case "PULL_REQUEST_CREATED": {
      const { source: sourceCommitId, destination: destinationCommitId, base: mergeBase } = happening;
      return { pullRequestCreatedEventMetadata: { repositoryName, sourceCommitId, destinationCommitId, mergeBase } };
    }
    case "PULL_REQUEST_STATUS_CHANGED":
      return { pullRequestStatusChangedEventMetadata: { pullRequestStatus: happening.status } };
    case "PULL_REQUEST_SOURCE_REFERENCE_UPDATED": {
      const { before: beforeCommitId, after: afterCommitId, base: mergeBase } = happening;
      const moved = { repositoryName, beforeCommitId, afterCommitId, mergeBase };
      return { pullRequestSourceReferenceUpdatedEventMetadata: moved };
    }
    case "PULL_REQUEST_MERGE_STATE_CHANGED": {
      const { by: mergedBy, commitId: mergeCommitId, option: mergeOption } = happening;
      const mergeMetadata = { isMerged: true, mergedBy, mergeCommitId, mergeOption };
      const destinationReference = `refs/heads/${happening.destination}`;
      return { pullRequestMergedStateChangedEventMetadata: { repositoryName, destinationReference, mergeMetadata } };
    }
    case "PULL_REQUEST_APPROVAL_RULE_CREATED":
    case "PULL_REQUEST_APPROVAL_RULE_UPDATED":
    case "PULL_REQUEST_APPROVAL_RULE_DELETED": {
      const { id: approvalRuleId, name: approvalRuleName, content: approvalRuleContent } = happening.rule;
      return { approvalRuleEventMetadata: { approvalRuleId, approvalRuleName, approvalRuleContent } };
    }
    case "PULL_REQUEST_APPROVAL_RULE_OVERRIDDEN": {
      const { revisionId, status: overrideStatus } = happening;
      return { approvalRuleOverriddenEventMetadata: { revisionId, overrideStatus } };
    }
    case "PULL_REQUEST_APPROVAL_STATE_CHANGED": {
      const { revisionId, state: approvalStatus } = happening;
      return { approvalStateChangedEventMetadata: { revisionId, approvalStatus } };
    }
  }
}
