import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AwsError } from "@strongroom/wire";

/** A form up to its file, whose bytes are yet to be read. */
export interface Form {
  /** By name in lower case; of a name that stands twice the first one would count, so it is refused. */
  readonly fields: ReadonlyMap<string, string>;
  /** What the browser calls the file, without its folders. */
  readonly fileName: string;
  /** Throws where the form breaks off. */
  readonly file: AsyncIterable<Uint8Array>;
}

/** S3's bound on everything that stands before the file. */
const fieldsBytesMax = 20 * 1024;
const fieldsMax = 200;

/**
 * Reads a multipart form up to its file, which S3 wants as the last field; what stands behind it is
 * not looked at. Throws AwsError in S3's words.
 */
export async function readForm(contentType: string, body: AsyncIterable<Uint8Array>): Promise<Form> {
  const fields = new Map<string, string>();
  let bytes = 0;
  const { promise, resolve, reject } = Promise.withResolvers<Form>();
  const parser = parserFor(contentType);
  parser.on("field", (name, value, nameCut, valueCut) => {
    const field = name.toLowerCase();
    bytes += name.length + Buffer.byteLength(value);
    if (nameCut || valueCut || bytes > fieldsBytesMax) reject(tooMuchBefore());
    else if (fields.has(field)) reject(malformed(`The field ${field.slice(0, 64)} stands more than once.`));
    else fields.set(field, value);
  });
  for (const limit of ["fieldsLimit", "partsLimit"] as const) parser.on(limit, () => reject(tooMuchBefore()));
  parser.on("file", (name, stream, fileName) => {
    // The form's own end tells what broke; here it must only not go unheard.
    stream.on("error", () => undefined);
    if (name.toLowerCase() === "file") resolve({ fields, fileName: lastPart(fileName), file: whole(stream) });
    else reject(malformed("The file stands in a field of another name than file."));
  });
  // ③ a form that breaks off ends the file with an error, so nothing of it is stored.
  const parsed = pipeline(Readable.from(body, { objectMode: false }), parser).catch((error: unknown) => {
    throw error instanceof AwsError ? error : malformed("The form is not well-formed multipart/form-data.");
  });
  parsed.then(() => reject(noFile()), reject);
  try {
    return await promise;
  } catch (error) {
    parser.destroy();
    throw error;
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
      limits: { fieldNameSize: 256, fieldSize: fieldsBytesMax, fields: fieldsMax, files: 1, headerPairs: 20 },
    });
  } catch {
    throw malformed("The form is not well-formed multipart/form-data.");
  }
}

/** Old browsers send the whole path, with either kind of slash. */
const lastPart = (fileName: string | undefined): string => (fileName ?? "").split(/[/\\]/).at(-1) ?? "";

const malformed = (message: string) => new AwsError({ code: "MalformedPOSTRequest", message, status: 400 });
const tooMuchBefore = () =>
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
