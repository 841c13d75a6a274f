/** A commit takes about as long. */
const waitMs = 2;

interface Waiting {
  /** Runs inside the group's transaction, and keeps what it returned. */
  readonly run: () => void;
  /** Tells what was kept. */
  readonly done: () => void;
  /** Runs in a transaction of its own, and tells how that ended. */
  readonly alone: () => void;
}

/**
 * Commits what comes at the same time in one transaction: the disk is waited for once, and every answer still
 * comes after its commit. Bodies run one after the other, each seeing what those before it wrote.
 */
export class GroupCommit {
  readonly #transaction: <T>(body: () => T) => T;
  #waiting: Waiting[] = [];
  #underWay = 0;
  #scheduled: NodeJS.Timeout | undefined;

  constructor(transaction: <T>(body: () => T) => T) {
    this.#transaction = transaction;
  }

  /** Runs what will probably commit: whoever commits meanwhile waits a moment for it. */
  async expecting<T>(task: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await task();
    } finally {
      this.#underWay -= 1;
    }
  }

  /**
   * What `body` returns, once it is durable. A body changes nothing but the database: where one of a group throws,
   * all of the group is rolled back, and each runs once more by itself, so that none fails for another.
   */
  commit<T>(body: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let kept: { readonly value: T } | undefined;
      const alone = (): void => {
        try {
          resolve(this.#transaction(body));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const run = (): void => {
        kept = { value: body() };
      };
      const done = (): void => {
        if (kept !== undefined) resolve(kept.value);
      };
      this.#waiting.push({ run, done, alone });
      this.#schedule();
    });
  }

  /** With nobody else under way, behind what the event loop has ready now; else a moment later. */
  #schedule(): void {
    if (this.#waiting.length >= this.#underWay) setImmediate(() => this.#flush());
    else this.#scheduled ??= setTimeout(() => this.#flush(), waitMs);
  }

  #flush(): void {
    clearTimeout(this.#scheduled);
    this.#scheduled = undefined;
    const group = this.#waiting;
    this.#waiting = [];
    if (group.length > 1 && this.#together(group)) for (const { done } of group) done();
    else for (const { alone } of group) alone();
  }

  #together(group: readonly Waiting[]): boolean {
    try {
      this.#transaction(() => {
        for (const { run } of group) run();
      });
      return true;
    } catch {
      // Which of them it was shows when each runs alone.
      return false;
    }
  }
}
