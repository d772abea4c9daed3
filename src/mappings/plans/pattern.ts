import { isObject, type JsonObject, type JsonValue } from '../../json/index.ts';
import type { RareTexts } from './rare-texts.ts';
import type { Registers } from './registers.ts';
import type { TextKind } from './text-kinds.ts';
import type { TextReader } from './text-pattern.ts';

/** What the records have in common that one plan serves: members, their order, and all that tables look at. */
export interface Pattern {
  /** True where the value has the pattern; its parts are in the registers then. */
  match(value: JsonValue | undefined, registers: Registers): boolean;
  /** The value of the pattern that has these parts. */
  make(registers: Registers): JsonValue;
  /** Follows the text of a value that has the pattern; false where it cannot. */
  follow(reader: TextReader): boolean;
}

/** A value that the tables may look at: only this very one fits. */
export class Exactly implements Pattern {
  readonly #value: string | number | boolean | null;

  constructor(value: string | number | boolean | null) {
    this.#value = value;
  }

  match(value: JsonValue | undefined): boolean {
    return Object.is(value, this.#value);
  }

  make(): JsonValue {
    return this.#value;
  }

  follow(reader: TextReader): boolean {
    return reader.fixed(this.#value);
  }
}

/** Any text of a kind that the tables do not name. */
export class AnyText implements Pattern {
  readonly #kind: TextKind;
  readonly #known: RareTexts | undefined;
  readonly #register: number;

  constructor(kind: TextKind, known: RareTexts, register: number) {
    this.#kind = kind;
    this.#known = kind.isNamed ? known : undefined;
    this.#register = register;
  }

  match(value: JsonValue | undefined, registers: Registers): boolean {
    if (typeof value !== 'string' || !this.#fits(value)) return false;
    registers[this.#register] = value;
    return true;
  }

  make(registers: Registers): JsonValue {
    return registers[this.#register] as JsonValue;
  }

  follow(reader: TextReader): boolean {
    return reader.text((text) => this.#fits(text), this.#register, this.#kind.isVerbatim);
  }

  #fits(text: string): boolean {
    return this.#kind.test(text) && !this.#known?.has(text);
  }
}

/** The text that stands elsewhere in the record already. */
export class SameText implements Pattern {
  readonly #register: number;

  constructor(register: number) {
    this.#register = register;
  }

  match(value: JsonValue | undefined, registers: Registers): boolean {
    return value === registers[this.#register];
  }

  make(registers: Registers): JsonValue {
    return registers[this.#register] as JsonValue;
  }

  follow(reader: TextReader): boolean {
    return reader.sameText(this.#register);
  }
}

/** Any value at all: one that is only carried, or is looked at when the rest of the record is known. */
export class Anything implements Pattern {
  readonly #register: number;

  constructor(register: number) {
    this.#register = register;
  }

  match(value: JsonValue | undefined, registers: Registers): boolean {
    if (value === undefined) return false;
    registers[this.#register] = value;
    return true;
  }

  make(registers: Registers): JsonValue {
    return registers[this.#register] as JsonValue;
  }

  follow(reader: TextReader): boolean {
    return reader.passed(this.#register);
  }
}

/** Numbers of which conversions make the same: above zero, and with at most three decimals or with more. */
export interface NumberKind {
  readonly name: string;
  readonly test: (value: number) => boolean;
  /** A number of the kind, greater where the rank is. */
  readonly sample: (rank: number, round: number) => number;
}

const isWholeInThousandths = (value: number) => Math.round(value * 1000) / 1000 === value;

export const NUMBER_KINDS: readonly NumberKind[] = [
  {
    name: 'amount',
    test: (value) => value > 0 && value <= 1e11 && isWholeInThousandths(value),
    sample: (rank, round) => 1009 * (round + 1) + 3.25 * rank,
  },
  {
    name: 'fine',
    test: (value) => value >= 1e-6 && value <= 1e11 && !isWholeInThousandths(value),
    sample: (rank, round) => 1009 * (round + 1) + 3.25 * rank + 0.000_123,
  },
];

/** Any number of a kind. */
export class AnyNumber implements Pattern {
  readonly #kind: NumberKind;
  readonly #register: number;

  constructor(kind: NumberKind, register: number) {
    this.#kind = kind;
    this.#register = register;
  }

  match(value: JsonValue | undefined, registers: Registers): boolean {
    if (typeof value !== 'number' || !this.#kind.test(value)) return false;
    registers[this.#register] = value;
    return true;
  }

  make(registers: Registers): JsonValue {
    return registers[this.#register] as JsonValue;
  }

  follow(reader: TextReader): boolean {
    return reader.number(this.#kind.test, this.#register);
  }
}

/** An object with these members in this order. */
export class ObjectOf implements Pattern {
  readonly #names: readonly string[];
  readonly #members: readonly Pattern[];
  readonly #register: number;

  constructor(names: readonly string[], members: readonly Pattern[], register: number) {
    this.#names = names;
    this.#members = members;
    this.#register = register;
  }

  match(value: JsonValue | undefined, registers: Registers): boolean {
    if (!isObject(value)) return false;
    const names = this.#names;
    const members = this.#members;
    let at = 0;
    // a member that is inherited fits no name, or stands in for one that plain conversion would see too
    for (const name in value) {
      if (name !== names[at] || !(members[at] as Pattern).match(value[name], registers)) return false;
      at += 1;
    }
    registers[this.#register] = value;
    return at === names.length;
  }

  make(registers: Registers): JsonValue {
    const made: JsonObject = {};
    this.#names.forEach((name, at) => (made[name] = (this.#members[at] as Pattern).make(registers)));
    registers[this.#register] = made;
    return made;
  }

  follow(reader: TextReader): boolean {
    return reader.object(this.#register, this.#names, (at) => (this.#members[at] as Pattern).follow(reader));
  }
}

/** A list of as many items. */
export class ListOf implements Pattern {
  readonly #items: readonly Pattern[];
  readonly #register: number;

  constructor(items: readonly Pattern[], register: number) {
    this.#items = items;
    this.#register = register;
  }

  match(value: JsonValue | undefined, registers: Registers): boolean {
    const items = this.#items;
    if (!Array.isArray(value) || value.length !== items.length) return false;
    for (let at = 0; at < items.length; at += 1) {
      if (!(items[at] as Pattern).match(value[at], registers)) return false;
    }
    registers[this.#register] = value;
    return true;
  }

  make(registers: Registers): JsonValue {
    const made = this.#items.map((item) => item.make(registers));
    registers[this.#register] = made;
    return made;
  }

  follow(reader: TextReader): boolean {
    const items = this.#items;
    return reader.list(this.#register, items.length, (at) => (items[at] as Pattern).follow(reader));
  }
}
