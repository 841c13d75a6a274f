import type { Clock } from "../../platform/index.ts";
import type { SecretBox } from "../secret-box.ts";

/**
 * How far somebody has come with signing in: the password held, and the second factor where there is one.
 * Times are epoch milliseconds.
 */
export interface SignInStep {
  readonly userId: string;
  /** The hash of the password that held; the step is over when the user has another one. */
  readonly passwordHash: string;
  readonly next: "new-password" | "second-factor";
  readonly mfaAt?: number | undefined;
  /** Of the authenticator that is to be made, base32. */
  readonly seed?: string | undefined;
  readonly expiresAt: number;
}

const stepLifeMs = 10 * 60_000;
const about = "sign-in step";
const textCharactersMax = 4096;

/** Steps, sealed: a client hands back what it was given, and nothing of it is kept here. */
export class SignInSteps {
  readonly #box: SecretBox;
  readonly #clock: Clock;

  constructor(box: SecretBox, clock: Clock) {
    this.#box = box;
    this.#clock = clock;
  }

  seal(step: Omit<SignInStep, "expiresAt">): string {
    const expiresAt = this.#clock.now().getTime() + stepLifeMs;
    return Buffer.from(this.#box.seal(JSON.stringify({ ...step, expiresAt }), about)).toString("base64url");
  }

  /** ② undefined for what was not sealed here, was changed, or is over. */
  open(text: string): SignInStep | undefined {
    if (text.length > textCharactersMax) return undefined;
    const opened = this.#box.open(Buffer.from(text, "base64url"), about);
    const step = opened === undefined ? undefined : (JSON.parse(opened) as SignInStep);
    return step !== undefined && step.expiresAt > this.#clock.now().getTime() ? step : undefined;
  }
}
