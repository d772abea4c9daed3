import type { SqlEngine, SqlRow, SqlStatement, SqlValue } from './engine.ts';
import { groupedBy } from './lists.ts';
import type { OutboxState, RecordKind, StoredRecord } from './log.ts';
import { COUNTED, countRuns, rangeOf, stretchOf, termKeys, type PostingRange } from './posting-lists.ts';
import type { RecordFilter, RecordPageQuery, RecordPages, RecordPosition } from './record-pages.ts';
import { attemptOf, historyOf, recordOf, storable } from './rows.ts';
import { SELECT_DESTINATIONS } from './sql/destinations.ts';
import {
  CONDITION,
  countWalk,
  onItsWay,
  SELECT_ANSWERS,
  SELECT_HISTORIES,
  SELECT_RECORDS_BY_KEY,
  selectMatching,
  selectWalk,
  walkOutbox,
  walkRecords,
  type OpenState,
  type RecordColumn,
} from './sql/record-pages.ts';

/** Entries that one read takes at most, and that one page looks at. */
const MOST_AT_ONCE = 5_000;
const MOST_LOOKED_AT = 50_000;

const KINDS: readonly RecordKind[] = ['event', 'describe', 'statement'];

/** A step of a walk. */
type Entry = Omit<RecordPosition, 'walk'>;

/** What a walk goes along, and where it goes on. */
type Way = RecordFilter & Pick<RecordPageQuery, 'order'> & { readonly behind?: Entry | undefined };

/** One index that a page can walk along. */
interface Walk {
  /** Names it in positions. */
  readonly name: string;
  /** True where its entries stand by time, so that the times of the query bound it. */
  readonly byTime: boolean;
  /** How many entries or runs of entries it has within the query, up to {@link COUNTED}. */
  count(way: Way): Promise<number>;
  /** The next entries: as many as are asked for, and fewer only where it ends. */
  stretch(way: Way, size: number): Promise<Entry[]>;
}

