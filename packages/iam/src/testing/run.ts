import { asking, differenceIn, type Difference } from "./comparison.ts";
import { RandomCases } from "./random-cases.ts";

/** How many requests are put to one set of policies, the first of them with a trace. */
const requestsPerSet = 25;

export interface Outcome {
  readonly decisions: number;
  /** How often each feature was met. */
  readonly features: ReadonlyMap<string, number>;
  readonly difference: Difference | undefined;
}

/** Compares `decisions` random decisions, up to the first difference. */
export function compareRandomly(seed: number, decisions: number, onProgress: (done: number) => void): Outcome {
  const random = new RandomCases(seed);
  const features = new Map<string, number>();
  const note = (feature: string) => features.set(feature, (features.get(feature) ?? 0) + 1);
  let done = 0;
  while (done < decisions) {
    const set = asking(random.policies());
    for (let request = 0; request < requestsPerSet && done < decisions; request += 1) {
      done += 1;
      const difference = differenceIn(random.request(), set, note, request === 0);
      if (difference !== undefined) return { decisions: done, features, difference };
    }
    onProgress(done);
  }
  return { decisions: done, features, difference: undefined };
}
