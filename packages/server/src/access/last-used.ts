import type { Principal } from "./authority.ts";
import type { LastUsedStore, Use } from "./last-used-store.ts";

const flushAfterMs = 5000;

/**
 * When access keys, users and roles were last used. A use is noted in memory, and written down a few
 * seconds later or when this is disposed of: a request never waits for it, and a crash loses as much.
 */
export class LastUsed implements Disposable {
  readonly #store: LastUsedStore;
  readonly #noted = new Map<string, Map<string, Use>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: LastUsedStore) {
    this.#store = store;
    store.removeGone();
  }

  /** `service` as in ARNs and actions (`s3`). The principal's signature was verified, whatever became of the request. */
  note(principal: Principal, service: string, region: string, now: Date): void {
    const use = { service, region, at: now.getTime() };
    for (const subject of subjectsOf(principal)) {
      const noted = this.#noted.get(subject);
      if (noted === undefined) this.#noted.set(subject, new Map([[service, use]]));
      else noted.set(service, use);
    }
    this.#flushLater();
  }

  /** The last use of an access key, a user or a role, by its id; undefined where there is none. */
  last(subject: string): Use | undefined {
    return this.services(subject)[0];
  }

  /** The last use with each service, the latest first. */
  services(subject: string): readonly Use[] {
    const uses = new Map(this.#store.of(subject).map((use) => [use.service, use]));
    for (const [service, use] of this.#noted.get(subject) ?? []) uses.set(service, use);
    return [...uses.values()].sort((a, b) => b.at - a.at);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#noted.size === 0) return;
    const rows = [...this.#noted].flatMap(([subject, uses]) =>
      [...uses.values()].map((use) => [subject, use] as const),
    );
    this.#store.putAll(rows);
    this.#noted.clear();
  }

  [Symbol.dispose](): void {
    this.flush();
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tryToFlush();
    }, flushAfterMs).unref();
  }

  /** A database that cannot be written to is told of by whoever needs it; what was noted waits. */
  #tryToFlush(): void {
    try {
      this.flush();
    } catch {
      this.#flushLater();
    }
  }
}

/** A temporary key is nobody's to look up: its use counts for the user or role behind it. */
function subjectsOf(principal: Principal): readonly string[] {
  if (principal.kind === "role-session") return [principal.userId.slice(0, principal.userId.indexOf(":"))];
  if (principal.kind !== "user") return [];
  const { userId, accessKeyId } = principal;
  return accessKeyId?.startsWith("AKIA") === true ? [userId, accessKeyId] : [userId];
}
