import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Checkpoints, readModel } from "@strongroom/xgboost";
import { isNotFound, JobFailure } from "./contract.ts";

/** Rounds between two checkpoints: a booster that is loaded anew costs about ten rounds' time. */
const roundsBetween = 10;

/** How many checkpoints stay, as in the built-in algorithm. */
const kept = 5;

const checkpointName = /^xgboost-checkpoint\.(\d+)$/;

/**
 * The checkpoints of a job: `xgboost-checkpoint.N` is the model after round N, and training goes on at N + 1.
 * A file gets its name once it is complete; until then it ends in .sagemaker-ignore, which is not carried off.
 */
export function checkpointFolder(folder: string): Checkpoints {
  mkdirSync(folder, { recursive: true });
  const [newest] = iterations(folder);
  const save = (iteration: number, model: Uint8Array): { readonly loadPath: string } => {
    const path = join(folder, `xgboost-checkpoint.${iteration}`);
    writeFileSync(`${path}.sagemaker-ignore`, model, { flush: true });
    renameSync(`${path}.sagemaker-ignore`, path);
    for (const old of iterations(folder).slice(kept))
      rmSync(join(folder, `xgboost-checkpoint.${old}`), { force: true });
    return { loadPath: loadable(model) };
  };
  if (newest === undefined) return { every: roundsBetween, save };
  const model = readFileSync(join(folder, `xgboost-checkpoint.${newest}`));
  const read = readModel(model);
  if (read.kind === "refused") {
    throw new JobFailure(`The checkpoint xgboost-checkpoint.${newest} cannot be gone on from: ${read.message}.`);
  }
  return { every: roundsBetween, save, resume: { iteration: newest, model, loadPath: loadable(model) } };
}

/** Newest first. */
function iterations(folder: string): number[] {
  return readdirSync(folder)
    .map((name) => checkpointName.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => b - a);
}

let scratch: string | undefined;

/** The library tells a file's format by its ending, which a checkpoint's name does not have. */
function loadable(model: Uint8Array): string {
  scratch ??= mkdtempSync(join(tmpdir(), "checkpoint-"));
  const path = join(scratch, "model.json");
  writeFileSync(path, model);
  return path;
}

/** Removes what `checkpointFolder` left in the temporary folder. */
export function removeScratch(): void {
  if (scratch === undefined) return;
  try {
    rmSync(scratch, { recursive: true });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  scratch = undefined;
}
