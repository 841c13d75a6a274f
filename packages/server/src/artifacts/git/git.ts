import { join } from "node:path";
import type { DiskReserve } from "../../platform/index.ts";
import type { EncryptedArea } from "./encrypted-area.ts";
import { start } from "./running.ts";
import type { Running } from "./running.ts";
import type { Turns } from "./turns.ts";

const hooksFolder = join(import.meta.dirname, "hooks");

/** Settings that hold for every repository, whatever its own configuration says. */
const settings: readonly (readonly [string, string])[] = [
  ["safe.directory", "*"],
  ["http.receivepack", "true"],
  ["receive.fsckObjects", "true"],
  ["transfer.fsckObjects", "true"],
  ["receive.denyNonFastForwards", "false"],
  // ③ with the sync of the area behind it, a push is answered once its objects and references would survive a crash.
  ["core.fsync", "all"],
  ["core.fsyncMethod", "fsync"],
  // gocryptfs 2.3 tells a wrong size of a file that has got a second name, for a second: an object so made reads as damaged.
  ["core.createObject", "rename"],
  // Nothing that is pushed, or lies in a repository, runs here; what has to hold before a pushed reference moves does.
  ["core.hooksPath", hooksFolder],
  ["core.fsmonitor", "false"],
  // ② clients that fetch such references read other content than what branches name: none is taken, and none is shown.
  ["transfer.hideRefs", "refs/replace"],
  ["core.protectHFS", "true"],
  ["core.protectNTFS", "true"],
  ["uploadpack.allowFilter", "true"],
  // Packing in the background would outlive the request.
  ["gc.auto", "0"],
  ["receive.autogc", "false"],
  ["pack.threads", "1"],
];

const environment: Readonly<Record<string, string>> = {
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  // An object is what its id says, whatever was pushed to refs/replace/.
  GIT_NO_REPLACE_OBJECTS: "1",
  // A path is that path, whatever characters it has.
  GIT_LITERAL_PATHSPECS: "1",
  GIT_CONFIG_COUNT: String(settings.length),
  ...Object.fromEntries(
    settings.flatMap(([name, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, name],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ),
};

/** In place of an object that there is not: of a reference that is made, or deleted. */
export const absentObject = "0".repeat(40);

const outputBytesMax = 16 * 1024 * 1024;

/** What a command gets: its standard input, and variables beside those that hold for all. */
interface Given {
  readonly input?: string | Uint8Array | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** git, run inside the encrypted area on the repository of one id. */
export class Git {
  readonly #area: EncryptedArea;
  readonly #turns: Turns;
  readonly #reserve: DiskReserve | undefined;

  /** `reserve`: what of the disk repositories may not use; absent: all of it is theirs. */
  constructor(area: EncryptedArea, turns: Turns, reserve?: DiskReserve) {
    this.#area = area;
    this.#turns = turns;
    this.#reserve = reserve;
  }

  /** Throws DiskReserved where the disk has no room for so many bytes of data. */
  demandRoom(bytes: number): void {
    this.#reserve?.demand(bytes, 1);
  }

  /** Passes on what git reads and writes to the disk. Throws DiskReserved in its midst where the disk has no room for it. */
  async *withRoom(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const arrived = this.#reserve?.arrival();
    for await (const bytes of source) {
      arrived?.(bytes.byteLength);
      yield bytes;
    }
  }

  folderOf(id: string): string {
    return join(this.#area.insidePath, id);
  }

  /** The same folder as this process reaches it. */
  reachedFolderOf(id: string): string {
    return join(this.#area.path, id);
  }

  /** Throws where git could not run its hooks on this machine: it would go on without them, and say nothing. */
  async proveHooks(): Promise<void> {
    await this.#proveHook("update", ["refs/heads/none", absentObject, absentObject]);
    await this.#proveHook("post-receive", []);
  }

  async #proveHook(name: string, words: readonly string[]): Promise<void> {
    const path = join(hooksFolder, name);
    const running = start(this.#area.enter([path, ...words]), environment, { withChannel: true });
    running.process.stdin.end();
    running.process.stdout.resume();
    running.channel?.resume();
    const code = await running.ended;
    if (code === 0) return;
    throw new Error(`git's hook ${path} cannot be run (${code ?? "killed"}): ${running.said()}`);
  }

  /** ③ before what git did is acknowledged: all of it would survive a power cut. */
  settle(): Promise<void> {
    return this.#area.sync();
  }

  /** Starts git, once it is its turn. */
  async start(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Running> {
    return this.startIn(await this.#turns.take(), args, more);
  }

  /** Starts git in a turn that was taken for it, which is given back when git has ended. */
  startIn(
    giveBack: () => void,
    args: readonly string[],
    more: Readonly<Record<string, string>>,
    how?: Parameters<typeof start>[2],
  ): Running {
    try {
      const running = start(this.#area.enter(["/usr/bin/git", ...args]), { ...environment, ...more }, how);
      void running.ended.then(giveBack);
      return running;
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  /** What git wrote, and whether it succeeded. For commands whose output is small. */
  async run(id: string, args: readonly string[], given: Given = {}): Promise<{ ok: boolean; output: string }> {
    const { ok, output } = await this.bytes(id, args, given);
    return { ok, output: output.toString("utf8") };
  }

  /** As `run`, for what need not be text. */
  async bytes(
    id: string,
    args: readonly string[],
    { input, environment: more }: Given = {},
  ): Promise<{ ok: boolean; output: Buffer; said: string }> {
    const running = await this.start(["--git-dir", this.folderOf(id), ...args], more);
    running.process.stdin.end(input);
    const parts: Buffer[] = [];
    let length = 0;
    running.process.stdout.on("data", (part: Buffer) => {
      parts.push(part);
      length += part.byteLength;
      if (length > outputBytesMax) running.process.kill("SIGKILL");
    });
    const ok = (await running.ended) === 0;
    return { ok, output: Buffer.concat(parts), said: running.said() };
  }

  /** What a command writes, cut at its zero bytes, as it comes: whoever stops early ends the command. */
  async *records(id: string, args: readonly string[], more?: Readonly<Record<string, string>>): AsyncGenerator<string> {
    const running = await this.start(["--git-dir", this.folderOf(id), ...args], more);
    running.process.stdin.end();
    try {
      let rest = "";
      for await (const text of running.process.stdout.setEncoding("utf8") as AsyncIterable<string>) {
        const records = (rest + text).split("\0");
        rest = records.pop() ?? "";
        yield* records;
      }
      const code = await running.ended;
      if (code !== 0) throw new Error(`git ${args[0] ?? ""} failed (${code ?? "killed"}): ${running.said()}`);
    } finally {
      running.process.kill("SIGKILL");
      await running.ended;
    }
  }
}
