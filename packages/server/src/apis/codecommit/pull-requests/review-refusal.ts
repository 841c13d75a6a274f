import * as client from "@aws-sdk/client-codecommit";

type Exception = new (given: { message: string; $metadata: object }) => Error;

/** What is in the way of a review, each with AWS's meaning of it, in words of our own. */
const exceptions = {
  "no-such-pull-request": [client.PullRequestDoesNotExistException, "There is no such pull request"],
  "invalid-pull-request-id": [client.InvalidPullRequestIdException, "The pull request ID is not valid"],
  "already-closed": [client.PullRequestAlreadyClosedException, "The pull request is closed"],
  "only-to-closed": [
    client.InvalidPullRequestStatusUpdateException,
    "A pull request can be closed, and is not opened again",
  ],
  "title-required": [client.TitleRequiredException, "A title is required"],
  "invalid-title": [client.InvalidTitleException, "A title has at most 150 characters"],
  "invalid-description": [client.InvalidDescriptionException, "A description has at most 10240 characters"],
  "targets-required": [client.TargetsRequiredException, "A pull request has a target"],
  "several-repositories": [client.MultipleRepositoriesInPullRequestException, "A pull request is about one repository"],
  "several-targets": [client.InvalidTargetsException, "A pull request has one target"],
  "invalid-client-token": [client.InvalidClientRequestTokenException, "A client request token has 1 to 64 characters"],
  "token-mismatch": [
    client.IdempotencyParameterMismatchException,
    "The client request token was used with other parameters, or by somebody else",
  ],
  "invalid-reference-name": [client.InvalidReferenceNameException, "The reference name is not valid"],
  "reference-type": [client.ReferenceTypeNotSupportedException, "A pull request is between branches"],
  "no-such-reference": [client.ReferenceDoesNotExistException, "The branch does not exist"],
  "same-reference": [
    client.SourceAndDestinationAreSameException,
    "Source and destination of a pull request are different branches",
  ],
  "too-many-open": [
    client.MaximumOpenPullRequestsExceededException,
    "A repository has at most 1000 open pull requests",
  ],
  "not-associated": [
    client.RepositoryNotAssociatedWithPullRequestException,
    "The pull request belongs to another repository",
  ],
  "source-differs": [
    client.TipOfSourceReferenceIsDifferentException,
    "The source branch stands at another commit. GetPullRequest tells which",
  ],
  "rules-not-satisfied": [
    client.PullRequestApprovalRulesNotSatisfiedException,
    "An approval rule of the pull request is not satisfied",
  ],
  "invalid-actor": [client.InvalidActorArnException, "The actor is no ARN"],
  "invalid-author": [client.InvalidAuthorArnException, "The author is no ARN"],
  "invalid-revision": [client.InvalidRevisionIdException, "The revision ID is not valid"],
  "revision-not-current": [
    client.RevisionNotCurrentException,
    "The pull request has another revision now. GetPullRequest tells which",
  ],
  "by-author": [
    client.PullRequestCannotBeApprovedByAuthorException,
    "Whoever created a pull request does not approve it, in whatever role",
  ],
  "too-many-approvals": [client.MaximumNumberOfApprovalsExceededException, "A revision has at most 200 approvals"],
  "override-already-set": [client.OverrideAlreadySetException, "The override has that status already"],
  "rule-name-required": [client.ApprovalRuleNameRequiredException, "A rule has a name"],
  "invalid-rule-name": [
    client.InvalidApprovalRuleNameException,
    "A rule's name has 1 to 100 letters, digits, spaces, dots, dashes and underscores, and does not end in .git",
  ],
  "rule-content-required": [client.ApprovalRuleContentRequiredException, "A rule has content"],
  "invalid-rule": [client.InvalidApprovalRuleContentException, "The content of the rule is not valid"],
  "rule-exists": [client.ApprovalRuleNameAlreadyExistsException, "The pull request has a rule of that name"],
  "too-many-rules": [client.NumberOfRulesExceededException, "A pull request has at most 30 rules"],
  "no-such-rule": [client.ApprovalRuleDoesNotExistException, "The pull request has no such rule"],
  "modify-of-template": [
    client.CannotModifyApprovalRuleFromTemplateException,
    "The rule was made from a template, and stays as it is",
  ],
  "delete-of-template": [
    client.CannotDeleteApprovalRuleFromTemplateException,
    "The rule was made from a template, and stays",
  ],
  "wrong-digest": [client.InvalidRuleContentSha256Exception, "The content now has another SHA-256"],
  "template-name-required": [client.ApprovalRuleTemplateNameRequiredException, "A template has a name"],
  "invalid-template-name": [
    client.InvalidApprovalRuleTemplateNameException,
    "A template's name has 1 to 100 letters, digits, spaces, dots, dashes and underscores, and does not end in .git",
  ],
  "template-content-required": [client.ApprovalRuleTemplateContentRequiredException, "A template has content"],
  "invalid-template": [client.InvalidApprovalRuleTemplateContentException, "The content of the template is not valid"],
  "invalid-template-description": [
    client.InvalidApprovalRuleTemplateDescriptionException,
    "A template's description has at most 1000 characters",
  ],
  "no-such-template": [client.ApprovalRuleTemplateDoesNotExistException, "There is no such template"],
  "template-exists": [client.ApprovalRuleTemplateNameAlreadyExistsException, "There is a template of that name"],
  "template-in-use": [
    client.ApprovalRuleTemplateInUseException,
    "A repository has the template; disassociate it first",
  ],
  "too-many-templates": [client.NumberOfRuleTemplatesExceededException, "An account has at most 1000 templates"],
  "too-many-of-repository": [
    client.MaximumRuleTemplatesAssociatedWithRepositoryException,
    "A repository has at most 25 templates",
  ],
  "content-required": [client.CommentContentRequiredException, "A comment has content"],
  "content-too-long": [client.CommentContentSizeLimitExceededException, "A comment has at most 10240 characters"],
  "no-such-comment": [client.CommentDoesNotExistException, "There is no such comment"],
  "invalid-comment-id": [client.InvalidCommentIdException, "The comment ID is not valid"],
  "comment-deleted": [client.CommentDeletedException, "The comment was deleted"],
  "of-somebody-else": [client.CommentNotCreatedByCallerException, "A comment is changed by its author alone"],
  "invalid-reaction": [client.InvalidReactionValueException, "There is no such reaction"],
  "invalid-reaction-user": [client.InvalidReactionUserArnException, "The user is no ARN"],
  "same-commits": [
    client.BeforeCommitIdAndAfterCommitIdAreSameException,
    "The commits before and after are different ones",
  ],
  "invalid-position": [client.InvalidFilePositionException, "The file has no such line"],
  "invalid-version": [
    client.InvalidRelativeFileVersionEnumException,
    "A line is one of the file BEFORE or AFTER, where it is there",
  ],
} as const satisfies Readonly<Record<string, readonly [Exception, string]>>;

export type ReviewRefusalKind = keyof typeof exceptions;

/** The exception for an outcome; `about` is what the caller named, or why it is not valid. */
export function reviewRefusal(kind: ReviewRefusalKind, about = ""): Error {
  const [Refused, meaning] = exceptions[kind];
  return new Refused({ message: about === "" ? meaning : `${meaning}: ${about}`, $metadata: {} });
}
