import type { JsonObject, JsonValue } from '../../json/index.ts';
import { secondsOf } from '../time.ts';
import type { Accounts } from './accounts.ts';
import type { NumberKind, Pattern } from './pattern.ts';
import type { Registers } from './registers.ts';
import { POSITION, TEXT_KINDS, type TextKind } from './text-kinds.ts';
import { TextReader, type TextPattern } from './text-pattern.ts';

/** A place of the record in which any text of a kind may stand. */
export interface TextPlace {
  readonly register: number;
  readonly kind: TextKind;
}

/** A place in which any number of a kind may stand that compares with the others as in the first record. */
export interface NumberPlace {
  readonly register: number;
  readonly kind: NumberKind;
}

/** An IRI of a position in a medium: the medium's, and the seconds of a duration. */
export interface PositionPlace {
  readonly register: number;
  readonly iri: number;
  readonly duration: number;
}

/** An account, whose holder's IRI has a register too. */
export interface AccountPlace {
  readonly homePage: Pattern;
  readonly name: Pattern;
  readonly type: string;
  /** Register of the IRI of the account's holder. */
  readonly register: number;
}

/** Everything that may differ between records of one pattern, and how it hangs together. */
export interface Places {
  readonly texts: readonly TextPlace[];
  /** From the smallest number to the greatest. */
  readonly numbers: readonly NumberPlace[];
  /** For each number, whether it is the same as the one before it. */
  readonly isSame: readonly boolean[];
  readonly positions: readonly PositionPlace[];
  readonly accounts: readonly AccountPlace[];
  /** Registers of values that are only carried. */
  readonly carried: readonly number[];
}

/** The pattern of a record and of what stands around it: which texts are the same, how numbers compare, who is meant. */
export class RecordPattern {
  readonly #record: Pattern;
  readonly #envelope: Pattern | undefined;
  readonly #places: Places;
  readonly #accounts: Accounts;
  /** Registers of texts that could be the same by their kinds. */
  readonly #alike: readonly (readonly number[])[];

  constructor(record: Pattern, envelope: Pattern | undefined, places: Places, accounts: Accounts) {
    this.#record = record;
    this.#envelope = envelope;
    this.#places = places;
    this.#accounts = accounts;
    const ofKind = (wanted: TextKind) => places.texts.filter(({ kind }) => kind === wanted);
    this.#alike = [...TEXT_KINDS.map(ofKind), places.positions].map((group) =>
      group.map(({ register }) => register),
    );
  }

  match(record: JsonObject, envelope: JsonObject | undefined, registers: Registers): boolean {
    return this.#record.match(record, registers) && this.#holds(envelope, registers);
  }

  /** The same for a record that is there as text, as one was that the text pattern was read off. */
  matchText(
    pattern: TextPattern,
    text: string,
    envelope: JsonObject | undefined,
    registers: Registers,
  ): boolean {
    return pattern.match(text, registers) && this.#holds(envelope, registers);
  }

  /**
   * How the text of a record of the pattern is written; undefined where it cannot be followed. `taken` has the registers
   * of the objects and lists that are to be there as values.
   */
  textPattern(text: string, taken: ReadonlySet<number>): TextPattern | undefined {
    const reader = new TextReader(text, taken);
    return this.#record.follow(reader) ? reader.finished() : undefined;
  }

  /** True where what the record says hangs together as in all of the pattern, and it stands in an envelope as they do. */
  #holds(envelope: JsonObject | undefined, registers: Registers): boolean {
    const { positions, accounts } = this.#places;
    if (this.#envelope ? !this.#envelope.match(envelope, registers) : envelope !== undefined) return false;
    for (const place of positions)
      if (registers[place.register] !== positionIri(place, registers)) return false;
    for (const { homePage, name, type, register } of accounts) {
      const holder = this.#accounts.holderOf(
        homePage.make(registers) as string,
        name.make(registers) as string,
      );
      if (holder?.type !== type) return false;
      registers[register] = holder.iri;
    }
    return this.#compareAlike(registers) && this.#areDistinct(registers);
  }

  #compareAlike(registers: Registers): boolean {
    const { numbers, isSame } = this.#places;
    for (let at = 1; at < numbers.length; at += 1) {
      const before = registers[(numbers[at - 1] as NumberPlace).register] as number;
      const here = registers[(numbers[at] as NumberPlace).register] as number;
      if (isSame[at] ? before !== here : before >= here) return false;
    }
    return true;
  }

  /** Texts that are the same in one record of the pattern are so in all, and no others. Of two kinds no text is. */
  #areDistinct(registers: Registers): boolean {
    for (const alike of this.#alike) {
      if (alike.length > FEW ? !differInSet(alike, registers) : !differInPairs(alike, registers))
        return false;
    }
    return true;
  }

  /** A record of the pattern in which every text and number is another than in those of other rounds. */
  sample(round: number): { record: JsonObject; envelope: JsonObject | undefined } {
    const { texts, numbers, isSame, positions, carried } = this.#places;
    const registers: Registers = [];
    texts.forEach(({ register, kind }, number) => (registers[register] = kind.sample(number, round)));
    carried.forEach((register, number) => (registers[register] = sampleCarried(number, round)));
    let rank = 0;
    numbers.forEach(({ register, kind }, at) => {
      if (!isSame[at]) rank += 1;
      registers[register] = kind.sample(rank, round);
    });
    for (const place of positions) registers[place.register] = positionIri(place, registers);
    return {
      record: this.#record.make(registers) as JsonObject,
      envelope: this.#envelope?.make(registers) as JsonObject | undefined,
    };
  }
}

const positionIri = ({ iri, duration }: PositionPlace, registers: Registers) =>
  `${registers[iri] as string}${POSITION}${secondsOf(registers[duration] as string)}`;

/** So many texts are faster compared with each other than put into a set. */
const FEW = 12;

function differInPairs(alike: readonly number[], registers: Registers): boolean {
  for (let at = 1; at < alike.length; at += 1) {
    const text = registers[alike[at] as number];
    for (let before = 0; before < at; before += 1) {
      if (registers[alike[before] as number] === text) return false;
    }
  }
  return true;
}

function differInSet(alike: readonly number[], registers: Registers): boolean {
  return new Set(alike.map((register) => registers[register])).size === alike.length;
}

/** Any value would do: the tables do not look at it. */
const sampleCarried = (number: number, round: number): JsonValue =>
  `carried ${round} ${number} of ${number + round}`;
