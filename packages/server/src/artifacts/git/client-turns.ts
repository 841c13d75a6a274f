import type { Principal } from "../../access/index.ts";
import type { ClientLimits } from "./client-limits.ts";

/** `share-taken`: the principal has as many as one may; `all-taken`: others have them. */
export type Turn =
  { readonly kind: "turn"; readonly giveBack: () => void } | { readonly kind: "share-taken" | "all-taken" };

interface Waiting {
  readonly holder: string;
  readonly resolve: (turn: Turn) => void;
}

/** Turns of which no holder has more than a share. A turn that becomes free goes to whoever has the fewest. */
export class ClientTurns {
  readonly #limits: ClientLimits;
  readonly #held = new Map<string, number>();
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiting>();
  #free: number;

  constructor(limits: ClientLimits) {
    this.#limits = limits;
    this.#free = limits.turnsMax;
  }

  /** Waits for a turn, not longer than the limit and not for a client that is gone. */
  async take(holder: string, gone: AbortSignal): Promise<Turn> {
    if (this.#mayHave(holder)) return this.#give(holder);
    const waitingOfHolder = [...this.#waiting].filter((one) => one.holder === holder).length;
    if (waitingOfHolder >= this.#limits.waitingEachMax || gone.aborted) return this.#refusal(holder);
    const { promise, resolve } = Promise.withResolvers<Turn>();
    const one = { holder, resolve };
    this.#waiting.add(one);
    const leave = (): void => {
      this.#waiting.delete(one);
      resolve(this.#refusal(holder));
    };
    const timer = setTimeout(leave, this.#limits.waitMsMax);
    gone.addEventListener("abort", leave);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      gone.removeEventListener("abort", leave);
    }
  }

  #mayHave(holder: string): boolean {
    return this.#free > 0 && this.#heldBy(holder) < this.#limits.turnsEachMax;
  }

  #heldBy(holder: string): number {
    return this.#held.get(holder) ?? 0;
  }

  #give(holder: string): Turn {
    this.#free -= 1;
    this.#held.set(holder, this.#heldBy(holder) + 1);
    let held = true;
    return {
      kind: "turn",
      giveBack: () => {
        if (!held) return;
        held = false;
        this.#takeBack(holder);
      },
    };
  }

  #takeBack(holder: string): void {
    this.#free += 1;
    const left = this.#heldBy(holder) - 1;
    if (left > 0) this.#held.set(holder, left);
    else this.#held.delete(holder);
    let next: Waiting | undefined;
    for (const one of this.#waiting) {
      if (!this.#mayHave(one.holder)) continue;
      if (next === undefined || this.#heldBy(one.holder) < this.#heldBy(next.holder)) next = one;
    }
    if (next === undefined) return;
    this.#waiting.delete(next);
    next.resolve(this.#give(next.holder));
  }

  #refusal(holder: string): Turn {
    return { kind: this.#heldBy(holder) < this.#limits.turnsEachMax ? "all-taken" : "share-taken" };
  }
}

/** Whose share a principal's turns are of: whoever names sessions of their own, or takes on roles, has no more by that. */
export function holderOf(principal: Principal): string {
  switch (principal.kind) {
    case "user":
      return principal.userId;
    case "role-session":
      return principal.startedBy ?? principal.roleArn;
    case "federated-user":
      return principal.issuerId;
    case "root":
    case "web-identity":
    case "anonymous":
      return principal.arn;
  }
}
