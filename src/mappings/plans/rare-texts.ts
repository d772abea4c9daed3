/** How many places texts are told apart by at a glance; a power of two. */
const PLACES = 16_384;

/** The place of a text, by its length and two of its characters. */
const placeOf = (text: string) =>
  ((text.length * 9_176) ^
    (text.charCodeAt(text.length - 1) * 211) ^
    (text.charCodeAt(text.length >> 1) * 31)) &
  (PLACES - 1);

/** Texts of which few are ever met: most others are known by their places, and no hash of them is needed. */
export class RareTexts {
  readonly #texts: ReadonlySet<string>;
  readonly #isTaken = new Uint8Array(PLACES);

  constructor(texts: ReadonlySet<string>) {
    this.#texts = texts;
    for (const text of texts) this.#isTaken[placeOf(text)] = 1;
  }

  has(text: string): boolean {
    return this.#isTaken[placeOf(text)] === 1 && this.#texts.has(text);
  }
}
