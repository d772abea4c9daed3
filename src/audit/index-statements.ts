import type { SqlEngine, SqlRow, SqlStatement, SqlValue } from './engine.ts';
import { chunks, groupedBy, lists } from './lists.ts';
import type { NewRecord } from './log.ts';
import { consistency } from './promise.ts';
import { recordOf, storable } from './rows.ts';
import { INSERT_EVENT_IDS } from './sql/events.ts';
import {
  COUNT_POSTINGS,
  DELETE_INDEXED,
  INSERT_DERIVED,
  INSERT_TERMS,
  INSERT_TERMS_OF_PRESENT,
  INSERT_UNINDEXED,
  insertPostings,
  insertReferences,
  SELECT_STATEMENT_BY_ID,
  SELECT_TERMS,
  SELECT_UNINDEXED,
  selectStatementPage,
  selectStretchEnd,
  spreadFromTarget,
  spreadToReferrer,
  UUID_NAME,
  type Naming,
} from './sql/statements.ts';
import type {
  IndexedStatement,
  Indexing,
  StatementEntry,
  StatementIndex,
  StatementPage,
  StatementPosition,
  StatementsFound,
} from './statements.ts';

/** Statements of a posting list that are counted to find the shortest one. */
const COUNTED = 1_000;

/**
 * How far one read goes along a posting list: in stretches, the first one short, since most pages are full by then.
 * Where conditions seldom meet, what it has found by then is the page.
 */
const FIRST_STRETCH = 500;
const LONGEST_STRETCH = 20_000;
const MOST_WALKED = 50_000;
/** The same along a single list, where only what is voided is passed over: each record has to be read for that. */
const MOST_READ = 10_000;

/** Every statement of a tenant has this term. */
const ALL = 'all';
const sentBy = (source: string) => `source ${storable(source)}`;
const saying = (term: string) => `term ${storable(term)}`;

