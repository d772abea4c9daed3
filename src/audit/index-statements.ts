import { UniqueViolationError, type SqlEngine, type SqlStatement } from './engine.ts';
import { groupedBy, lists } from './lists.ts';
import type { NewRecord } from './log.ts';
import { runsOf, type Termed } from './posting-lists.ts';
import { consistency } from './promise.ts';
import { recordOf, storable } from './rows.ts';
import { INSERT_EVENT_IDS } from './sql/events.ts';
import { INSERT_TERMS, insertRuns } from './sql/postings.ts';
import {
  DELETE_INDEXED,
  INSERT_DERIVED,
  INSERT_UNINDEXED,
  insertReferences,
  keyOf,
  SELECT_QUEUED,
  SELECT_STATEMENT_BY_ID,
  SELECT_UNINDEXED,
  spreadFromTarget,
  spreadToReferrer,
  STILL_QUEUED,
  UUID_NAME,
  type Naming,
} from './sql/statements.ts';
import type { Indexing, StatementIndex } from './statements.ts';
import { readStatements, statementOf } from './walk-statements.ts';

const INSERT_RUNS: Readonly<Record<Naming, string>> = {
  place: insertRuns(keyOf('place')),
  key: insertRuns(keyOf('key')),
};

/** A statement that is to be indexed. */
interface Named extends Termed {
  readonly tenant: string;
}

/** Writes the terms and the reference of statements of one tenant. */
function entries(tenant: string, statements: readonly Named[], naming: Naming): SqlStatement[] {
  const runs = runsOf(statements);
  const references = statements.flatMap(({ name, stored, entry: { refersTo, voids } }) =>
    refersTo === undefined ? [] : [[name, refersTo, stored, voids ? 1 : 0]],
  );
  return [
    ...lists([...runs.keys()]).map((list) => ({ sql: INSERT_TERMS, parameters: [tenant, list] })),
    ...lists([...runs]).map((list) => ({ sql: INSERT_RUNS[naming], parameters: [list, tenant] })),
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
    entry ? [{ name: at - last, tenant: storable(tenant), source, stored: receivedAt, entry }] : [],
  );
  const queued = fresh.flatMap(({ kind, entry, receivedAt }, at) =>
    kind === 'describe' || entry ? [] : [[at - last, receivedAt]],
  );
  const spreading = [spreadToReferrer('place'), spreadFromTarget('place')];
  return [
    ...allEntries(statements, 'place'),
    ...(statements.length > 0 ? spreading.map((sql) => ({ sql, parameters: [fresh.length] })) : []),
    ...lists(queued).map((list) => ({ sql: INSERT_UNINDEXED, parameters: [list] })),
  ];
}

/** The batch that indexes records of the queue; it fails where one of them is there no more. */
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
    { sql: STILL_QUEUED, parameters: [keys] },
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

/**
 * Cuts records of the queue into parts, where it can between those of two times: what is of one time has its terms in common, and is
 * written in one row for each of them.
 */
function partsOf(indexings: readonly Indexing[], most: number): Indexing[][] {
  const parts: Indexing[][] = [];
  for (let start = 0; start < indexings.length;) {
    let end = Math.min(start + most, indexings.length);
    const isCut = (at: number) => indexings[at - 1]?.record.receivedAt !== indexings[at]?.record.receivedAt;
    for (let at = end; at > start + most / 2; at -= 1) {
      if (!isCut(at)) continue;
      end = at;
      break;
    }
    parts.push(indexings.slice(start, end));
    start = end;
  }
  return parts;
}

/**
 * Indexes those of some records that are in the queue: what another one has indexed since, or what was erased, is not written again.
 */
async function indexQueued(engine: SqlEngine, indexings: readonly Indexing[]): Promise<void> {
  for (let left = indexings; left.length > 0;) {
    try {
      // What is undone stands in the queue again.
      await engine.write(indexed(left), { repeatable: true });
      return;
    } catch (error) {
      if (!(error instanceof UniqueViolationError)) throw error;
      const parameters = [JSON.stringify(left.map(({ record }) => record.seq))];
      const rows = await engine.read({ sql: SELECT_QUEUED, parameters });
      if (rows.length === left.length) throw error;
      const queued = new Set(rows.map(({ record }) => Number(record)));
      left = left.filter(({ record }) => queued.has(record.seq));
    }
  }
}

/** The index of statements over any engine whose schema is at the present. */
export function createStatementIndex(engine: SqlEngine): StatementIndex {
  return {
    async find(tenant, id) {
      const named = [storable(tenant), storable(id)];
      const [row] = await engine.read({
        sql: SELECT_STATEMENT_BY_ID,
        parameters: [...named, ...named, ...named, ...named],
      });
      return row ? { ...statementOf(row), voided: Number(row.voided) === 1 } : null;
    },

    read: (page) => readStatements(engine, page),

    async queue(limit) {
      return (await engine.read({ sql: SELECT_UNINDEXED, parameters: [limit] })).map(recordOf);
    },

    async index(indexings, part = indexings.length) {
      await Promise.all(partsOf(indexings, part).map((some) => indexQueued(engine, some)));
    },

    consistency: (until) => consistency(engine, until),
  };
}
