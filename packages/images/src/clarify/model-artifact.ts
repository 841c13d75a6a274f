import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ExplanationFailure } from "./explanation-failure.ts";

const modelName = "xgboost-model";
const blockBytes = 512;
/** A model larger than this is not unpacked into memory. */
const unpackedBytesMax = 2 ** 30;

/**
 * The model's bytes out of a folder that holds a training job's model.tar.gz, or what was in it.
 * @throws ExplanationFailure when there is no XGBoost model
 */
export function readModelArtifact(folder: string): Uint8Array {
  const path = statSync(folder, { throwIfNoEntry: false })?.isFile() === true ? folder : join(folder, "model.tar.gz");
  if (existsSync(join(folder, modelName))) return readFileSync(join(folder, modelName));
  if (!existsSync(path)) {
    throw new ExplanationFailure(
      `There is no model to explain: give a training job's model.tar.gz as the input "model" at ${folder}.`,
    );
  }
  const found = fromArchive(readFileSync(path));
  if (found === undefined) throw new ExplanationFailure(`model.tar.gz holds no file named ${modelName}.`);
  return found;
}

/** Finds the file in a gzip-compressed tar archive (POSIX ustar: headers of 512 bytes, contents padded to as many). */
function fromArchive(archive: Uint8Array): Uint8Array | undefined {
  let tar: Uint8Array;
  try {
    tar = gunzipSync(archive, { maxOutputLength: unpackedBytesMax });
  } catch (error) {
    throw new ExplanationFailure(`model.tar.gz cannot be unpacked: ${error instanceof Error ? error.message : ""}.`);
  }
  for (let at = 0; at + blockBytes <= tar.length;) {
    const header = tar.subarray(at, at + blockBytes);
    const name = textOf(header, 0, 100);
    if (name === "") return undefined;
    const size = parseInt(textOf(header, 124, 12).trim(), 8);
    if (!Number.isSafeInteger(size) || size < 0) throw new ExplanationFailure("model.tar.gz is not a tar archive.");
    const type = textOf(header, 156, 1);
    const from = at + blockBytes;
    if (from + size > tar.length) throw new ExplanationFailure("model.tar.gz ends too early.");
    if (name.replace(/^\.\//, "") === modelName && (type === "0" || type === "")) return tar.slice(from, from + size);
    at = from + Math.ceil(size / blockBytes) * blockBytes;
  }
  return undefined;
}

function textOf(bytes: Uint8Array, from: number, length: number): string {
  const text = new TextDecoder("latin1").decode(bytes.subarray(from, from + length));
  const end = text.indexOf("\0");
  return end === -1 ? text : text.slice(0, end);
}
