import { createAppend } from './append.ts';
import type { SqlEngine, SqlStatement, SqlValue, WriteOptions } from './engine.ts';
import { groupedBy, insertions } from './lists.ts';
import type { DestinationState, Language, Outbound, RecordQuery, Settlement, Storage } from './log.ts';
import { migrate } from './migrate.ts';
import { createAlertStore } from './alert-store.ts';
import { createDeadLetters } from './dead-letter-store.ts';
import { createDeliveryStore, holding, outcomeOf, tallying } from './delivery-store.ts';
import { createDocumentStore } from './document-store.ts';
import { createErasures } from './erase.ts';
import { findEvent } from './find-event.ts';
import { createKeyStore } from './key-store.ts';
import { createStatementIndex } from './index-statements.ts';
import { createRecordPages } from './page-records.ts';
import { createProof } from './proof-store.ts';
import { countingTerms, createTermCounts } from './term-store.ts';
import { bytesOf, countOf, itemOf, outboundValues, recordOf, stateOf, storable, untroubled } from './rows.ts';
import {
  COUNT_OUTBOX,
  LEASE_DESTINATION,
  RELEASE_DESTINATION,
  SELECT_DESTINATION,
  SELECT_DESTINATIONS,
  STOP_DESTINATION,
  UPDATE_DESTINATION,
} from './sql/destinations.ts';
import { FREE_HOLDS } from './sql/deliveries.ts';
import { SELECT_ATTACHMENT } from './sql/documents.ts';
import {
  COUNT_DELIVERED,
  INSERT_ANSWERED,
  INSERT_ATTEMPTS,
  insertOutbound,
  SELECT_PENDING,
  UPDATE_ATTEMPTED,
  UPDATE_CLOSED,
} from './sql/outbox.ts';
import { SELECT_PULL } from './sql/pulls.ts';
import { SELECT_STATEMENT, selectRecords, selectVoiding } from './sql/records.ts';

const ANY = null;

/** After a power cut a lease is taken anew. */
const REPEATABLE: WriteOptions = { repeatable: true };

/** Bytes that a row needs beside its body, at most: names, attributes, deviations. */
const ROW_MARGIN = 100_000;

function pageOf(query: RecordQuery): SqlStatement {
  const order = query.order ?? 'ascending';
  const tenant = query.tenant === undefined ? ANY : storable(query.tenant);
  const named = [tenant, query.language ?? ANY, query.kind ?? ANY, query.source ?? ANY];
  const conditions = [...named, query.receivedAfter ?? ANY, query.receivedUntil ?? ANY];
  const parameters: SqlValue[] = [
    query.after ?? 0,
    query.before ?? Number.MAX_SAFE_INTEGER,
    ...conditions.flatMap((value) => [value, value]),
    query.limit,
  ];
  if (query.voids === undefined) return { sql: selectRecords(order), parameters };
  return { sql: selectVoiding(order), parameters: [JSON.stringify(query.voids), ...parameters] };
}

/** Settlements that got one answer and mean one thing, so that they are written together. */
function alike(settlements: readonly Settlement[]): Settlement[][] {
  const [first] = settlements;
  // Nearly always all of a request were delivered by one answer: that shows without writing each of them down.
  const isPlain = ({ state, attempt }: Settlement) => state === 'delivered' && attempt === first?.attempt;
  if (settlements.every(isPlain)) return first ? [[...settlements]] : [];
  const groups = groupedBy(settlements, (settlement) => JSON.stringify({ ...settlement, key: 0 }));
  return [...groups.values()];
}

const keysOf = (settlements: readonly Settlement[]) => JSON.stringify(settlements.map(({ key }) => key));

function settling(destination: string, settlements: readonly Settlement[]): SqlStatement[] {
  return alike(settlements).flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const keys = keysOf(group);
    const { at, status, answer } = first.attempt;
    const steps: SqlStatement[] = [
      answer === ''
        ? { sql: INSERT_ATTEMPTS, parameters: [at, status, answer, keys] }
        : { sql: INSERT_ANSWERED, parameters: [at, status, keysOf(settlements), answer, keys] },
    ];
    if (first.state === 'delivered') {
      steps.push({ sql: COUNT_DELIVERED, parameters: [keys, destination] });
    }
    const reason = first.state === 'dead' ? first.reason : null;
    steps.push(
      first.state === 'pending'
        ? { sql: UPDATE_ATTEMPTED, parameters: [keys] }
        : { sql: UPDATE_CLOSED, parameters: [first.state, reason, keys] },
    );
    return steps;
  });
}

/**
 * What was delivered is sent once more after a power cut: with the same bytes, under an id that its destination knows. Dead
 * letters are told to people, and a destination that asked to be left alone for a while must not be asked before.
 */
