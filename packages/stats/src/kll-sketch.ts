import { type WeightedSample, weightedSampleOf } from "./weighted-sample.ts";

/** The parameters of AWS's and deequ's sketches. */
export const kllDefaults = { k: 2048, c: 0.64 } as const;

/**
 * A quantile sketch: a bounded sample from which the distribution function is known within about 4/k, 0.2 % with k = 2048.
 * Values enter level 0; a full level is sorted and every other value moves up one level, where it weighs twice as much.
 * A level at height h below the top holds `2·(ceil(k·c^h / 2) + 1)` values.
 *
 * Source: Karnin, Lang, Liberty, "Optimal Quantile Approximation in Streams", FOCS 2016; capacities as in awslabs/deequ,
 * analyzers/QuantileNonSample.scala. Where those draw whether the odd or the even values move up, this one alternates,
 * so that the same values in the same order always give the same sketch. Until the first level is full (4098 values
 * with k = 2048) the sketch is the data itself.
 */
export class KllSketch {
  readonly k: number;
  readonly c: number;
  readonly #levels: number[][] = [[]];
  readonly #oddNext: boolean[] = [false];

  constructor(parameters: { readonly k: number; readonly c: number } = kllDefaults) {
    this.k = parameters.k;
    this.c = parameters.c;
  }

  add(value: number): void {
    this.#levels[0]?.push(value);
    // One pass from below suffices: what moves up can fill the level above, which is looked at next.
    for (let level = 0; level < this.#levels.length; level += 1) {
      if ((this.#levels[level]?.length ?? 0) < this.#capacity(level)) break;
      this.#compact(level);
    }
  }

  /** The levels' values, as `sketch.data` of statistics.json holds them: level i weighs 2^i. */
  get levels(): readonly (readonly number[])[] {
    return this.#levels;
  }

  #capacity(level: number): number {
    const height = this.#levels.length - level - 1;
    return 2 * (Math.ceil((this.k * this.c ** height) / 2) + 1);
  }

  #compact(level: number): void {
    const values = (this.#levels[level] ?? []).sort((a, b) => a - b);
    const above = (this.#levels[level + 1] ??= []);
    this.#oddNext[level + 1] ??= false;
    // An odd number of values leaves the last one behind, so that the weights stay whole.
    const rest = values.length % 2 === 1 ? values.slice(-1) : [];
    const odd = this.#oddNext[level] === true;
    for (let i = odd ? 1 : 0; i < values.length - rest.length; i += 2) above.push(values[i] ?? 0);
    this.#oddNext[level] = !odd;
    this.#levels[level] = rest;
  }
}

/** The distribution that a sketch's levels stand for. */
export function sampleOfLevels(levels: readonly (readonly number[])[]): WeightedSample {
  return weightedSampleOf(levels.flatMap((values, level) => values.map((value) => [value, 2 ** level] as const)));
}
