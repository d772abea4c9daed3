import { contentOf } from './content.ts';
import type { SqlEngine } from './engine.ts';
import { createLookUp, keyOf, nameOf, type Held } from './look-up.ts';
import type { NewRecord } from './log.ts';

/** A record that is new. */
export interface Fresh {
  readonly record: NewRecord;
  /** Its content in hex where that is what tells it from others of its id and time; else empty. */
  readonly variant: string;
}

/** A record that another one repeats or conflicts with: in the log, or by its place among the fresh ones of the batch. */
export type Holder = Held | { readonly place: number };

/** Which records are new, and who stands in the way of each other one. */
export interface AppendPlan {
  readonly fresh: readonly Fresh[];
  readonly verdicts: readonly {
    readonly outcome: 'stored' | 'duplicate' | 'conflict';
    readonly holder: Holder;
  }[];
}

/** Who stands under a name already: a record of the log, or of the batch. */
type First = Held | NewRecord;

const isHeld = (one: First): one is Held => 'seq' in one;

/** A record of the batch with its name, where it has one. */
interface Named {
  readonly record: NewRecord;
  readonly name: string | undefined;
}

const named = (records: readonly NewRecord[]): Named[] =>
  records.map((record) => ({ record, name: nameOf(record) }));

/** What the log has of a batch: by names, and by ids and contents. */
interface Known {
  readonly firsts: ReadonlyMap<string, Held>;
  readonly others: ReadonlyMap<string, Held>;
}

const NOTHING: Known = { firsts: new Map(), others: new Map() };

/** The content that tells an event or a describe, where it was worked out; a statement is told by its name alone. */
const tellingContent = (record: NewRecord, contents: ReadonlyMap<First, string>): string | undefined =>
  record.kind === 'statement' ? undefined : contents.get(record);

/** Equal texts have one content. */
const isSame = (one: First, other: First, contents: ReadonlyMap<First, string>) =>
  one.digest === other.digest || contents.get(one) === contents.get(other);

function planned(batch: readonly Named[], known: Known, contents: ReadonlyMap<First, string>): AppendPlan {
  const firsts = new Map<string, First>(known.firsts);
  const others = new Map<string, Holder>(known.others);
  const places = new Map<First, number>();
  const fresh: Fresh[] = [];
  const verdicts: AppendPlan['verdicts'][number][] = [];
  const holderOf = (first: First): Holder => (isHeld(first) ? first : { place: places.get(first) ?? 0 });

  for (const { record, name } of batch) {
    const first = name === undefined ? undefined : firsts.get(name);
    const repeats = first !== undefined && isSame(record, first, contents);
    if (first && (repeats || record.kind === 'statement')) {
      verdicts.push({ outcome: repeats ? 'duplicate' : 'conflict', holder: holderOf(first) });
      continue;
    }
    const content = tellingContent(record, contents);
    const key = content === undefined ? undefined : keyOf(record, content);
    const other = key === undefined ? undefined : others.get(key);
    if (other) {
      verdicts.push({ outcome: 'duplicate', holder: other });
      continue;
    }
    const own = { place: fresh.length };
    places.set(record, own.place);
    if (name !== undefined && !first) firsts.set(name, record);
    if (key !== undefined) others.set(key, own);
    fresh.push({ record, variant: name === undefined || first ? (content ?? '') : '' });
    verdicts.push({ outcome: 'stored', holder: own });
  }
  return { fresh, verdicts };
}

/**
 * Who has to be compared by content: the records that no name tells, and those that another has the name of, with the ones that have
 * it.
 */
function toCompare(
  batch: readonly Named[],
  known: Known['firsts'],
  areEventsUntold: boolean,
): ReadonlySet<First> {
  const firsts = new Map<string, First>(known);
  const asked = new Set<First>();
  for (const { record, name } of batch) {
    const first = name === undefined ? undefined : firsts.get(name);
    if (name === undefined || (areEventsUntold && record.kind === 'event')) asked.add(record);
    if (name !== undefined && !first) firsts.set(name, record);
    if (first && first.digest !== record.digest) asked.add(first).add(record);
  }
  return asked;
}

/** Tells which records of a batch are new. */
export interface Planning {
  /**
   * True where the unique indexes tell each repeat of the records, so that no look at the log is needed. They do not tell one of an event
   * that an older version stored: its row says nothing of its time.
   */
  isTold(records: readonly NewRecord[]): Promise<boolean>;

  /** Which of the records are new among themselves. */
  alone(records: readonly NewRecord[]): Promise<AppendPlan>;

  /** Which of the records are new to the log. */
  besideLog(records: readonly NewRecord[]): Promise<AppendPlan>;
}

/** Plans over any engine whose schema is at the present. */
export function createPlanning(engine: SqlEngine): Planning {
  const lookUp = createLookUp(engine);

  async function contentsOf(some: ReadonlySet<First>): Promise<Map<First, string>> {
    const contents = new Map<First, string>(await lookUp.contents([...some].filter(isHeld)));
    for (const one of some) {
      if (!isHeld(one)) contents.set(one, await contentOf(engine.sha256, one));
    }
    return contents;
  }

  async function besideLog(records: readonly NewRecord[]): Promise<AppendPlan> {
    const batch = named(records);
    const firsts = await lookUp.named(records);
    const some = toCompare(batch, firsts, await lookUp.hasUntimed());
    const contents = await contentsOf(some);
    // One of them was erased since it was found: it has its name no more.
    if (contents.size < some.size) return besideLog(records);
    const asked = records.flatMap((record) => {
      const content = tellingContent(record, contents);
      return content === undefined ? [] : [[record, content] as const];
    });
    const others = await lookUp.same(asked);
    return planned(batch, { firsts, others }, contents);
  }

  return {
    async isTold(records) {
      return records.every(({ kind }) => kind === 'statement') || !(await lookUp.hasUntimed());
    },

    async alone(records) {
      const batch = named(records);
      const some = toCompare(batch, NOTHING.firsts, false);
      return planned(batch, NOTHING, await contentsOf(some));
    },

    besideLog,
  };
}