const repeatability = (settlements: readonly Settlement[], { failures, stopped }: DestinationState) => ({
  repeatable: failures === 0 && stopped === null && settlements.every(({ state }) => state === 'delivered'),
});

function stateUpdate(state: DestinationState, settlements: readonly Settlement[] = []): SqlStatement {
  const { destination, failures, retryAt, stopped, openedAt } = state;
  const before = [destination, failures, retryAt];
  if (stopped === null) return { sql: UPDATE_DESTINATION, parameters: [...before, null, openedAt] };
  const parameters = [...before, keysOf(settlements), stopped, stopped, openedAt];
  return { sql: STOP_DESTINATION, parameters };
}

/**
 * The record log over any engine that runs SQLite's SQL. The schema is brought to the present before the first use;
 * where that fails, the next use tries again.
 */
export function createSqlLog(storage: SqlEngine): Storage & { readonly ready: () => Promise<void> } {
  let migrated = false;
  const ready = async () => {
    // Each of those who come first does so: a promise that all wait for may be of a request that was cut off.
    if (!migrated) await migrate(storage);
    migrated = true;
  };
  const read = async (sql: string, ...parameters: SqlValue[]) => {
    await ready();
    return storage.read({ sql, parameters });
  };
  const write = async (statements: readonly SqlStatement[], options?: WriteOptions) => {
    await ready();
    return storage.write(statements, options);
  };

  const migratedStorage: SqlEngine = {
    ...storage,
    read: ({ sql, parameters }) => read(sql, ...parameters),
    write,
  };

  const pages = createRecordPages(migratedStorage);
  const append = createAppend(migratedStorage);

  return {
    ready,
    pages,
    statements: createStatementIndex(migratedStorage),
    documents: createDocumentStore(migratedStorage),
    dead: createDeadLetters(migratedStorage),
    keys: createKeyStore(migratedStorage),
    deliveries: createDeliveryStore(migratedStorage),
    proof: createProof(migratedStorage),
    terms: createTermCounts(migratedStorage),
    alerts: createAlertStore(migratedStorage),

    async size() {
      await ready();
      return storage.size();
    },
    erasures: createErasures(migratedStorage),

    async attachment(tenant, sha2) {
      const [row] = await read(SELECT_ATTACHMENT, storable(tenant), sha2);
      return row ? bytesOf(row, 'content') : null;
    },

    largestBody: storage.largestText - ROW_MARGIN,

    append,

    async pulled(name) {
      const [row] = await read(SELECT_PULL, name);
      return row ? { through: Number(row.through) } : null;
    },

    async find(tenant: string, language: Language, id: string, eventTime?: string) {
      if (language === 'caliper') return findEvent(migratedStorage, tenant, id, eventTime);
      const [row] = await read(SELECT_STATEMENT, storable(tenant), storable(id));
      return row ? recordOf(row) : null;
    },

    async read(query) {
      const { sql, parameters } = pageOf(query);
      return (await read(sql, ...parameters)).map(recordOf);
    },

    async history(seq) {
      return (await pages.histories([seq])).get(seq) ?? [];
    },

    async lease(destination, holder, now, until) {
      const taken = { sql: LEASE_DESTINATION, parameters: [destination, holder, until, now, now] };
      const [rows] = await write([taken], REPEATABLE);
      return rows !== undefined && rows.length > 0;
    },

    async release(destination, holder) {
      await write([{ sql: RELEASE_DESTINATION, parameters: [destination, holder] }], REPEATABLE);
    },

    async pending(destination, limit, after = 0) {
      return (await read(SELECT_PENDING, destination, after, limit)).map(itemOf);
    },

    async fix(outbound: readonly { readonly key: number; readonly outbound: Outbound }[]) {
      const rows = outbound.map(({ key, outbound: form }) => outboundValues(key, form));
      if (rows.length > 0) {
        await write([...countingTerms(outbound), ...insertions(rows, insertOutbound, storage)]);
      }
    },

    async settle(settlements, state, holds = { held: [], freed: [] }) {
      const statements = [
        stateUpdate(state, settlements),
        ...settling(state.destination, settlements),
        ...tallying(state.destination, settlements.map(outcomeOf)),
        ...holding(state, holds),
      ];
      await write(statements, repeatability(settlements, state));
    },

    async standings() {
      const rows = await read(SELECT_DESTINATIONS);
      return rows.map((row) => stateOf(row.destination as string, row));
    },

    async state(destination) {
      const [row] = await read(SELECT_DESTINATION, destination);
      return stateOf(destination, row);
    },

    async resume(destination) {
      await write([stateUpdate(untroubled(destination)), { sql: FREE_HOLDS, parameters: [destination] }]);
    },

    async counts() {
      return (await read(COUNT_OUTBOX)).map(countOf);
    },

    close: () => storage.close(),
  };
}