/** One of the indexes of a walk over columns, all of which it goes along at once. */
interface Leg {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** Places that a walk begins after and ends before; the times of the query bound it where its entries stand by time. */
function boundsOf(byTime: boolean, { receivedAfter, receivedUntil, order, behind }: Way): PostingRange {
  const times = byTime ? { after: receivedAfter, until: receivedUntil } : {};
  return rangeOf(order, times, behind && [behind.at, behind.seq]);
}

function alongColumns(engine: SqlEngine, name: string, byTime: boolean, legs: readonly Leg[]): Walk {
  const sqls = legs.map(({ sql }) => sql);
  const read = (sql: string, way: Way, limit: number) => {
    const { after, until } = boundsOf(byTime, way);
    const parameters = [...legs.flatMap((leg) => [...leg.parameters, ...after, ...until]), limit];
    return engine.read({ sql, parameters });
  };
  return {
    name,
    byTime,
    async count(way) {
      const [row] = await read(countWalk(sqls), way, COUNTED);
      return Number(row?.count);
    },
    async stretch(way, size) {
      const rows = await read(selectWalk(sqls, way.order), way, size);
      return rows.map((row) => ({ at: Number(row.at), seq: Number(row.seq) }));
    },
  };
}

const byColumn = (engine: SqlEngine, tenant: string, column: RecordColumn, values: readonly string[]): Walk =>
  alongColumns(
    engine,
    column,
    true,
    values.map((value) => ({ sql: walkRecords(column), parameters: [tenant, value] })),
  );

/** Names the walk along the posting list of a term. */
const nameOfTerm = (key: number) => `term ${key}`;

function byTerm(engine: SqlEngine, key: number): Walk {
  return {
    name: nameOfTerm(key),
    byTime: true,
    count: (way) => countRuns(engine, key, boundsOf(true, way)),
    async stretch(way, size) {
      const entries: Entry[] = [];
      for (let range: PostingRange | null = boundsOf(true, way); range;) {
        const found = await stretchOf(engine, [key], range, size - entries.length);
        for (const [at, seq] of found.postings) {
          entries.push({ at, seq });
          if (entries.length === size) return entries;
        }
        range = found.rest;
      }
      return entries;
    },
  };
}

const isOpen = (state: OutboxState | undefined): state is OpenState =>
  state === 'pending' || state === 'dead';

const byState = (engine: SqlEngine, state: OpenState, destinations: readonly string[]): Walk =>
  alongColumns(
    engine,
    state,
    false,
    destinations.map((destination) => ({ sql: walkOutbox(state), parameters: [destination] })),
  );

/** What a record must be beside standing on a walk. */
function conditionsOf(query: RecordFilter, keys: readonly number[], walk: Walk): SqlStatement | null {
  const { source, type, kinds, delivery, receivedAfter, receivedUntil } = query;
  const own: [string, SqlValue[]][] = [];
  if (walk.name !== 'source' && source !== undefined) own.push([CONDITION.source, [source]]);
  if (walk.name !== 'type' && type !== undefined) own.push([CONDITION.type, [type]]);
  if (walk.name !== 'kind' && kinds !== undefined) own.push([CONDITION.kinds, [JSON.stringify(kinds)]]);
  for (const key of keys) if (walk.name !== nameOfTerm(key)) own.push([CONDITION.term, [key]]);
  if (delivery && walk.byTime) {
    const { destination, state } = delivery;
    const named = { destination: destination !== undefined, state: state !== undefined };
    own.push([onItsWay(named), [destination, state].filter((value) => value !== undefined)]);
  }
  if (!walk.byTime && receivedAfter !== undefined) own.push([CONDITION.receivedAfter, [receivedAfter]]);
  if (!walk.byTime && receivedUntil !== undefined) own.push([CONDITION.receivedUntil, [receivedUntil]]);
  if (!walk.byTime) own.push(['records.tenant = ?', [storable(query.tenant)]]);
  if (own.length === 0) return null;
  return {
    sql: selectMatching(own.map(([condition]) => condition)),
    parameters: own.flatMap(([, parameters]) => parameters),
  };
}

/** Pages of records over any engine whose schema is at the present. */
export function createRecordPages(engine: SqlEngine): RecordPages {
  const bySeq = async (sql: string, seqs: readonly number[], ...parameters: SqlValue[]) =>
    seqs.length === 0 ? [] : engine.read({ sql, parameters: [JSON.stringify(seqs), ...parameters] });

  /** The walks that a query could take, the likeliest to be short first. */
  async function walksOf(query: RecordFilter, keys: readonly number[]): Promise<Walk[]> {
    const { delivery, source, type, kinds } = query;
    const tenant = storable(query.tenant);
    const walks: Walk[] = [];
    if (delivery && isOpen(delivery.state)) {
      const known = await engine.read({ sql: SELECT_DESTINATIONS, parameters: [] });
      const all = known.map((row) => String(row.destination));
      const named = delivery.destination === undefined ? all : [delivery.destination];
      // Without a destination nothing was ever to be delivered.
      walks.push(byState(engine, delivery.state, named.length > 0 ? named : ['']));
    }
    walks.push(...keys.map((key) => byTerm(engine, key)));
    if (type !== undefined) walks.push(byColumn(engine, tenant, 'type', [type]));
    if (source !== undefined) walks.push(byColumn(engine, tenant, 'source', [source]));
    return [...walks, byColumn(engine, tenant, 'kind', kinds ?? KINDS)];
  }

  /** The walk with the fewest entries in the query's range. */
  async function chosen(query: RecordPageQuery, keys: readonly number[]): Promise<Walk | undefined> {
    const walks = await walksOf(query, keys);
    if (query.behind) return walks.find(({ name }) => name === query.behind?.walk);
    if (walks.length === 1) return walks[0];
    const counts = await Promise.all(walks.map((walk) => walk.count(query)));
    return walks[counts.indexOf(Math.min(...counts))];
  }

  /** Entries of a walk that meet the conditions, one for each record; deliveries of one record are neighbours. */
  async function matching(entries: readonly Entry[], conditions: SqlStatement | null): Promise<Entry[]> {
    if (!conditions) return [...entries];
    const { sql, parameters } = conditions;
    const rows = await bySeq(sql, [...new Set(entries.map(({ seq }) => seq))], ...parameters);
    const found = new Set(rows.map((row) => Number(row.seq)));
    return entries.filter(({ seq }) => found.has(seq));
  }

  async function recordsOf(entries: readonly Entry[]): Promise<StoredRecord[]> {
    const rows = await bySeq(
      SELECT_RECORDS_BY_KEY,
      entries.map(({ seq }) => seq),
    );
    const records = new Map(rows.map((row: SqlRow) => [Number(row.seq), recordOf(row)]));
    return entries.flatMap(({ seq }) => records.get(seq) ?? []);
  }

  /** Steps along a walk until a page is full, the walk is at its end, or a bounded way is gone. */
  async function collected(
    walk: Walk,
    query: RecordPageQuery,
    conditions: SqlStatement | null,
  ): Promise<{ found: Entry[]; last: Entry | undefined }> {
    const found: Entry[] = [];
    let last: Entry | undefined = query.behind;
    let lookedAt = 0;
    for (let size = query.limit + 1; ; size = Math.min(size * 4, MOST_AT_ONCE)) {
      const entries = await walk.stretch({ ...query, behind: last }, size);
      const fresh = entries.filter(({ seq }, at) => seq !== (at === 0 ? last : entries[at - 1])?.seq);
      found.push(...(await matching(fresh, conditions)));
      if (entries.length < size) return { found, last: undefined };
      last = entries.at(-1);
      lookedAt += entries.length;
      if (found.length > query.limit || lookedAt >= MOST_LOOKED_AT) return { found, last };
    }
  }

  return {
    async page(query) {
      const keys = await termKeys(engine, query.tenant, query.terms ?? []);
      const walk = keys && (await chosen(query, keys));
      if (!walk) return { records: [], next: null };
      const { found, last } = await collected(walk, query, conditionsOf(query, keys, walk));
      const page = found.slice(0, query.limit);
      const end = found.length > query.limit ? page.at(-1) : last;
      return { records: await recordsOf(page), next: end ? { walk: walk.name, ...end } : null };
    },

    async histories(seqs) {
      const [lines, answers] = await Promise.all([
        bySeq(SELECT_HISTORIES, seqs),
        bySeq(SELECT_ANSWERS, seqs),
      ]);
      const byNumber = [...answers].sort((one, other) => Number(one.number) - Number(other.number));
      const attempts = groupedBy(byNumber, (row) => row.key);
      const inOrder = [...lines].sort((one, other) => Number(one.key) - Number(other.key));
      const groups = groupedBy(inOrder, (row) => Number(row.record));
      const of = (row: SqlRow) => historyOf(row, (attempts.get(row.key) ?? []).map(attemptOf));
      return new Map([...groups].map(([seq, rows]) => [seq, rows.map(of)]));
    },
  };
}
