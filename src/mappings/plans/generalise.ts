import { isObject, type JsonObject, type JsonValue } from '../../json/index.ts';
import { CROSSWALK } from '../iris.ts';
import { secondsOf } from '../time.ts';
import type { Accounts } from './accounts.ts';
import type { NamedTexts } from './named.ts';
import {
  AnyNumber,
  Anything,
  AnyText,
  Exactly,
  ListOf,
  NUMBER_KINDS,
  ObjectOf,
  SameText,
  type Pattern,
} from './pattern.ts';
import {
  RecordPattern,
  type AccountPlace,
  type Places,
  type PositionPlace,
  type TextPlace,
} from './record-pattern.ts';
import { kindOf, POSITION } from './text-kinds.ts';

/** Members whose values the tables look up, wherever they stand. */
const LOOKED_UP = new Set([
  ...['@context', 'type', 'action', 'profile', 'objectType', 'language', 'interactionType'],
  ...['version', 'verb', 'category'],
]);

/** Members that records without plans have: version 1.0 writes keywords. */
const NOT_PLANNED = new Set(['__proto__', '@type', '@id']);

/** Records with more parts than this are rare, and long to compare. */
const MOST_PARTS = 400;

/** A pattern, and what it was made of. */
export interface Generalised extends Places {
  readonly pattern: RecordPattern;
  /** The same for all records of the pattern, and another for those of others. */
  readonly signature: string;
  /** Registers of objects and lists. */
  readonly parts: readonly number[];
  /** How many registers there are. */
  readonly registers: number;
  /** Classes that the record names. */
  readonly types: ReadonlySet<string>;
}

/**
 * The pattern of a record, with that of its place in an envelope: its texts and numbers may be any of their kinds, but
 * for those that the tables look at. Undefined for a record that is converted without a plan: one that was converted
 * before, has contexts of its own, or is very large.
 */
export function generalise(
  record: JsonObject,
  envelope: JsonObject | undefined,
  named: NamedTexts,
  accounts: Accounts,
): Generalised | undefined {
  return new Draft(named, accounts).finished(record, envelope);
}

/** Where a value stands: the names of the members around it, and whether it has to be this very value. */
interface Position {
  readonly name: string;
  readonly around: readonly string[];
  readonly isFixed: boolean;
}

const TOP: Position = { name: '', around: [], isFixed: false };

class Draft {
  readonly #named: NamedTexts;
  readonly #accounts: Accounts;
  readonly #byText = new Map<string, number>();
  readonly #texts: TextPlace[] = [];
  readonly #numbers: { register: number; kind: (typeof NUMBER_KINDS)[number]; value: number }[] = [];
  readonly #positions: { register: number; iri: number; text: string }[] = [];
  readonly #holders: AccountPlace[] = [];
  readonly #carried: number[] = [];
  readonly #parts: number[] = [];
  readonly #types = new Set<string>();
  #signature = '';
  #registers = 0;

  constructor(named: NamedTexts, accounts: Accounts) {
    this.#named = named;
    this.#accounts = accounts;
  }

