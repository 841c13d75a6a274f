/**
 * How a lab tells whoever follows its log what it does: plain lines for people, and lines that begin
 * with @ for the workshop. A lab's log is its only way out of the network.
 */
type Message =
  | { readonly kind: "begin"; readonly step: number; readonly title: string }
  | {
      readonly kind: "evidence";
      readonly step: number;
      readonly objective: number;
      readonly what: string;
      readonly evidence: string;
    }
  | { readonly kind: "held"; readonly step: number }
  | { readonly kind: "failed"; readonly step: number; readonly why: string }
  | { readonly kind: "value"; readonly name: string; readonly value: string };

export function tell(message: Message): void {
  process.stdout.write(`@${JSON.stringify(message)}\n`);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One step of the workshop: what it proves it says through `prove`; whatever it throws is why it does not hold. */
export async function step(
  number: number,
  title: string,
  body: (prove: (objective: number, what: string, evidence: string) => void) => Promise<void>,
): Promise<void> {
  tell({ kind: "begin", step: number, title });
  try {
    await body((objective, what, evidence) => tell({ kind: "evidence", step: number, objective, what, evidence }));
  } catch (error) {
    tell({
      kind: "failed",
      step: number,
      why: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    });
    process.exit(1);
  }
  tell({ kind: "held", step: number });
}

/** Throws unless what was promised is so. */
export function expect(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new Error(promise);
}

/** Runs what must be refused and returns the refusal. Throws where it is let through. */
export async function refused(what: string, action: () => Promise<unknown>): Promise<Error> {
  try {
    await action();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error(`${what} was let through`);
}