/** Keys of terms of a tenant; undefined where the dictionary lacks one, so that nothing has it. */
async function keysOf(
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

/** A statement that is to be indexed. `name` is its key, or its place before the last record of the batch. */
interface Named {
  readonly name: number;
  readonly tenant: string;
  readonly source: string;
  readonly stored: number;
  readonly entry: StatementEntry;
}

/** A term, and the names of the statements that have it. */
type Posting = readonly [term: string, names: readonly number[]];

/** What is to be written of the terms of statements. Each is put as it is kept once, however many statements have it. */
function postingsOf(statements: readonly Named[]): Posting[] {
  const namesOf = (some: readonly Named[]) => some.map(({ name }) => name);
  const byTerm = new Map<string, number[]>();
  for (const { name, entry } of statements) {
    for (const term of entry.terms) {
      const names = byTerm.get(term);
      if (names) names.push(name);
      else byTerm.set(term, [name]);
    }
  }
  return [
    [ALL, namesOf(statements)],
    ...[...groupedBy(statements, ({ source }) => source)].map(([source, own]): Posting => [
      sentBy(source),
      namesOf(own),
    ]),
    ...[...byTerm].map(([term, names]): Posting => [saying(term), names]),
  ];
}

/** Writes the terms and the reference of statements of one tenant. */
function entries(tenant: string, statements: readonly Named[], naming: Naming): SqlStatement[] {
  const postings = postingsOf(statements);
  const references = statements.flatMap(({ name, stored, entry: { refersTo, voids } }) =>
    refersTo === undefined ? [] : [[name, refersTo, stored, voids ? 1 : 0]],
  );
  return [
    ...(naming === 'place'
      ? lists(postings.map(([term]) => term)).map((list) => ({
          sql: INSERT_TERMS,
          parameters: [tenant, list],
        }))
      : lists(postings).map((list) => ({ sql: INSERT_TERMS_OF_PRESENT, parameters: [tenant, list] }))),
    ...lists(postings).map((list) => ({ sql: insertPostings(naming), parameters: [list, tenant] })),
    ...lists(references).map((list) => ({ sql: insertReferences(naming), parameters: [tenant, list] })),
  ];
}

function allEntries(statements: readonly Named[], naming: Naming): SqlStatement[] {
  const tenants = groupedBy(statements, ({ tenant }) => tenant);
  return [...tenants].flatMap(([tenant, own]) => entries(tenant, own, naming));
}

/** What the batch that appends records writes of them into the index. It stands behind their insertion. */
export function indexing(fresh: readonly NewRecord[]): SqlStatement[] {
  const last = fresh.length - 1;
  const statements = fresh.flatMap(({ tenant, source, receivedAt, entry }, at) =>
    entry ? [{ name: last - at, tenant: storable(tenant), source, stored: receivedAt, entry }] : [],
  );
  const queued = fresh.flatMap(({ kind, entry, receivedAt }, at) =>
    kind === 'describe' || entry ? [] : [[last - at, receivedAt]],
  );
  const spreading = [spreadToReferrer('place'), spreadFromTarget('place')];
  return [
    ...allEntries(statements, 'place'),
    ...(statements.length > 0 ? spreading.map((sql) => ({ sql, parameters: [fresh.length] })) : []),
    ...lists(queued).map((list) => ({ sql: INSERT_UNINDEXED, parameters: [list] })),
  ];
}

/** The batch that indexes records of the queue. */
function indexed(indexings: readonly Indexing[]): SqlStatement[] {
  const statements = indexings.flatMap(({ record, statement }) => {
    const { seq, tenant, source, receivedAt } = record;
    return statement
      ? [{ name: seq, tenant: storable(tenant), source, stored: receivedAt, entry: statement.entry }]
      : [];
  });
  const derived = indexings.filter(
    ({ record, statement }) =>
      statement && record.kind !== 'statement' && record.id !== `${UUID_NAME}${statement.id}`,
  );
  const ids = groupedBy(derived, ({ record }) => storable(record.tenant));
  const keys = JSON.stringify(indexings.map(({ record }) => record.seq));
  return [
    ...[...ids].flatMap(([tenant, own]) =>
      lists(own.map(({ record, statement }) => [record.seq, statement?.id])).map((list) => ({
        sql: INSERT_DERIVED,
        parameters: [tenant, list],
      })),
    ),
    { sql: INSERT_EVENT_IDS, parameters: [keys] },
    ...allEntries(statements, 'key'),
    { sql: spreadToReferrer('key'), parameters: [keys] },
    { sql: spreadFromTarget('key'), parameters: [keys] },
    { sql: DELETE_INDEXED, parameters: [keys] },
  ];
}

/** Times and keys that a page begins after and ends before. */
function rangeOf({ storedAfter, storedUntil, behind, order }: StatementPage): SqlValue[] {
  const { MAX_SAFE_INTEGER: most, MIN_SAFE_INTEGER: least } = Number;
  const after = [storedAfter ?? least, most];
  const until = [storedUntil ?? most, most];
  const place = behind ? [behind.stored, behind.seq] : undefined;
  return order === 'ascending' ? [...(place ?? after), ...until] : [...after, ...(place ?? until)];
}

const placeOf = (one: IndexedStatement | undefined) =>
  one && { stored: one.record.receivedAt, seq: one.record.seq };

const statementOf = (row: SqlRow): IndexedStatement => ({
  record: recordOf(row),
  id: String(row.statement_id),
});

/** The range of a stretch that begins where the page does and ends with a place. */
function stretchTo(end: StatementPosition, page: StatementPage): SqlValue[] {
  const [afterStored = 0, afterSeq = 0, untilStored = 0, untilSeq = 0] = rangeOf(page);
  return page.order === 'ascending'
    ? [afterStored, afterSeq, end.stored, end.seq + 1]
    : [end.stored, end.seq - 1, untilStored, untilSeq];
}

/** Walks along the list of the first term until a page is full, the list is at its end, or a bounded way is gone. */
async function walked(
  engine: SqlEngine,
  page: StatementPage,
  [first = 0, ...others]: readonly number[],
): Promise<StatementsFound> {
  const statements: IndexedStatement[] = [];
  let { behind } = page;
  let size = Math.max(page.limit + 1, FIRST_STRETCH);
  const most = others.length === 0 ? MOST_READ : MOST_WALKED;
  for (let way = 0; way < most; way += size, size = Math.min(size * 4, LONGEST_STRETCH)) {
    const stretch = behind ? { ...page, behind } : page;
    const range = rangeOf(stretch);
    const [last] = await engine.read({
      sql: selectStretchEnd(page.order),
      parameters: [first, ...range, size - 1],
    });
    const end = last && { stored: Number(last.stored), seq: Number(last.record) };
    const wanted = page.limit + 1 - statements.length;
    const rows = await engine.read({
      sql: selectStatementPage(others.length, page.order),
      parameters: [first, ...(end ? stretchTo(end, stretch) : range), ...others, wanted],
    });
    statements.push(...rows.map(statementOf));
    if (statements.length > page.limit) {
      const full = statements.slice(0, page.limit);
      return { statements: full, next: placeOf(full.at(-1)) ?? null };
    }
    if (!end) return { statements, next: null };
    behind = end;
  }
  return { statements, next: behind ?? null };
}

/** The index of statements over any engine whose schema is at the present. */
export function createStatementIndex(engine: SqlEngine): StatementIndex {
  /** Keys of terms, the one of the shortest list first; undefined where the dictionary lacks one. */
  const ordered = async (page: StatementPage, range: readonly SqlValue[]): Promise<number[] | undefined> => {
    const source = page.source === undefined ? ALL : sentBy(page.source);
    const terms = [...new Set([...page.terms.map(saying), ...(page.source === undefined ? [] : [source])])];
    const wanted = terms.length === 0 ? [ALL] : terms;
    const keys = await keysOf(engine, page.tenant, wanted);
    if (!keys || keys.length === 1) return keys;
    const lengths = await Promise.all(
      keys.map(async (key) => {
        const [row] = await engine.read({ sql: COUNT_POSTINGS, parameters: [key, ...range, COUNTED] });
        return { key, length: Number(row?.count) };
      }),
    );
    return lengths.sort((a, b) => a.length - b.length).map(({ key }) => key);
  };

  return {
    async find(tenant, id) {
      const named = [storable(tenant), storable(id)];
      const [row] = await engine.read({
        sql: SELECT_STATEMENT_BY_ID,
        parameters: [...named, ...named, ...named, ...named],
      });
      return row ? { ...statementOf(row), voided: Number(row.voided) === 1 } : null;
    },

    async read(page) {
      const keys = await ordered(page, rangeOf(page));
      return keys ? walked(engine, page, keys) : { statements: [], next: null };
    },

    async queue(limit) {
      return (await engine.read({ sql: SELECT_UNINDEXED, parameters: [limit] })).map(recordOf);
    },

    async index(indexings, part = indexings.length) {
      // What is undone stands in the queue again.
      const parts = chunks(indexings, part);
      await Promise.all(parts.map((some) => engine.write(indexed(some), { repeatable: true })));
    },

    consistency: (until) => consistency(engine, until),
  };
}
