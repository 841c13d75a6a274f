/** One read-only piece of an image: a file or folder of this machine and where it appears inside. */
export interface SandboxBind {
  readonly source: string;
  /** Absolute path inside the sandbox. */
  readonly target: string;
}

/** What an image brings: read-only binds beside `/usr`, the start of its command line, its variables. */
export interface ImageSpec {
  readonly binds: readonly SandboxBind[];
  /** What comes before the job's own arguments; the first element is a path inside the sandbox. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface SandboxLimits {
  readonly memoryBytes?: number;
  /** Processors, fractions allowed: 1.5 is one and a half. */
  readonly cpus?: number;
  /** Processes and threads together. */
  readonly pids?: number;
}

export interface SandboxStart {
  readonly image: ImageSpec;
  /** Name of a network namespace under /run/netns, from `Attachments`. */
  readonly netns: string;
  /** A folder made by `Volumes` (its `path`, or one below it); it becomes `/opt/ml`. */
  readonly volumeRoot: string;
  readonly args: readonly string[];
  /** All variables beside the image's; nothing of the server's own environment is passed on. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: SandboxLimits;
  /** Where the command starts; `/opt/ml` unless given. */
  readonly workingFolder?: string;
  /** What the machine inside calls itself; `strongroom` unless given. */
  readonly hostName?: string;
  /** Name → address lines of the sandbox's /etc/hosts, beside localhost. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Further read-only binds of this one start. */
  readonly binds?: readonly SandboxBind[];
  /** One line of standard output or standard error, without its end; longer lines come in pieces. */
  onOutput(line: string): void;
}

export interface SandboxExit {
  /** The command's exit code, or 128 + signal where a signal ended it; null only if the sandbox itself was killed. */
  readonly code: number | null;
  readonly signal: string | null;
  /** `not-set-up`: a wall did not stand and the command never ran; the output says why. `killed`: by the server. */
  readonly reason?: "out-of-memory" | "not-set-up" | "killed";
}

/** A running sandbox. Disposing kills everything in it and returns once nothing of it is left. */
export interface Sandbox extends AsyncDisposable {
  /** The first process inside, as this machine numbers it. */
  readonly pid: number;
  /** Resolves when the command has ended, its output was handed over and everything in the sandbox is gone. */
  readonly exit: Promise<SandboxExit>;
  /** Sends a signal to the command; SIGKILL takes everything in the sandbox with it. */
  kill(signal: NodeJS.Signals): void;
}

export interface Sandboxes extends AsyncDisposable {
  /** Starts the command; throws if a wall cannot be put up (`host/` says beforehand which). */
  start(start: SandboxStart): Promise<Sandbox>;
}
