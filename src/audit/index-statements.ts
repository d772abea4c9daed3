import type { SqlEngine, SqlRow, SqlStatement, SqlValue } from './engine.ts';
import { groupedBy } from './lists.ts';
import type { NewRecord } from './log.ts';
import { recordOf, storable } from './rows.ts';
import {
  COUNT_POSTINGS,
  DELETE_INDEXED,
  INSERT_DERIVED,
  INSERT_TERMS,
  INSERT_TERMS_OF_PRESENT,
  INSERT_UNINDEXED,
  insertPostings,
  insertReferences,
  SELECT_OLDEST_UNINDEXED,
  SELECT_STATEMENT_BY_ID,
  SELECT_TERMS,
  SELECT_UNINDEXED,
  selectStatementPage,
  spreadFromTarget,
  spreadToReferrer,
  type Naming,
} from './sql/statements.ts';
import type {
  IndexedStatement,
  Indexing,
  StatementEntry,
  StatementIndex,
  StatementPage,
} from './statements.ts';

/** Characters of a list that is bound as one parameter: within every engine's limit, whatever the characters. */
const LIST_LENGTH = 400_000;

/** Statements of a posting list that are counted to find the shortest one. */
const COUNTED = 1_000;

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

/** Lists of items as JSON texts, each within the limit. */
function lists(items: readonly unknown[]): string[] {
  const texts: string[] = [];
  let current = '';
  for (const item of items) {
    const text = JSON.stringify(item);
    if (current !== '' && current.length + text.length > LIST_LENGTH) {
      texts.push(`[${current}]`);
      current = '';
    }
    current = current === '' ? text : `${current},${text}`;
  }
  return current === '' ? texts : [...texts, `[${current}]`];
}

function termsOf({ source, entry }: Named): string[] {
  return [...new Set([ALL, sentBy(source), ...entry.terms.map(saying)])];
}

/** Names of the statements of each term. */
function postingsOf(statements: readonly Named[]): Map<string, number[]> {
  const postings = new Map<string, number[]>();
  for (const one of statements) {
    for (const term of termsOf(one)) {
      const names = postings.get(term);
      if (names) names.push(one.name);
      else postings.set(term, [one.name]);
    }
  }
  return postings;
}

/** Writes the terms and the reference of statements of one tenant. */
function entries(tenant: string, statements: readonly Named[], naming: Naming): SqlStatement[] {
  const terms = postingsOf(statements);
  const postings = [...terms];
  const references = statements.flatMap(({ name, stored, entry: { refersTo, voids } }) =>
    refersTo === undefined ? [] : [[name, refersTo, stored, voids ? 1 : 0]],
  );
  return [
    ...(naming === 'place'
      ? lists([...terms.keys()]).map((list) => ({ sql: INSERT_TERMS, parameters: [tenant, list] }))
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
  const derived = indexings.filter(({ record, statement }) => statement && record.kind !== 'statement');
  const ids = groupedBy(derived, ({ record }) => storable(record.tenant));
  const keys = JSON.stringify(indexings.map(({ record }) => record.seq));
  return [
    ...[...ids].flatMap(([tenant, own]) =>
      lists(own.map(({ record, statement }) => [record.seq, statement?.id])).map((list) => ({
        sql: INSERT_DERIVED,
        parameters: [tenant, list],
      })),
    ),
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

const statementOf = (row: SqlRow): IndexedStatement => ({
  record: recordOf(row),
  id: String(row.statement_id),
});

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
      const [row] = await engine.read({ sql: SELECT_STATEMENT_BY_ID, parameters: [...named, ...named] });
      return row ? { ...statementOf(row), voided: Number(row.voided) === 1 } : null;
    },

    async read(page) {
      const range = rangeOf(page);
      const keys = await ordered(page, range);
      if (!keys) return [];
      const [first = 0, ...others] = keys;
      const rows = await engine.read({
        sql: selectStatementPage(others.length, page.order),
        parameters: [first, ...range, ...others, page.limit],
      });
      return rows.map(statementOf);
    },

    async queue(limit) {
      return (await engine.read({ sql: SELECT_UNINDEXED, parameters: [limit] })).map(recordOf);
    },

    async index(indexings) {
      // What is undone stands in the queue again.
      if (indexings.length > 0) await engine.write(indexed(indexings), { repeatable: true });
    },

    async oldestQueued() {
      const [row] = await engine.read({ sql: SELECT_OLDEST_UNINDEXED, parameters: [] });
      return row ? Number(row.received_at) : null;
    },
  };
}
