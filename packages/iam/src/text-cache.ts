/**
 * What was made out of a text, by that text. Bounded by how much text it holds, since what is made
 * grows with it (a compiled policy takes about nine bytes a character), and kept in two generations:
 * what is asked for again moves to the younger one, the older one is dropped whole. So a working set that
 * fits is never emptied, and none has to be put in order at each access.
 */
export class TextCache<T> {
  readonly #generationCharactersMax: number;
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  #youngCharacters = 0;

  /** At most twice `generationCharactersMax` characters are held; a longer text is not kept. */
  constructor(generationCharactersMax: number) {
    this.#generationCharactersMax = generationCharactersMax;
  }

  get(text: string, make: (text: string) => T): T {
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const made = this.#old.get(text) ?? make(text);
    if (text.length > this.#generationCharactersMax) return made;
    if (this.#youngCharacters + text.length > this.#generationCharactersMax) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngCharacters = 0;
    }
    this.#young.set(text, made);
    this.#youngCharacters += text.length;
    return made;
  }
}
