import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Clients, type Credentials, type Place } from "./clients.ts";
import { run } from "./program.ts";

const commandLine = fileURLToPath(new URL("../../cli/src/main.ts", import.meta.url));

/** A house that runs as users run it: a process of its own, started and stopped by the command line. */
export interface HouseProcess extends AsyncDisposable {
  readonly dataDir: string;
  /** The administrator's clients of the server that runs now. */
  readonly clients: Clients;
  readonly place: Place;
  readonly pid: number;
  /** kill -9, and waits until the process is gone. */
  kill(): Promise<void>;
  /** Whether the server's process has ended, by itself or not, within so many milliseconds. */
  hasEnded(withinMs: number): Promise<boolean>;
  up(): Promise<void>;
  down(): Promise<void>;
  /** Another command on this house's data folder. */
  command(...words: readonly string[]): ReturnType<typeof run>;
}

interface State {
  readonly pid: number;
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly caFile: string;
}

export interface HouseProcessOptions {
  /** What the command line and the server find in their environment besides. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The mount namespace that it runs in; its folder may be one that exists there alone. */
  readonly room?: Room;
}

/** A mount namespace that something else holds. */
export interface Room {
  /** What runs a command inside. */
  readonly enter: readonly string[];
  /** A path of the inside, as it is reached from outside. */
  reach(path: string): string;
  /** The folder inside in which the house makes its own; absent: the system's for temporary files. */
  readonly folder?: string;
}

const outside: Room = { enter: [], reach: (path) => path };

export async function startHouseProcess(options: HouseProcessOptions = {}): Promise<HouseProcess> {
  const { room = outside } = options;
  const above = room.folder ?? tmpdir();
  const made = await mkdtemp(join(room.reach(above), "strongroom-process-"));
  const house = new Running(join(above, basename(made)), { environment: {}, room, ...options });
  try {
    await house.up();
    return house;
  } catch (error) {
    await house[Symbol.asyncDispose]();
    throw error;
  }
}

class Running implements HouseProcess {
  readonly dataDir: string;
  readonly #folder: string;
  readonly #options: Required<HouseProcessOptions>;
  #state: State | undefined;
  #clients: Clients | undefined;
  /** A killed server leaves namespaces and mounts, which the next one clears away. */
  #wasKilled = false;

  constructor(folder: string, options: Required<HouseProcessOptions>) {
    this.#folder = folder;
    this.#options = options;
    this.dataDir = join(folder, "data");
  }

  get place(): Place {
    const { endpoint, caFile, region, accountId } = this.#running();
    return { endpoint, caPath: this.#options.room.reach(caFile), region, accountId };
  }

  get pid(): number {
    return this.#running().pid;
  }

  get clients(): Clients {
    if (this.#clients === undefined) throw new Error("the house does not run");
    return this.#clients;
  }

  async up(): Promise<void> {
    const { code, stdout, stderr } = await this.command("up", "--port", "0", "--json");
    if (code !== 0) throw new Error(`the house does not start: ${stderr}`);
    this.#state = JSON.parse(stdout) as State;
    this.#wasKilled = false;
    const told = await readFile(this.#options.room.reach(`${this.dataDir}.secrets/administrator.json`), "utf8");
    this.#clients = new Clients(this.place, JSON.parse(told) as Credentials);
  }

  async down(): Promise<void> {
    this.#leave();
    const { code, stderr } = await this.command("down");
    if (code !== 0) throw new Error(`the house does not stop: ${stderr}`);
  }

  async kill(): Promise<void> {
    const { pid } = this.#running();
    process.kill(pid, "SIGKILL");
    this.#wasKilled = true;
    while (isAlive(pid)) await sleep(5);
    this.#leave();
  }

  async hasEnded(withinMs: number): Promise<boolean> {
    const { pid } = this.#running();
    const untilMs = Date.now() + withinMs;
    while (isAlive(pid)) {
      if (Date.now() > untilMs) return false;
      await sleep(10);
    }
    this.#wasKilled = true;
    this.#leave();
    return true;
  }

  command(...words: readonly string[]): ReturnType<typeof run> {
    const given = ["--disable-warning=ExperimentalWarning", commandLine, ...words, "--data", this.dataDir];
    const { environment, room } = this.#options;
    const [program = process.execPath, ...line] = [...room.enter, process.execPath, ...given];
    return run(program, line, { environment });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#wasKilled) await this.up();
    if (this.#state !== undefined) await this.down();
    await rm(this.#options.room.reach(this.#folder), { recursive: true, force: true });
  }

  #running(): State {
    if (this.#state === undefined) throw new Error("the house does not run");
    return this.#state;
  }

  #leave(): void {
    this.#clients?.[Symbol.dispose]();
    this.#clients = undefined;
    this.#state = undefined;
  }
}

/** A process that was killed is gone with the last of its threads, also where nobody has asked yet how it ended. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const isZombie = stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
    return !isZombie || readdirSync(`/proc/${pid}/task`).length > 1;
  } catch {
    return false;
  }
}
