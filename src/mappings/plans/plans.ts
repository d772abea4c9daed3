import { isObject, type JsonObject } from '../../json/index.ts';
import type { Conversion, ConversionOptions, RecordOrText, WrittenConversion } from '../crosswalk.types.ts';
import type { PlainConversion } from '../plain.ts';
import type { Accounts } from './accounts.ts';
import { generalise } from './generalise.ts';
import type { NamedTexts } from './named.ts';
import type { Registers } from './registers.ts';
import { planFor, writtenConversion, type Plan } from './plan.ts';

/** How often records of a pattern are converted without a plan before one is made. */
const SIGHTINGS = 2;
/** How many patterns are kept in mind that have no plan, or none yet. */
const MOST_SIGHTED = 2048;
/** How many verbs or actions have plans, and how many plans one has: those used last stay. */
const MOST_GROUPS = 256;
const MOST_PLANS = 32;
/** Longer texts are parsed: what is taken out of a text keeps the whole of it in memory for as long as it lives itself. */
const LONGEST_TEXT = 8_192;

/** What plans of one direction are made with. */
export interface PlanMeans {
  readonly plain: PlainConversion;
  readonly accounts: Accounts;
  readonly named: NamedTexts;
  /** Names of what transforms imply. */
  readonly implied: readonly string[];
  /** What tells most records of different patterns apart at a glance: the action or the verb. */
  readonly groupOf: (record: JsonObject) => string | undefined;
  /** The same at a glance at its text, which may be wrong: a plan looks at all of it. */
  readonly groupIn: (text: string) => string | undefined;
  /** False where a row or an option asks more of a record than its pattern says. */
  readonly allows: (record: JsonObject, options: ConversionOptions) => boolean;
}

/**
 * Converts records of the few patterns that traffic has by plans, and all others by the tables. A plan gives what the
 * tables would give, member for member; what it cannot be sure of is left to them.
 */
export class Plans {
  readonly #means: PlanMeans;
  readonly #groups = new Map<string, Plan[]>();
  readonly #sightings = new Map<string, number>();
  readonly #registers: Registers = [];
  /** How many records were converted by a plan. */
  served = 0;

  constructor(means: PlanMeans) {
    this.#means = means;
  }

  /** Converts a record. Where its text is given too, others that are written like it need not be parsed. */
  convert(record: JsonObject, options: ConversionOptions, text?: string): Conversion {
    const group = this.#groupOf(record, options);
    return this.#byPlan('convert', group, record, options, text) ?? this.#byTables(group, record, options);
  }

  /** The same with the record as JSON text, which a plan gives without making the record. */
  write(record: JsonObject, options: ConversionOptions, text?: string): WrittenConversion {
    const group = this.#groupOf(record, options);
    return (
      this.#byPlan('write', group, record, options, text) ??
      writtenConversion(this.#byTables(group, record, options))
    );
  }

  /** What {@link convert} gives for the record of a text; undefined where it has to be parsed. */
  convertText(text: string, options: ConversionOptions): Conversion | undefined {
    return this.#byPlan('convert', this.#groupIn(text, options), text, options);
  }

  /** What {@link write} gives for the record of a text; undefined where it has to be parsed. */
  writeText(text: string, options: ConversionOptions): WrittenConversion | undefined {
    return this.#byPlan('write', this.#groupIn(text, options), text, options);
  }

  /** What the plans of a record stand under; undefined where only the tables can serve. */
  #groupOf(record: JsonObject, options: ConversionOptions): string | undefined {
    return isPlain(options) ? this.#means.groupOf(record) : undefined;
  }

  #groupIn(text: string, options: ConversionOptions): string | undefined {
    return isPlain(options) && text.length <= LONGEST_TEXT && text.isWellFormed()
      ? this.#means.groupIn(text)
      : undefined;
  }

  #byTables(group: string | undefined, record: JsonObject, options: ConversionOptions): Conversion {
    const conversion = this.#means.plain(record, options);
    if (group !== undefined && conversion.ok && this.#means.allows(record, options)) {
      this.#learn(group, record, conversion, options);
    }
    return conversion;
  }

  #byPlan<Way extends 'convert' | 'write'>(
    way: Way,
    group: string | undefined,
    source: RecordOrText,
    options: ConversionOptions,
    text?: string,
  ): ReturnType<Plan[Way]> | undefined {
    const plans = group === undefined ? undefined : this.#groups.get(group);
    if (!plans) return undefined;
    for (let at = 0; at < plans.length; at += 1) {
      const plan = plans[at] as Plan;
      const conversion = plan[way](source, options, this.#registers, this.#means.accounts);
      if (!conversion) continue;
      if (text !== undefined && text.length <= LONGEST_TEXT) plan.learn(text);
      if (at > 0) toFront(plans, at);
      this.served += 1;
      return conversion as ReturnType<Plan[Way]>;
    }
    return undefined;
  }

  #learn(group: string, record: JsonObject, conversion: Conversion, options: ConversionOptions): void {
    const { named, accounts } = this.#means;
    const found = generalise(record, options.envelope, named, accounts);
    if (!found) return;
    const signature = `${options.target} ${options.language} ${found.signature}`;
    const sighted = (this.#sightings.get(signature) ?? 0) + 1;
    if (this.#sightings.size >= MOST_SIGHTED) this.#sightings.clear();
    this.#sightings.set(signature, sighted);
    if (sighted !== SIGHTINGS) return;
    const plan = planFor(found, record, conversion, options, this.#means);
    if (plan) this.#add(group, plan);
  }

  #add(group: string, plan: Plan): void {
    const plans = this.#groups.get(group) ?? [];
    if (!this.#groups.has(group) && this.#groups.size >= MOST_GROUPS) this.#groups.clear();
    this.#groups.set(group, plans);
    plans.unshift(plan);
    if (plans.length > MOST_PLANS) plans.pop();
  }
}

/** A trace names rows, and what an envelope describes is looked up: both are for the tables. */
function isPlain({ trace, described = [] }: ConversionOptions): boolean {
  return trace !== true && described.length === 0;
}

function toFront(plans: Plan[], at: number): void {
  const [plan] = plans.splice(at, 1);
  if (plan) plans.unshift(plan);
}

/** The text at a member of an object, or of an object in it. */
export function textIn(record: JsonObject, name: string, inner?: string): string | undefined {
  const value = record[name];
  const found =
    inner !== undefined && isObject(value) ? value[inner] : inner === undefined ? value : undefined;
  return typeof found === 'string' ? found : undefined;
}

/** The string behind the first name of some members, each looked for behind the one before it. */
export function stringAfter(text: string, ...names: readonly string[]): string | undefined {
  let at = 0;
  for (const name of names) {
    const found = text.indexOf(`"${name}"`, at);
    if (found < 0) return undefined;
    at = found + name.length + 2;
  }
  const start = text.indexOf('"', at) + 1;
  const end = text.indexOf('"', start);
  return start > 0 && end > 0 ? text.slice(start, end) : undefined;
}
