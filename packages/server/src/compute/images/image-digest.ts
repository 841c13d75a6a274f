import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

interface Cached {
  readonly stamp: string;
  readonly sha256: string;
}

/**
 * Digests over the files that make an image. ⑧ Two images with one digest have the same files with the same
 * content at the same places; a file's digest is kept until its size or modification time changes.
 */
export class ImageDigests {
  readonly #files = new Map<string, Cached>();

  /** sha256 in hexadecimal over the entry command, the variables and each bind's files. */
  async digestOf(image: {
    readonly binds: readonly { readonly source: string; readonly target: string }[];
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  }): Promise<string> {
    const hash = createHash("sha256");
    hash.update(JSON.stringify([image.argv, Object.entries(image.env).sort()]));
    for (const { source, target } of [...image.binds].sort((a, b) => (a.target < b.target ? -1 : 1))) {
      await this.#add(source, target, hash);
    }
    return hash.digest("hex");
  }

  async #add(path: string, name: string, hash: ReturnType<typeof createHash>): Promise<void> {
    const stat = await lstat(path);
    if (stat.isDirectory()) {
      for (const entry of (await readdir(path)).sort()) await this.#add(join(path, entry), `${name}/${entry}`, hash);
    } else if (stat.isSymbolicLink()) {
      hash.update(JSON.stringify([name, "link", await readlink(path)]));
    } else if (stat.isFile()) {
      hash.update(JSON.stringify([name, stat.mode & 0o111, await this.#sha256(path, `${stat.size} ${stat.mtimeMs}`)]));
    }
  }

  async #sha256(path: string, stamp: string): Promise<string> {
    const cached = this.#files.get(path);
    if (cached?.stamp === stamp) return cached.sha256;
    const hash = createHash("sha256");
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
    const sha256 = hash.digest("hex");
    this.#files.set(path, { stamp, sha256 });
    return sha256;
  }
}
