import { createHash } from "node:crypto";
import type { S3 } from "../../packages/server/src/artifacts/index.ts";
import { mayDoEverything } from "./may-do-everything.ts";

export interface Name {
  readonly bucket: string;
  readonly key: string;
}

/** Digests, and undefined for "there is none". */
type State = string | undefined;

/** What a client knows of each key: what it was told, or, where it was not answered, what may be. */
export class ObjectLedger {
  readonly #may = new Map<string, { readonly name: Name; states: Set<State> }>();
  acknowledged = 0;

  /** `write` resolves to whether the object was stored; where it throws, either is right. */
  async store(name: Name, digest: string, write: () => Promise<boolean>): Promise<void> {
    const entry = this.#entry(name);
    const before = entry.states;
    entry.states = new Set([...before, digest]);
    const stored = await write();
    entry.states = stored ? new Set([digest]) : before;
    this.acknowledged += 1;
  }

  async remove(name: Name, remove: () => Promise<void>): Promise<void> {
    const entry = this.#entry(name);
    entry.states.add(undefined);
    await remove();
    entry.states = new Set([undefined]);
    this.acknowledged += 1;
  }

  /** The digest of what is certainly there. */
  certain(name: Name): State {
    const { states } = this.#entry(name);
    return states.size === 1 ? [...states][0] : undefined;
  }

  /** Reads everything; what is read is from now on what must be there. */
  async check(s3: S3): Promise<void> {
    for (const entry of this.#may.values()) {
      const state = await read(s3, entry.name);
      if (!entry.states.has(state)) throw new Error(`${entry.name.bucket}/${entry.name.key} is not what was stored`);
      entry.states = new Set([state]);
    }
  }

  #entry(name: Name): { states: Set<State> } {
    const id = JSON.stringify(name);
    const entry = this.#may.get(id) ?? { name, states: new Set<State>([undefined]) };
    this.#may.set(id, entry);
    return entry;
  }
}

async function read(s3: S3, name: Name): Promise<State> {
  const found = await s3.objects.get({ ...name, authority: mayDoEverything });
  if (found.kind === "refused") {
    if (found.reason === "no-such-key") return undefined;
    throw new Error(`${name.bucket}/${name.key}: ${found.message}`);
  }
  const hash = createHash("sha256");
  for await (const chunk of found.body) hash.update(chunk);
  return hash.digest("hex");
}
