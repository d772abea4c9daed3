import type { SqlEngine, SqlRow } from './engine.ts';
import { addTo, groupedBy } from './lists.ts';
import { storable } from './rows.ts';
import { ALONE, COUNT_RUNS, SELECT_TERMS, selectRuns, selectStretchEnd } from './sql/postings.ts';
import type { StatementEntry, StatementPosition } from './statements.ts';

const { MAX_SAFE_INTEGER: MOST, MIN_SAFE_INTEGER: EARLIEST } = Number;

/** Before every key: keys of records begin with 1. */
const NONE = 0;

/** Every statement of a tenant has this term. */
export const ALL = 'all';

/** The term of what a source sent. */
export const sentBy = (source: string) => `source ${storable(source)}`;

/** The term of what says something, as its entry has it. */
export const saying = (term: string) => `term ${storable(term)}`;

/** Keys of terms of a tenant; undefined where the dictionary lacks one, so that nothing has it. */
export async function keysOf(
  engine: SqlEngine,
  tenant: string,
  terms: readonly string[],
): Promise<number[] | undefined> {
  const parameters = [JSON.stringify(terms), storable(tenant)];
  const keys = (await engine.read({ sql: SELECT_TERMS, parameters })).map(({ key }) => Number(key));
  return keys.length < terms.length ? undefined : keys;
}

/** Keys of what statements say, as their entries name it; undefined where no statement says one of the terms. */
export function termKeys(
  engine: SqlEngine,
  tenant: string,
  terms: readonly string[],
): Promise<number[] | undefined> {
  return terms.length === 0 ? Promise.resolve([]) : keysOf(engine, tenant, [...new Set(terms)].map(saying));
}

/** A record of a posting list: when it was stored, and its key. */
export type Posting = readonly [stored: number, seq: number];

/** A part of a posting list, without the places at its ends, in an order. */
export interface PostingRange {
  readonly order: 'ascending' | 'descending';
  readonly after: Posting;
  readonly until: Posting;
}

/** The part of a list between two times, the later one included, and behind where a page ended. */
export function rangeOf(
  order: PostingRange['order'],
  { after, until }: { readonly after?: number | undefined; readonly until?: number | undefined },
  behind?: Posting,
): PostingRange {
  const whole: PostingRange = { order, after: [after ?? EARLIEST, MOST], until: [until ?? MOST, MOST] };
  return behind ? beyond(whole, behind) : whole;
}

/** What of a range comes behind a place. */
const beyond = (range: PostingRange, place: Posting): PostingRange =>
  range.order === 'ascending' ? { ...range, after: place } : { ...range, until: place };

/** What of a range comes behind all that was stored at a time. */
const beyondTime = (range: PostingRange, stored: number): PostingRange =>
  beyond(range, [stored, range.order === 'ascending' ? MOST : NONE]);

/** The first and the last time of a range. */
const timesOf = ({ after, until }: PostingRange): [first: number, last: number] => [
  after[1] === MOST ? after[0] + 1 : after[0],
  until[1] === NONE ? until[0] - 1 : until[0],
];

const isBefore = ([stored, seq]: Posting, [otherStored, otherSeq]: Posting) =>
  stored < otherStored || (stored === otherStored && seq < otherSeq);

/** Entries of an index that are counted at most to find the shortest way. */
export const COUNTED = 1_000;

/** How many runs of a term a range has, up to {@link COUNTED}. */
export async function countRuns(engine: SqlEngine, term: number, range: PostingRange): Promise<number> {
  const parameters = [term, ...timesOf(range), COUNTED];
  const [row] = await engine.read({ sql: COUNT_RUNS, parameters });
  return Number(row?.count);
}

/** The records of runs of one time, in order, each once. */
function recordsOf(runs: readonly SqlRow[], order: PostingRange['order']): readonly number[] {
  const [one, ...others] = runs;
  if (one?.places === ALONE && others.length === 0) return [Number(one.first)];
  const records = runs.flatMap(({ first, places }) =>
    String(places)
      .trim()
      .split(' ')
      .map((place) => Number(first) + Number(place)),
  );
  return [...new Set(records)].sort((a, b) => (order === 'ascending' ? a - b : b - a));
}

function* postingsOf(rows: readonly SqlRow[], range: PostingRange): Generator<Posting> {
  for (let at = 0; at < rows.length;) {
    const begin = at;
    const time = rows[begin]?.stored;
    while (at < rows.length && rows[at]?.stored === time) at += 1;
    const stored = Number(time);
    for (const seq of recordsOf(rows.slice(begin, at), range.order)) {
      const posting: Posting = [stored, seq];
      if (isBefore(range.after, posting) && isBefore(posting, range.until)) yield posting;
    }
  }
}

/** A stretch of a posting list. */
export interface Stretch {
  /** Its records, in order, each worked out when it is asked for. */
  readonly postings: Iterable<Posting>;
  /** What is left behind it; null where it goes to the end of the range. */
  readonly rest: PostingRange | null;
}

/**
 * The next stretch of a term's list: as many runs as are asked for, and all of the last one's time. Runs at whose time one of the other
 * terms has none are passed over; of the rest it is still to be seen which records have all terms.
 */
export async function stretchOf(
  engine: SqlEngine,
  [term, ...others]: readonly [number, ...number[]],
  range: PostingRange,
  runs: number,
): Promise<Stretch> {
  const { order } = range;
  const [first, last] = timesOf(range);
  const [passed] = await engine.read({
    sql: selectStretchEnd(order),
    parameters: [term, first, last, runs - 1],
  });
  const end = passed && Number(passed.stored);
  const times = order === 'ascending' ? [first, end ?? last] : [end ?? first, last];
  const rows = await engine.read({
    sql: selectRuns(others.length, order),
    parameters: [term, ...times, ...others],
  });
  return { postings: postingsOf(rows, range), rest: end === undefined ? null : beyondTime(range, end) };
}

/** The place where a range goes on, as a page names it. */
export const positionOf = ({ order, after, until }: PostingRange): StatementPosition => {
  const [stored, seq] = order === 'ascending' ? after : until;
  return { stored, seq };
};

/** A statement with what it says: its record by key, or by its place in a batch (see `Naming`). */
export interface Termed {
  readonly name: number;
  readonly source: string;
  readonly stored: number;
  readonly entry: StatementEntry;
}

/** A run to be written: its time, the name of its first record, and the places of all. */
type Run = readonly [stored: number, first: number, places: string];

function runOf(stored: number, names: readonly number[]): Run {
  const first = Math.min(...names);
  return [stored, first, ` ${names.map((name) => name - first).join(' ')} `];
}

/** The names of statements of one time by their terms, each of which is put as it is kept once. */
function* namesByTerm(statements: readonly Termed[]): Generator<[term: string, names: readonly number[]]> {
  const namesOf = (some: readonly Termed[]) => some.map(({ name }) => name);
  yield [ALL, namesOf(statements)];
  for (const [source, own] of groupedBy(statements, ({ source: from }) => from)) {
    yield [sentBy(source), namesOf(own)];
  }
  const said = new Map<string, number[]>();
  for (const { name, entry } of statements) for (const term of entry.terms) addTo(said, term, name);
  for (const [term, names] of said) yield [saying(term), names];
}

/** The runs of statements, by their terms. */
export function runsOf(statements: readonly Termed[]): Map<string, Run[]> {
  const runs = new Map<string, Run[]>();
  for (const [stored, some] of groupedBy(statements, ({ stored: time }) => time)) {
    for (const [term, names] of namesByTerm(some)) {
      addTo(runs, term, runOf(stored, names));
    }
  }
  return runs;
}
