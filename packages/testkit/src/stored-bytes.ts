import { execFile } from "node:child_process";
import { stat, readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const storedBytesMax = 2 ** 30;

/**
 * The bytes of a file as far as they are on the disk. A file with holes, such as the disk of a volume, may be larger than
 * memory: of it the written parts are told one after the other, with a head of tar's before and zeros behind.
 */
export async function storedBytes(path: string): Promise<Buffer> {
  const { size, blocks } = await stat(path);
  if (blocks * 512 >= size) return await readFile(path);
  const words = ["--create", "--sparse", "--file=-", `--directory=${dirname(path)}`, "--", basename(path)];
  const { stdout } = await run("tar", words, { encoding: "buffer", maxBuffer: storedBytesMax });
  return stdout;
}
