import * as client from "@aws-sdk/client-codecommit";
import type { ChangeRefusal, CommitRefusal, NoSuchRepository, ResolutionRefusal } from "../../artifacts/index.ts";
import { noSuchRepository } from "./repository-answer.ts";

/** A domain's answer that CodeCommit has an exception for. */
export type RefusalKind =
  | ChangeRefusal
  | CommitRefusal
  | NoSuchRepository["kind"]
  | "branch-exists"
  | "invalid-commit-id"
  | "no-such-commit"
  | "is-default"
  | "invalid-token"
  | "no-such-path"
  | "no-such-blob"
  | "invalid-blob-id"
  | "too-large"
  | "invalid-target"
  | ResolutionRefusal
  | "manual-merge"
  | "moved-meanwhile"
  | "too-many-changes";

type Exception = new (given: { message: string; $metadata: object }) => Error;

/** Each with AWS's meaning of it, in words of our own. */
const exceptions: Readonly<Record<Exclude<RefusalKind, "no-such-repository">, readonly [Exception, string]>> = {
  "no-entries": [client.FileEntryRequiredException, "A commit puts, deletes or changes the mode of at least one file"],
  "too-many-entries": [client.MaximumFileEntriesExceededException, "A commit changes at most 100 files"],
  "invalid-path": [client.InvalidPathException, "The path is not valid"],
  "path-required": [client.PathRequiredException, "A path is required"],
  "same-path": [client.SamePathRequestException, "Two changes of the commit are about the same path"],
  "put-entries-conflict": [client.PutFileEntryConflictException, "A path of the commit is both a file and a folder"],
  "content-and-source": [
    client.FileContentAndSourceFileSpecifiedException,
    "A file has content or a source file, not both",
  ],
  "content-or-source-missing": [
    client.SourceFileOrContentRequiredException,
    "A file needs content, or a source file whose content it gets",
  ],
  "content-too-large": [client.FileContentSizeLimitExceededException, "A file has at most 6 MB"],
  "restricted-source": [client.RestrictedSourceFileException, "A .gitkeep file is neither copied nor moved"],
  "no-such-file": [client.FileDoesNotExistException, "There is no such file"],
  "folder-is-file": [client.DirectoryNameConflictsWithFileNameException, "A folder of the path is a file"],
  "file-is-folder": [client.FileNameConflictsWithDirectoryNameException, "The path is a folder"],
  "path-in-submodule": [client.FilePathConflictsWithSubmodulePathException, "The path lies in a submodule"],
  "invalid-branch-name": [client.InvalidBranchNameException, "The branch name is not valid"],
  "branch-is-tag": [client.BranchNameIsTagNameException, "The name is that of a tag, not of a branch"],
  "no-such-branch": [client.BranchDoesNotExistException, "The branch does not exist"],
  "parent-required": [client.ParentCommitIdRequiredException, "A parent commit ID is required: the branch has commits"],
  "invalid-parent": [client.InvalidParentCommitIdException, "The parent commit ID is not a full commit ID"],
  "no-such-parent": [client.ParentCommitDoesNotExistException, "The parent commit does not exist"],
  "parent-outdated": [
    client.ParentCommitIdOutdatedException,
    "The parent commit is not the tip of the branch. GetBranch tells the tip",
  ],
  "no-change": [client.NoChangeException, "The commit would change nothing"],
  "branch-exists": [client.BranchNameExistsException, "The branch already exists"],
  "invalid-commit-id": [client.InvalidCommitIdException, "The commit ID is not a full commit ID"],
  "no-such-commit": [client.CommitDoesNotExistException, "The commit does not exist"],
  "is-default": [client.DefaultBranchCannotBeDeletedException, "The default branch cannot be deleted"],
  "invalid-token": [client.InvalidContinuationTokenException, "The continuation token is not valid"],
  "no-such-path": [client.PathDoesNotExistException, "The path does not exist"],
  "no-such-blob": [client.BlobIdDoesNotExistException, "The blob does not exist"],
  "invalid-blob-id": [client.InvalidBlobIdException, "The blob ID is not a full blob ID"],
  "invalid-target": [client.InvalidTargetBranchException, "The target is not the name of a branch"],
  "manual-merge": [
    client.ManualMergeRequiredException,
    "The merge has conflicts or cannot be made so; merge in a clone, and push",
  ],
  "invalid-resolution": [
    client.InvalidConflictResolutionException,
    "Conflicts are resolved with the strategy AUTOMERGE, each of them at a path that conflicts",
  ],
  "too-many-resolutions": [
    client.MaximumConflictResolutionEntriesExceededException,
    "A merge resolves at most 1000 conflicts",
  ],
  "several-resolutions": [
    client.MultipleConflictResolutionEntriesException,
    "A conflict is resolved in one way, not in several",
  ],
  "replacement-missing": [
    client.ReplacementContentRequiredException,
    "The replacement type USE_NEW_CONTENT needs the content",
  ],
  "invalid-replacement": [
    client.InvalidReplacementContentException,
    "Content is given with the replacement type USE_NEW_CONTENT alone",
  ],
  "moved-meanwhile": [
    client.ConcurrentReferenceUpdateException,
    "The target branch does not stand at the destination commit",
  ],
  "too-many-changes": [
    client.MaximumItemsToCompareExceededException,
    "Too many files were changed to be compared; merge in a clone, and push",
  ],
  "too-large": [client.FileTooLargeException, "The file exceeds 6 MB, the most that is answered; git clones it"],
};

/** The exception for an outcome; `about` is what the caller named: a branch, a path, a commit. */
export function refusal(kind: RefusalKind, repository: string, about = ""): Error {
  if (kind === "no-such-repository") return noSuchRepository(repository);
  const [Refused, meaning] = exceptions[kind];
  return new Refused({ message: about === "" ? meaning : `${meaning}: ${about}`, $metadata: {} });
}
