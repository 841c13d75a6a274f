import { InvalidMaxConflictFilesException, InvalidMaxMergeHunksException } from "@aws-sdk/client-codecommit";
import { fileModeOf, type ConflictReport, type Hunk, type HunkSide } from "../../../artifacts/index.ts";

const mergeHunksMax = 1000;
const conflictFilesMax = 100;

export function conflictAnswer(report: ConflictReport) {
  const { source, destination, base } = report.modes;
  return {
    filePath: report.path,
    fileSizes: { ...report.sizes },
    fileModes: { source: modeAnswer(source), destination: modeAnswer(destination), base: modeAnswer(base) },
    objectTypes: { ...report.types },
    numberOfConflicts: report.conflicts,
    isBinaryFile: { ...report.isBinary },
    contentConflict: report.content,
    fileModeConflict: report.mode,
    objectTypeConflict: report.type,
    mergeOperations: { ...report.operations },
  };
}

const modeAnswer = (mode: string | undefined) => (mode === undefined ? undefined : fileModeOf(mode));

export const hunkAnswer = ({ source, destination, base }: Hunk) => ({
  isConflict: true,
  source: sideAnswer(source),
  destination: sideAnswer(destination),
  base: sideAnswer(base),
});

const sideAnswer = ({ start, end, content }: HunkSide) => ({
  startLine: start,
  endLine: end,
  hunkContent: Buffer.from(content).toString("base64"),
});

/** How many hunks are told at once. Throws InvalidMaxMergeHunksException for what is no count. */
export function hunksAtOnce(asked: number | undefined): number {
  if (asked === undefined) return mergeHunksMax;
  if (asked > 0) return Math.min(asked, mergeHunksMax);
  throw new InvalidMaxMergeHunksException({ message: "The number of hunks is at least 1", $metadata: {} });
}

/** How many files are told at once. Throws InvalidMaxConflictFilesException for what is no count. */
export function filesAtOnce(asked: number | undefined): number {
  if (asked === undefined) return conflictFilesMax;
  if (asked > 0) return Math.min(asked, conflictFilesMax);
  throw new InvalidMaxConflictFilesException({ message: "The number of files is at least 1", $metadata: {} });
}
