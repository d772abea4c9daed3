import {
  closingQuote,
  isObject,
  isString,
  numberEnd,
  spaceEnd,
  valueEnd,
  type JsonValue,
} from '../../json/index.ts';
import { PartOfText, type Registers } from './registers.ts';

/** What stands between two fixed pieces of a text. */
interface Gap {
  /** Reads what begins at an offset into the registers, and gives the offset behind it; -1 where something else stands there. */
  read(text: string, at: number, registers: Registers): number;
}

const QUOTE = 0x22;

/** What does not stand for itself in a JSON string (RFC 8259 section 7); the quote ends it. */
// eslint-disable-next-line no-control-regex -- these are what may not stand in a string
const ESCAPED = /[\\\u0000-\u001f]/;

const isUnescaped = (text: string) => !ESCAPED.test(text);

/** True where a piece stands at an offset: `startsWith` takes ten times as long here. */
const standsAt = (piece: string, text: string, at: number) => text.slice(at, at + piece.length) === piece;

/** The inside of a string that stands for itself. */
class TextGap implements Gap {
  readonly #fits: (text: string) => boolean;
  readonly #register: number;

  constructor(fits: (text: string) => boolean, register: number) {
    this.#fits = fits;
    this.#register = register;
  }

  read(text: string, at: number, registers: Registers): number {
    const end = text.indexOf('"', at);
    if (end < 0) return -1;
    const value = text.slice(at, end);
    if (!this.#fits(value)) return -1;
    registers[this.#register] = value;
    return end;
  }
}

/** The inside of a string that stood before: the quote behind it is the next piece's. */
class SameGap implements Gap {
  readonly #register: number;

  constructor(register: number) {
    this.#register = register;
  }

  read(text: string, at: number, registers: Registers): number {
    const value = registers[this.#register] as string;
    return standsAt(value, text, at) ? at + value.length : -1;
  }
}

class NumberGap implements Gap {
  readonly #fits: (value: number) => boolean;
  readonly #register: number;

  constructor(fits: (value: number) => boolean, register: number) {
    this.#fits = fits;
    this.#register = register;
  }

  read(text: string, at: number, registers: Registers): number {
    const end = numberEnd(text, at);
    if (end < 0) return -1;
    const value = Number(text.slice(at, end));
    if (!this.#fits(value)) return -1;
    registers[this.#register] = value;
    return end;
  }
}

/** The inside of a string of a part that is only taken over. */
const PASSED_TEXT: Gap = {
  read(text, at) {
    const end = text.indexOf('"', at);
    return end >= 0 && isUnescaped(text.slice(at, end)) ? end : -1;
  },
};

/** A number of such a part. */
const PASSED_NUMBER: Gap = { read: numberEnd };

/** The beginning of a part that is taken over: its register holds the offset until its end is met. */
class Opening implements Gap {
  readonly #register: number;

  constructor(register: number) {
    this.#register = register;
  }

  read(_text: string, at: number, registers: Registers): number {
    registers[this.#register] = at;
    return at;
  }
}

class Ending implements Gap {
  readonly #register: number;
  readonly #isCompact: boolean;

  constructor(register: number, isCompact: boolean) {
    this.#register = register;
    this.#isCompact = isCompact;
  }

  read(text: string, at: number, registers: Registers): number {
    const start = registers[this.#register] as number;
    registers[this.#register] = new PartOfText(text.slice(start, at), this.#isCompact);
    return at;
  }
}

/** How the texts of records are written that one plan serves: the fixed pieces, and what stands between them. */
export class TextPattern {
  /** One more than there are gaps. */
  readonly #pieces: readonly string[];
  readonly #gaps: readonly Gap[];

  constructor(pieces: readonly string[], gaps: readonly Gap[]) {
    this.#pieces = pieces;
    this.#gaps = gaps;
  }

  /**
   * True where a text is written like the one that the pattern was read off; what stands in the gaps is in the registers
   * then. Such a text is JSON, and says what parsing it would give: the pieces are the same, and in each gap stands a string
   * without escapes or a number. The text must be well-formed.
   */
  match(text: string, registers: Registers): boolean {
    const pieces = this.#pieces;
    const gaps = this.#gaps;
    let at = 0;
    for (let number = 0; number < gaps.length; number += 1) {
      const piece = pieces[number] as string;
      if (!standsAt(piece, text, at)) return false;
      at = (gaps[number] as Gap).read(text, at + piece.length, registers);
      if (at < 0) return false;
    }
    const last = pieces[gaps.length] as string;
    return at + last.length === text.length && standsAt(last, text, at);
  }
}

/**
 * Reads off how a JSON text is written, value by value, along the pattern of the record that it is the text of. Each step is
 * false where the text cannot be followed: strings with escapes and members that stand there twice are for the parser.
 */
export class TextReader {
  readonly #text: string;
  /** Registers of objects and lists that are taken over as they are. */
  readonly #taken: ReadonlySet<number>;
  readonly #pieces: string[] = [];
  readonly #gaps: Gap[] = [];
  #pieceStart = 0;
  #at = 0;
  /** How many numbers may be any. */
  #numbers = 0;

  constructor(text: string, taken: ReadonlySet<number>) {
    this.#text = text;
    this.#taken = taken;
  }

  /** What was read, once the whole text was. */
  finished(): TextPattern | undefined {
    this.#skipSpace();
    if (this.#at !== this.#text.length) return undefined;
    return new TextPattern([...this.#pieces, this.#text.slice(this.#pieceStart)], this.#gaps);
  }

  /** A value that is always the same. */
  fixed(value: string | number | boolean | null): boolean {
    const start = this.#skipSpace();
    const end = valueEnd(this.#text, start);
    if (end < 0 || !Object.is(JSON.parse(this.#text.slice(start, end)), value)) return false;
    this.#at = end;
    return true;
  }

  /** A string that may be any that fits; `isVerbatim` says that what fits holds nothing that has to be escaped. */
  text(fits: (text: string) => boolean, register: number, isVerbatim: boolean): boolean {
    const whole = isVerbatim ? fits : (text: string) => fits(text) && isUnescaped(text);
    return this.#string(new TextGap(whole, register));
  }

  /** The string that stands in a register already. */
  sameText(register: number): boolean {
    return this.#string(new SameGap(register));
  }

  /** A number that may be any that fits. */
  number(fits: (value: number) => boolean, register: number): boolean {
    return this.#number(new NumberGap(fits, register));
  }

  /** An object with members of these names in this order, each of which is read by its number. */
  object(register: number, names: readonly string[], member: (at: number) => boolean): boolean {
    const isRead = (name: string, at: number) => this.fixed(name) && this.#sign(':') && member(at);
    return this.#part(register, () => this.#items('{', names, isRead, '}'));
  }

  /** A list of as many items, each of which is read by its number. */
  list(register: number, length: number, item: (at: number) => boolean): boolean {
    const items = Array.from({ length }, (_, at) => at);
    return this.#part(register, () => this.#items('[', items, item, ']'));
  }

  /** A value that is only taken over: others may have other strings and numbers in the same places. */
  passed(register: number): boolean {
    const start = this.#skipSpace();
    const end = valueEnd(this.#text, start);
    if (end < 0) return false;
    const value = JSON.parse(this.#text.slice(start, end)) as JsonValue;
    if (isString(value)) return this.text(() => true, register, false);
    if (typeof value === 'number') return this.number(() => true, register);
    return this.#part(register, () => this.#inside(value));
  }

  #skipSpace(): number {
    this.#at = spaceEnd(this.#text, this.#at);
    return this.#at;
  }

  /** A bracket, comma or colon. */
  #sign(sign: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #string(gap: Gap): boolean {
    const start = this.#skipSpace();
    if (this.#text.charCodeAt(start) !== QUOTE) return false;
    const end = closingQuote(this.#text, start);
    if (end < 0 || !isUnescaped(this.#text.slice(start, end))) return false;
    this.#at = start + 1;
    this.#gap(gap, end);
    this.#at = end + 1;
    return true;
  }

  #number(gap: Gap): boolean {
    const end = numberEnd(this.#text, this.#skipSpace());
    if (end < 0) return false;
    this.#gap(gap, end);
    this.#numbers += 1;
    return true;
  }

  /** A gap that begins here, and ends at an offset. */
  #gap(gap: Gap, end: number): void {
    this.#pieces.push(this.#text.slice(this.#pieceStart, this.#at));
    this.#gaps.push(gap);
    this.#pieceStart = end;
    this.#at = end;
  }

  /** An object or a list, which is taken over where its register is asked for. */
  #part(register: number, inside: () => boolean): boolean {
    if (!this.#taken.has(register)) return inside();
    const start = this.#skipSpace();
    this.#gap(new Opening(register), start);
    const numbers = this.#numbers;
    if (!inside()) return false;
    const text = this.#text.slice(start, this.#at);
    // a number can be written in many ways
    const isCompact = this.#numbers === numbers && JSON.stringify(JSON.parse(text)) === text;
    this.#gap(new Ending(register, isCompact), this.#at);
    return true;
  }

  /** A value in a part that is only taken over. */
  #inside(value: JsonValue): boolean {
    if (isString(value)) return this.#string(PASSED_TEXT);
    if (typeof value === 'number') return this.#number(PASSED_NUMBER);
    if (Array.isArray(value)) {
      return this.#items('[', value, (item) => this.#inside(item), ']');
    }
    if (!isObject(value)) return this.fixed(value);
    const member = ([name, inner]: [string, JsonValue]) =>
      this.fixed(name) && this.#sign(':') && this.#inside(inner);
    return this.#items('{', Object.entries(value) as [string, JsonValue][], member, '}');
  }

  #items<Item>(
    opening: string,
    items: readonly Item[],
    isRead: (item: Item, at: number) => boolean,
    closing: string,
  ): boolean {
    const isNext = (item: Item, at: number) => (at === 0 || this.#sign(',')) && isRead(item, at);
    return this.#sign(opening) && items.every(isNext) && this.#sign(closing);
  }
}
