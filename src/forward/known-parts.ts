/** What must not stand beside a value for it to be found inside of a text. */
export type Beside = 'nothing' | 'digits' | 'letters';

/** A value that is looked for in texts, and what stands for it to whoever looks. */
export interface KnownPart<Meaning> {
  readonly spelling: string;
  readonly beside: Beside;
  readonly meaning: Meaning;
}

/** Characters of all spellings together that are looked for: what is kept of each takes some thirty bytes. */
const MOST_CHARACTERS = 4_000_000;

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const DIGIT = /\d/;
const PRINTABLE_ASCII = /^[ -~]*$/;

/** A character whose cases are one to one in the lower of them; any other as it is, so that places stay where they are. */
function foldedCharacter(character: string): string {
  const upper = character.toUpperCase();
  const lower = (upper.length === character.length ? upper : character).toLowerCase();
  return lower.length === character.length ? lower : character;
}

/** A text in which letters that differ in case alone are the same, as long as it was. */
function folded(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text.toLowerCase();
  let result = '';
  for (const character of text) result += foldedCharacter(character);
  return result;
}

/** The character that ends before a place. */
function characterBefore(text: string, place: number): string {
  const unit = text.slice(Math.max(place - 1, 0), place);
  const pair = text.slice(Math.max(place - 2, 0), place);
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(pair) ? pair : unit;
}

/** The character that begins at a place. */
const characterAt = (text: string, place: number) => String.fromCodePoint(text.codePointAt(place) ?? 0x20);

/** What is percent-encoded ends with a digit or letter, and is none. */
const endsEncoded = (text: string, place: number) =>
  /^%[0-9a-f]{2}$/i.test(text.slice(Math.max(place - 3, 0), place));

/**
 * Finds values in texts, upper and lower case alike: from left to right, and at one place the longest. It takes time in
 * proportion to the text, however many values there are: an automaton (Aho and Corasick, 1975) reads the text from its end, so
 * that it knows at each place the longest value that begins there.
 */
export class KnownParts<Meaning> {
  readonly #parts: readonly KnownPart<Meaning>[];
  readonly #lengths: Int32Array;
  /** Of each state: the state before it, and the character that leads from there to it. */
  readonly #before: Int32Array;
  readonly #unit: Uint16Array;
  /** Of each state: the one of the longest shorter text that also ends here. */
  readonly #fallback: Int32Array;
  /** Of each state: the part that it is the end of, and the next state to fall back to that is one's end, itself included. */
  readonly #part: Int32Array;
  readonly #nearest: Int32Array;
  /** States by the state before and the character, with open addressing. */
  readonly #table: Int32Array;

  /** Throws a RangeError where there is too much to be looked for. */
  constructor(parts: readonly KnownPart<Meaning>[]) {
    this.#parts = parts.filter(({ spelling }) => spelling !== '');
    const total = this.#parts.reduce((sum, { spelling }) => sum + spelling.length, 0);
    if (total > MOST_CHARACTERS) {
      throw new RangeError(
        `${total} characters to be kept back, of which ${MOST_CHARACTERS} can be looked for`,
      );
    }
    this.#lengths = Int32Array.from(this.#parts, ({ spelling }) => spelling.length);
    this.#before = new Int32Array(total + 1);
    this.#unit = new Uint16Array(total + 1);
    this.#fallback = new Int32Array(total + 1);
    this.#part = new Int32Array(total + 1).fill(-1);
    this.#nearest = new Int32Array(total + 1);
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(2 * total + 2)));
    this.#link(this.#addAll());
  }

  /** Where in the table the state stands that a character leads to; where it would stand if there is none. */
  #place(state: number, unit: number): number {
    const mask = this.#table.length - 1;
    let place = (Math.imul(state, 0x9e3779b1) ^ Math.imul(unit + 1, 0x85ebca6b)) & mask;
    place = (place ^ (place >>> 15)) & mask;
    for (;;) {
      const found = this.#table[place] as number;
      if (found === 0 || (this.#before[found] === state && this.#unit[found] === unit)) return place;
      place = (place + 1) & mask;
    }
  }

  /** Adds every part from its end to its beginning. Gives the states by how long their texts are. */
  #addAll(): number[][] {
    const byLength: number[][] = [];
    let states = 0;
    for (const [number, { spelling }] of this.#parts.entries()) {
      const text = folded(spelling);
      let state = 0;
      for (let at = text.length - 1; at >= 0; at -= 1) {
        const unit = text.charCodeAt(at);
        const place = this.#place(state, unit);
        if (this.#table[place] === 0) {
          states += 1;
          this.#before[states] = state;
          this.#unit[states] = unit;
          this.#table[place] = states;
          (byLength[text.length - at] ??= []).push(states);
        }
        state = this.#table[place] as number;
      }
      this.#part[state] = number;
    }
    return byLength;
  }

  /** The state after one more character. */
  #next(state: number, unit: number): number {
    for (let from = state; ; from = this.#fallback[from] as number) {
      const found = this.#table[this.#place(from, unit)] as number;
      if (found !== 0 || from === 0) return found;
    }
  }

  #link(byLength: readonly (readonly number[])[]): void {
    for (const states of byLength) {
      for (const state of states ?? []) {
        const before = this.#before[state] as number;
        const fallback =
          before === 0 ? 0 : this.#next(this.#fallback[before] as number, this.#unit[state] as number);
        this.#fallback[state] = fallback;
        this.#nearest[state] = this.#part[state] === -1 ? (this.#nearest[fallback] as number) : state;
      }
    }
  }

  /** The longest part that begins at a place, of those that end in a state; -1 where none may be found there. */
  #partAt(text: string, start: number, state: number): number {
    let end = this.#nearest[state] as number;
    while (end !== 0) {
      const number = this.#part[end] as number;
      const { beside } = this.#parts[number] as KnownPart<Meaning>;
      if (beside === 'nothing') return number;
      const character = beside === 'digits' ? DIGIT : LETTER_OR_DIGIT;
      const isApart = !character.test(characterBefore(text, start)) || endsEncoded(text, start);
      if (isApart && !character.test(characterAt(text, start + (this.#lengths[number] as number))))
        return number;
      // what is shorter and begins here is of digits, too
      if (!isApart && beside === 'digits') return -1;
      end = this.#nearest[this.#fallback[end] as number] as number;
    }
    return -1;
  }

  /** A text with something in the place of each part that is found: what `instead` gives for it. */
  replace(text: string, instead: (found: string, meaning: Meaning) => string): string {
    if (this.#parts.length === 0) return text;
    const same = folded(text);
    const found: { readonly start: number; readonly number: number }[] = [];
    let state = 0;
    for (let start = same.length - 1; start >= 0; start -= 1) {
      state = this.#next(state, same.charCodeAt(start));
      const number = this.#partAt(text, start, state);
      if (number !== -1) found.push({ start, number });
    }
    if (found.length === 0) return text;
    let result = '';
    let at = 0;
    for (const { start, number } of found.reverse()) {
      if (start < at) continue;
      const end = start + (this.#lengths[number] as number);
      const { meaning } = this.#parts[number] as KnownPart<Meaning>;
      result += text.slice(at, start) + instead(text.slice(start, end), meaning);
      at = end;
    }
    return result + text.slice(at);
  }
}
