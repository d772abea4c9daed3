import { plainObjects, type JsonObject, type JsonValue } from '../../json/index.ts';
import type { Atom } from './atoms.ts';
import { PartOfText, type Registers } from './registers.ts';

/**
 * A piece of a JSON text: one that is always the same, the number of a register whose text stands there as it is, or a form
 * whose value does.
 */
type Piece = string | number | Form;

/** What `JSON.stringify` writes of a value; undefined where that has no JSON text. */
const textOf = (value: JsonValue) => JSON.stringify(value) as string | undefined;

/** How a part of a converted record is made from what is in the registers. */
export interface Form {
  make(registers: Registers): JsonValue;
  /** The JSON text of what is made, in pieces. */
  pieces(): readonly Piece[];
}

/** What a form makes, as JSON text: put together from the texts of its pieces, without making it. */
export class TextForm {
  readonly #pieces: Piece[] = [];

  constructor(form: Form) {
    for (const piece of form.pieces()) {
      const last = this.#pieces.at(-1);
      if (typeof piece === 'string' && typeof last === 'string') {
        this.#pieces[this.#pieces.length - 1] = last + piece;
      } else this.#pieces.push(piece);
    }
  }

  /** What `JSON.stringify` writes of what the form makes; undefined where a piece has no JSON text. */
  write(registers: Registers): string | undefined {
    let text = '';
    for (const piece of this.#pieces) {
      if (typeof piece === 'string') {
        text += piece;
        continue;
      }
      if (typeof piece === 'number') {
        text += registers[piece] as string;
        continue;
      }
      const value = piece instanceof Taken ? piece.write(registers) : textOf(piece.make(registers));
      if (value === undefined) return undefined;
      text += value;
    }
    return text;
  }
}

/** Lists of pieces, one after another, with commas in between. */
const withCommas = (lists: readonly (readonly Piece[])[]) =>
  lists.flatMap((pieces, at) => (at === 0 ? pieces : [',', ...pieces]));

/** A text, number or other single value that is the same in all converted records of the plan. */
export class Always implements Form {
  readonly #value: string | number | boolean | null;

  constructor(value: string | number | boolean | null) {
    this.#value = value;
  }

  make(): JsonValue {
    return this.#value;
  }

  pieces() {
    return [JSON.stringify(this.#value)];
  }
}

/** What JSON escapes in a string: half of a surrogate pair among it. */
// eslint-disable-next-line no-control-regex -- these are escaped
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** What stands in a register, as it is: a text, a number, or a part of the source that both records share. */
export class Taken implements Form {
  readonly register: number;
  readonly #isVerbatim: boolean;

  /** `isVerbatim` says that it is a text in which JSON escapes nothing. */
  constructor(register: number, isVerbatim = false) {
    this.register = register;
    this.#isVerbatim = isVerbatim;
  }

  make(registers: Registers): JsonValue {
    const value = registers[this.register];
    return value instanceof PartOfText ? value.value() : (value as JsonValue);
  }

  /** The JSON text of what is made; undefined where it has none. */
  write(registers: Registers): string | undefined {
    const value = registers[this.register];
    if (value instanceof PartOfText) return value.written();
    if (typeof value === 'string' && !ESCAPED.test(value)) return `"${value}"`;
    return textOf(value as JsonValue);
  }

  pieces(): Piece[] {
    return this.#isVerbatim ? ['"', this.register, '"'] : [this];
  }
}

/** Registers whose values a form takes over as they are. */
export const takenBy = (form: Form): number[] =>
  form.pieces().flatMap((piece) => (piece instanceof Taken ? [piece.register] : []));

/** What is worked out from registers. */
export class Derived implements Form {
  readonly #atom: Atom;

  constructor(atom: Atom) {
    this.#atom = atom;
  }

  make(registers: Registers): JsonValue {
    return this.#atom(registers) as JsonValue;
  }

  pieces() {
    return [this];
  }
}

/** A text put together from fixed texts and what is worked out from registers. */
export class Joined implements Form {
  readonly #parts: readonly (string | Atom)[];

  constructor(parts: readonly (string | Atom)[]) {
    this.#parts = parts;
  }

  make(registers: Registers): JsonValue {
    let text = '';
    for (const part of this.#parts) text += typeof part === 'string' ? part : part(registers);
    return text;
  }

  pieces() {
    return [this];
  }
}

/** An object, made anew each time. */
export class ObjectForm implements Form {
  readonly #Plain = plainObjects<JsonObject>();
  readonly #names: readonly string[];
  readonly #members: readonly Form[];

  constructor(names: readonly string[], members: readonly Form[]) {
    this.#names = names;
    this.#members = members;
  }

  make(registers: Registers): JsonValue {
    const names = this.#names;
    const members = this.#members;
    const made = new this.#Plain();
    for (let at = 0; at < names.length; at += 1) {
      made[names[at] as string] = (members[at] as Form).make(registers);
    }
    return made;
  }

  pieces(): Piece[] {
    const members = this.#names.map((name, at) => [
      `${JSON.stringify(name)}:`,
      ...(this.#members[at] as Form).pieces(),
    ]);
    return ['{', ...withCommas(members), '}'];
  }
}

/** A list, made anew each time. */
export class ListForm implements Form {
  readonly #items: readonly Form[];

  constructor(items: readonly Form[]) {
    this.#items = items;
  }

  make(registers: Registers): JsonValue {
    const made: JsonValue[] = [];
    for (const item of this.#items) made.push(item.make(registers));
    return made;
  }

  pieces(): Piece[] {
    return ['[', ...withCommas(this.#items.map((item) => item.pieces())), ']'];
  }
}
