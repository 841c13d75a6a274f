import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AwsError } from "@strongroom/wire";

/** A form up to its file, whose bytes are yet to be read. */
export interface Form {
  /** By name in lower case; of a name that stands twice the first one would count, so it is refused. */
  readonly fields: ReadonlyMap<string, string>;
  /** What the browser calls the file, without its folders; at most 1,024 bytes, as a key. */
  readonly fileName: string;
  /** Throws where the form breaks off. */
  readonly file: AsyncIterable<Uint8Array>;
}

/** S3's bound on everything that stands before the file. */
export const fieldsBytesMax = 20 * 1024;
const fieldsMax = 200;
const fileNameBytesMax = 1024;
/** Of a file's name with its folders, as old browsers send it. */
const filePathBytesMax = 4096;
/** The parser cuts a part's header here without a word: far enough behind the longest path, percent-encoded, to be seen. */
const partHeaderBytesMax = 16 * 1024;
/** Fields with their headers and all else; beyond it no file is waited for. */
const bytesBeforeFileMax = 256 * 1024;

/**
 * Reads a multipart form up to its file, which S3 wants as the last field; what stands behind it is
 * not looked at. Throws AwsError in S3's words.
 */
export async function readForm(contentType: string, body: AsyncIterable<Uint8Array>): Promise<Form> {
  const fields = new Map<string, string>();
  let bytes = 0;
  let hasFile = false;
  const { promise, resolve, reject } = Promise.withResolvers<Form>();
  const parser = parserFor(contentType);
  parser.on("field", (name: string | undefined, value, _nameCut, valueCut) => {
    if (name === undefined) {
      reject(malformed("A field of the form has no name."));
      return;
    }
    const field = name.toLowerCase();
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (valueCut || bytes > fieldsBytesMax) reject(tooMuchBefore());
    else if (fields.has(field)) reject(malformed(`The field ${field.slice(0, 64)} stands more than once.`));
    else fields.set(field, value);
  });
  for (const limit of ["fieldsLimit", "partsLimit"] as const) parser.on(limit, () => reject(tooMuchBefore()));
  parser.on("file", (name: string | undefined, stream, given: string | undefined) => {
    // The form's own end tells what broke; here it must only not go unheard.
    stream.on("error", () => undefined);
    const path = given ?? "";
    const fileName = lastPart(path);
    hasFile = true;
    if (name?.toLowerCase() !== "file") reject(malformed("The file stands in a field of another name than file."));
    else if (isLonger(path, filePathBytesMax) || isLonger(fileName, fileNameBytesMax)) reject(tooMuchBefore());
    else resolve({ fields, fileName, file: whole(stream) });
  });
  // ③ a form that breaks off ends the file with an error, so nothing of it is stored.
  const parsed = pipeline(Readable.from(upToFile(), { objectMode: false }), parser).catch((error: unknown) => {
    throw error instanceof AwsError ? error : malformed("The form is not well-formed multipart/form-data.");
  });
  parsed.then(() => reject(noFile()), reject);
  try {
    return await promise;
  } catch (error) {
    parser.destroy();
    throw error;
  }

  async function* upToFile(): AsyncGenerator<Uint8Array> {
    let before = 0;
    for await (const part of body) {
      yield part;
      before += part.byteLength;
      if (!hasFile && before > bytesBeforeFileMax) throw tooMuchBefore();
    }
  }

  async function* whole(stream: BusboyFileStream): AsyncGenerator<Uint8Array> {
    try {
      for await (const part of stream) yield part as Uint8Array;
    } catch {
      // What broke is told by the form's own end.
    }
    await parsed;
  }
}

function parserFor(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      // What is the file is said by the field's name, not by what a browser guesses of its type.
      isPartAFile: (name, _type, fileName) => name?.toLowerCase() === "file" || fileName !== undefined,
      // The file's name is taken out of it here, where it is seen how long the whole is.
      preservePath: true,
      limits: {
        fieldSize: fieldsBytesMax,
        fields: fieldsMax,
        files: 1,
        parts: fieldsMax + 1,
        headerPairs: 20,
        headerSize: partHeaderBytesMax,
      },
    });
  } catch {
    throw malformed("The form is not well-formed multipart/form-data.");
  }
}

/** Old browsers send the whole path, with either kind of slash. */
function lastPart(path: string): string {
  const last = path.split(/[/\\]/).at(-1) ?? "";
  return last === "." || last === ".." ? "" : last;
}

const isLonger = (text: string, bytesMax: number): boolean => Buffer.byteLength(text) > bytesMax;
const malformed = (message: string) => new AwsError({ code: "MalformedPOSTRequest", message, status: 400 });
export const tooMuchBefore = (): AwsError =>
  new AwsError({
    code: "MaxPostPreDataLengthExceededError",
    message: "Your POST request fields preceding the upload file were too large.",
    status: 400,
  });
const noFile = () =>
  new AwsError({
    code: "IncorrectNumberOfFilesInPostRequest",
    message: "POST requires exactly one file upload per request.",
    status: 400,
  });
