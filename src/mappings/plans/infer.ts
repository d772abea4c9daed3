import { isObject, type JsonObject, type JsonValue } from '../../json/index.ts';
import type { Accounts } from './accounts.ts';
import type { Atom } from './atoms.ts';
import { Always, Derived, Joined, ListForm, ObjectForm, Taken, type Form } from './form.ts';
import type { Generalised } from './generalise.ts';
import type { Registers } from './registers.ts';

/** What a conversion makes of the texts of two samples, and how. */
type Found = readonly [first: string | number, second: string | number, make: Atom];

/** An agent whose account a converted record holds: it is looked up in the identity tables each time. */
export interface AccountStep {
  /** Register of the agent's IRI. */
  readonly iri: number;
  readonly type: string;
  /** Registers that take the account's home page and name. */
  readonly homePage: number;
  readonly name: number;
}

/** Two samples of a pattern, as the registers hold them. */
export interface SamplePair {
  readonly first: Registers;
  readonly second: Registers;
}

/**
 * Reads off two converted samples how each part of them follows from the samples: what is the same in both does not
 * depend on texts or numbers, all else is looked for among what conversions make of those.
 */
export class Inference {
  /** Accounts to be looked up before a form is made. */
  readonly steps: AccountStep[] = [];
  /** How many registers are in use. */
  registers: number;
  readonly #found: Generalised;
  readonly #samples: SamplePair;
  readonly #accounts: Accounts;
  readonly #atoms: readonly Found[];
  readonly #parts: ReadonlyMap<string, number>;

  constructor(found: Generalised, samples: SamplePair, accounts: Accounts, atoms: readonly Atom[]) {
    const { first, second } = samples;
    this.registers = found.registers;
    this.#found = found;
    this.#samples = samples;
    this.#accounts = accounts;
    this.#atoms = atoms.flatMap((make) => {
      const [one, other] = [make(first), make(second)];
      return one === undefined || other === undefined ? [] : [[one, other, make] as const];
    });
    this.#parts = new Map(
      [...found.parts, ...found.carried].map((part) => [JSON.stringify([first[part], second[part]]), part]),
    );
  }

  /** The form of two values that stand at one place of the converted samples; undefined where it cannot be told. */
  formOf(first: JsonValue | undefined, second: JsonValue | undefined): Form | undefined {
    if (first === undefined || second === undefined) return undefined;
    const part = this.#parts.get(JSON.stringify([first, second]));
    if (part !== undefined) return new Taken(part);
    if (typeof first !== 'object' || first === null) return this.#single(first, second);
    if (Array.isArray(first)) return Array.isArray(second) ? this.#list(first, second) : undefined;
    return isObject(second) ? this.#object(first, second) : undefined;
  }

  #list(first: readonly JsonValue[], second: readonly JsonValue[]): Form | undefined {
    if (first.length !== second.length) return undefined;
    const items = allOf(first.map((item, at) => this.formOf(item, second[at])));
    return items && new ListForm(items);
  }

  #object(first: JsonObject, second: JsonObject): Form | undefined {
    const names = Object.keys(first);
    const others = Object.keys(second);
    if (names.length !== others.length || names.some((name, at) => name !== others[at])) return undefined;
    const members =
      this.#account(first, second) ?? allOf(names.map((name) => this.formOf(first[name], second[name])));
    return members && new ObjectForm(names, members);
  }

  /** The forms of an account's home page and name, where it is that of an agent whose IRI the source has. */
  #account(first: JsonObject, second: JsonObject): Form[] | undefined {
    if (Object.keys(first).join() !== 'homePage,name') return undefined;
    for (const { register: iri } of [...this.#found.texts, ...this.#found.accounts]) {
      for (const type of [...this.#found.types, ...BARE_TYPES]) {
        const step = { iri, type, homePage: this.registers, name: this.registers + 1 };
        if (
          !this.#gives(step, this.#samples.first, first) ||
          !this.#gives(step, this.#samples.second, second)
        )
          continue;
        this.registers += 2;
        this.steps.push(step);
        return [new Taken(step.homePage), new Taken(step.name)];
      }
    }
    return undefined;
  }

  #gives({ iri, type }: AccountStep, registers: Registers, { homePage, name }: JsonObject): boolean {
    const account = this.#accounts.accountOf(registers[iri] as string, type);
    return account !== undefined && account.homePage === homePage && account.name === name;
  }

  #single(first: string | number | boolean | null, second: JsonValue): Form | undefined {
    if (Object.is(first, second)) return new Always(first);
    const copied = this.#copied(first, second);
    if (copied) return copied;
    const whole = this.#atoms.find(([one, other]) => one === first && other === second);
    if (whole) return new Derived(whole[2]);
    return typeof first === 'string' && typeof second === 'string' ? this.#joined(first, second) : undefined;
  }

  /** The form of a text of the source that stands there as it is. */
  #copied(first: JsonValue, second: JsonValue): Form | undefined {
    const samples = this.#samples;
    const place = this.#found.texts.find(
      ({ register }) => samples.first[register] === first && samples.second[register] === second,
    );
    return place && new Taken(place.register, place.kind.isVerbatim);
  }

  /** The form of a text that has others in it: at each place the longest that begins there. */
  #joined(first: string, second: string): Form | undefined {
    const parts: (string | Atom)[] = [];
    let fixed = '';
    let again = '';
    for (let at = 0; at < first.length;) {
      const atom = this.#longestAt(first, at);
      if (!atom) {
        fixed += first[at];
        again += first[at];
        at += 1;
        continue;
      }
      if (fixed !== '') parts.push(fixed);
      fixed = '';
      parts.push(atom[2]);
      again += String(atom[1]);
      at += String(atom[0]).length;
    }
    if (fixed !== '') parts.push(fixed);
    return again === second ? new Joined(parts) : undefined;
  }

  #longestAt(text: string, at: number): Found | undefined {
    let longest: Found | undefined;
    for (const atom of this.#atoms) {
      const candidate = String(atom[0]);
      if (candidate.length < SHORTEST || candidate.length <= String(longest?.[0] ?? '').length) continue;
      if (text.startsWith(candidate, at)) longest = atom;
    }
    return longest;
  }
}

/** Classes of agents that are named by their IRI alone, or by something that is no class. */
const BARE_TYPES = ['Person', 'Agent'];

/** Shorter texts, such as small numbers, may stand in another by chance. */
const SHORTEST = 4;

function allOf<Value>(values: readonly (Value | undefined)[]): Value[] | undefined {
  return values.includes(undefined) ? undefined : (values as Value[]);
}