  finished(record: JsonObject, envelope: JsonObject | undefined): Generalised | undefined {
    const whole = this.#value(record, TOP);
    const around = envelope && this.#value(envelope, TOP);
    const positions = this.#withDurations();
    if (!whole || !positions || (envelope && !around) || this.#registers > MOST_PARTS) return undefined;
    const numbers = this.#numbers.sort((a, b) => a.value - b.value);
    const isSame = numbers.map(({ value }, at) => at > 0 && numbers[at - 1]?.value === value);
    const places = {
      texts: this.#texts,
      numbers,
      isSame,
      positions,
      accounts: this.#holders,
      carried: this.#carried,
    };
    const order = numbers.map(({ register }, at) => `${isSame[at] ? '=' : '<'}${register}`).join('');
    return {
      ...places,
      pattern: new RecordPattern(whole, around, places, this.#accounts),
      signature: `${this.#signature}${order}`,
      parts: this.#parts,
      registers: this.#registers,
      types: this.#types,
    };
  }

  #value(value: JsonValue | undefined, position: Position): Pattern | undefined {
    if (value === undefined || this.#registers > MOST_PARTS) return undefined;
    const isFixed = position.isFixed || LOOKED_UP.has(position.name);
    if (Array.isArray(value)) return this.#list(value, { ...position, isFixed });
    if (isObject(value)) return this.#object(value, { ...position, isFixed });
    if (position.name === 'type' && typeof value === 'string') this.#types.add(value);
    const general = isFixed ? undefined : this.#single(value);
    if (general) return general;
    this.#signature += JSON.stringify(value);
    return new Exactly(value);
  }

  #single(value: string | number | boolean | null): Pattern | undefined {
    if (typeof value === 'string') return this.#text(value);
    return typeof value === 'number' ? this.#number(value) : undefined;
  }

  #list(values: readonly JsonValue[], position: Position): Pattern | undefined {
    this.#signature += '[';
    const items: Pattern[] = [];
    for (const value of values) {
      const item = this.#value(value, position);
      if (!item) return undefined;
      items.push(item);
    }
    this.#signature += ']';
    return new ListOf(items, this.#part());
  }

  #object(object: JsonObject, { name, around, isFixed }: Position): Pattern | undefined {
    // a sender's own context may give every name another meaning
    if (name === '@context') return undefined;
    this.#signature += '{';
    const names = Object.keys(object);
    const members: Pattern[] = [];
    for (const inner of names) {
      // what was converted before carries marks of the gateway
      if (NOT_PLANNED.has(inner) || inner.startsWith(CROSSWALK)) return undefined;
      this.#signature += `${JSON.stringify(inner)}:`;
      const position = { name: inner, around: [...around, inner], isFixed };
      const member = this.#isCarried(position) ? this.#anything() : this.#value(object[inner], position);
      if (!member) return undefined;
      members.push(member);
    }
    this.#signature += '}';
    if (name === 'account' && !this.#noteAccount(object, names, members)) return undefined;
    return new ObjectOf(names, members, this.#part());
  }

  /** Extensions that no row reads are carried as they are. Those of entities count where entities are the same. */
  #isCarried({ around, name, isFixed }: Position): boolean {
    const map = around.slice(0, -1).join('.');
    return !isFixed && EXTENSIONS.has(map) && !this.#named.keys.has(name);
  }

  #anything(): Pattern {
    const register = this.#registers++;
    this.#carried.push(register);
    this.#signature += '*';
    return new Anything(register);
  }

  #part(): number {
    this.#parts.push(this.#registers);
    return this.#registers++;
  }

  /** False where the tables give another account back than the one that is there. */
  #noteAccount(object: JsonObject, names: readonly string[], members: readonly Pattern[]): boolean {
    const { homePage, name } = object;
    if (typeof homePage !== 'string' || typeof name !== 'string') return true;
    const holder = this.#accounts.holderOf(homePage, name);
    if (!holder) return false;
    const at = (member: string) => members[names.indexOf(member)] as Pattern;
    this.#signature += `(${holder.type})`;
    this.#types.add(holder.type);
    this.#holders.push({
      homePage: at('homePage'),
      name: at('name'),
      type: holder.type,
      register: this.#registers++,
    });
    return true;
  }

  #text(text: string): Pattern | undefined {
    const same = this.#byText.get(text);
    if (same !== undefined) {
      this.#signature += `=${same}`;
      return new SameText(same);
    }
    if (this.#named.texts.has(text)) return undefined;
    const kind = kindOf(text);
    if (!kind) return text.includes(POSITION) ? this.#position(text) : undefined;
    const register = this.#textRegister(text);
    this.#texts.push({ register, kind });
    this.#signature += kind.name;
    return new AnyText(kind, this.#named.texts, register);
  }

  #textRegister(text: string): number {
    this.#byText.set(text, this.#registers);
    return this.#registers++;
  }

  /** An IRI of a position says what the medium's IRI before it and a duration of the record say already. */
  #position(text: string): Pattern | undefined {
    const iri = this.#byText.get(text.slice(0, text.lastIndexOf(POSITION)));
    if (iri === undefined) return undefined;
    const register = this.#textRegister(text);
    this.#positions.push({ register, iri, text });
    this.#signature += `${POSITION}${iri}`;
    return new Anything(register);
  }

  /** The positions with the durations that they name; undefined where one names none. */
  #withDurations(): PositionPlace[] | undefined {
    const values = new Map([...this.#byText].map(([text, register]) => [register, text]));
    const found: PositionPlace[] = [];
    for (const { register, iri, text } of this.#positions) {
      const says = (place: TextPlace) =>
        `${values.get(iri)}${POSITION}${secondsOf(values.get(place.register) ?? '')}` === text;
      const duration = this.#texts.find(says);
      if (!duration) return undefined;
      this.#signature += `${register}${POSITION}${duration.register}`;
      found.push({ register, iri, duration: duration.register });
    }
    return found;
  }

  #number(value: number): Pattern | undefined {
    const kind = NUMBER_KINDS.find(({ test }) => test(value));
    if (!kind) return undefined;
    const register = this.#registers++;
    this.#numbers.push({ register, kind, value });
    this.#signature += kind.name;
    return new AnyNumber(kind, register);
  }
}

/** Maps of extensions that stand in no entity. */
const EXTENSIONS = new Set(['extensions', 'context.extensions', 'result.extensions']);
