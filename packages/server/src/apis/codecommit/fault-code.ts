import * as client from "@aws-sdk/client-codecommit";
import type { FaultCode } from "@strongroom/wire";

/** What exceptions call a member, where it is not the member's own name. */
const nouns: Readonly<Record<string, string>> = {
  afterCommitId: "CommitId",
  afterCommitSpecifier: "Commit",
  afterPath: "Path",
  beforeCommitId: "CommitId",
  beforeCommitSpecifier: "Commit",
  beforePath: "Path",
  commitIds: "CommitIdsList",
  commitSpecifier: "Commit",
  "conflictResolution.replaceContents.content": "ReplacementContent",
  content: "CommentContent",
  defaultBranchName: "BranchName",
  destinationCommitSpecifier: "Commit",
  destinationReference: "ReferenceName",
  existingRuleContentSha256: "RuleContentSha256",
  filePath: "Path",
  folderPath: "Path",
  inReplyTo: "CommentId",
  location: "FileLocation",
  newApprovalRuleTemplateName: "ApprovalRuleTemplateName",
  newName: "RepositoryName",
  newRuleContent: "ApprovalRuleContent",
  nextToken: "ContinuationToken",
  NextToken: "ContinuationToken",
  oldApprovalRuleTemplateName: "ApprovalRuleTemplateName",
  oldName: "RepositoryName",
  relativeFileVersion: "RelativeFileVersionEnum",
  "repositoryNames[]": "RepositoryName",
  sourceCommitId: "CommitId",
  sourceCommitSpecifier: "Commit",
  sourceReference: "ReferenceName",
  tagKeys: "TagKeysList",
  "tagKeys[]": "TagKeysList",
  tags: "TagsMap",
  "UpdateApprovalRuleTemplateContent.newRuleContent": "ApprovalRuleTemplateContent",
};

/** Exceptions that there are, and that an operation does not declare for its member. */
const undeclared: Readonly<Record<string, readonly string[]>> = {
  BatchAssociateApprovalRuleTemplateWithRepositories: ["RepositoryNameRequired", "InvalidRepositoryName"],
  BatchDisassociateApprovalRuleTemplateFromRepositories: ["RepositoryNameRequired", "InvalidRepositoryName"],
  BatchGetRepositories: ["RepositoryNameRequired"],
  CreateCommit: ["FileContentRequired"],
  CreateRepository: ["TagsMapRequired"],
  GetDifferences: ["PathRequired"],
  GetFile: ["CommitRequired"],
  GetFolder: ["CommitRequired"],
  ListFileCommitHistory: ["PathRequired", "InvalidPath"],
  ListPullRequests: ["PullRequestStatusRequired"],
  ListTagsForResource: ["InvalidContinuationToken"],
  MergePullRequestByFastForward: ["CommitIdRequired"],
  MergePullRequestBySquash: ["CommitIdRequired", "FileModeRequired"],
  MergePullRequestByThreeWay: ["CommitIdRequired", "FileModeRequired"],
  PutFile: ["FileModeRequired"],
};

/** The exception for a member that is missing, or breaks a limit; undefined where CodeCommit has none for it. */
export const faultCode: FaultCode = (operation, { steps, isMissing }) => {
  const [first = "", ...inside] = steps.toReversed();
  // The keys of a map are the caller's own words, whatever they say.
  const path = first === "tags" ? [first] : [first, ...inside].filter((step) => !step.startsWith("["));
  if (first === "tags" && inside.length === 0 && !isMissing) return "TooManyTagsException";
  const name = path.at(-1) ?? "";
  const member = steps[0]?.startsWith("[") === true ? `${name}[]` : name;
  const noun = nouns[`${operation}.${name}`] ?? nouns[path.join(".")] ?? nouns[member] ?? capitalised(member);
  const named = [...(isMissing ? [`${noun}Required`] : []), `Invalid${noun}`];
  const found = named.find((one) => `${one}Exception` in client && undeclared[operation]?.includes(one) !== true);
  return found && `${found}Exception`;
};

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
