import { blob, flag, list, oneOf, text } from "@strongroom/wire";
import type {
  ConflictLevel,
  ConflictStrategy,
  FileMode,
  ReplacementType,
  Resolution,
} from "../../../artifacts/index.ts";
import { repositoryName } from "../repository-answer.ts";

const specifier = text({ min: 1, max: 300 });
const path = text({ max: 4096 });
const mode = oneOf("NORMAL", "EXECUTABLE", "SYMLINK");

/** What every merge says: where from, and where to. */
export const sideMembers = {
  repositoryName,
  sourceCommitSpecifier: specifier,
  destinationCommitSpecifier: specifier,
};

export const conflictMembers = {
  conflictDetailLevel: oneOf("FILE_LEVEL", "LINE_LEVEL"),
  conflictResolutionStrategy: oneOf("NONE", "ACCEPT_SOURCE", "ACCEPT_DESTINATION", "AUTOMERGE"),
};

export const mergeOption = oneOf("FAST_FORWARD_MERGE", "SQUASH_MERGE", "THREE_WAY_MERGE");

const replacement = {
  filePath: path,
  replacementType: oneOf("KEEP_BASE", "KEEP_SOURCE", "KEEP_DESTINATION", "USE_NEW_CONTENT"),
  content: blob(),
  fileMode: mode,
};
const deletion = { filePath: path };
const newMode = { filePath: path, fileMode: mode };

/** What is said of the commit that a merge makes. */
export const mergeCommitMembers = {
  ...conflictMembers,
  authorName: text(),
  email: text(),
  commitMessage: text(),
  keepEmptyFolders: flag(),
  conflictResolution: {
    replaceContents: list<typeof replacement>(replacement),
    deleteFiles: list<typeof deletion>(deletion),
    setFileModes: list<typeof newMode>(newMode),
  },
};

export interface MannerInput {
  readonly conflictDetailLevel?: ConflictLevel;
  readonly conflictResolutionStrategy?: ConflictStrategy;
}

export const mannerOf = (input: MannerInput) => ({
  level: input.conflictDetailLevel ?? "FILE_LEVEL",
  strategy: input.conflictResolutionStrategy ?? "NONE",
});

export interface MergeCommitInput extends MannerInput {
  readonly authorName?: string;
  readonly email?: string;
  readonly commitMessage?: string;
  readonly keepEmptyFolders?: boolean;
  readonly conflictResolution?: {
    readonly replaceContents?: readonly {
      readonly filePath: string;
      readonly replacementType: ReplacementType;
      readonly content?: Uint8Array;
      readonly fileMode?: FileMode;
    }[];
    readonly deleteFiles?: readonly { readonly filePath: string }[];
    readonly setFileModes?: readonly { readonly filePath: string; readonly fileMode: FileMode }[];
  };
}

export function resolutionOf({ conflictResolution: given = {} }: MergeCommitInput): Resolution {
  return {
    replace: (given.replaceContents ?? []).map(({ filePath, replacementType: type, content, fileMode }) => ({
      ...{ path: filePath, type, content },
      mode: fileMode,
    })),
    delete: (given.deleteFiles ?? []).map(({ filePath }) => filePath),
    modes: (given.setFileModes ?? []).map(({ filePath, fileMode }) => ({ path: filePath, mode: fileMode })),
  };
}
