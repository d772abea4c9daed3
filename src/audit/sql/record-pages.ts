/** The log by what is known of its records: walks along indexes, and what is looked up by key for each step. */

import { OUTBOUND_COLUMNS } from './outbox.ts';
import { hasTerm } from './postings.ts';
import { directionOf, RECORD_COLUMNS } from './records.ts';

const INDEXES = {
  source: 'records_by_source',
  type: 'records_by_type',
  kind: 'records_by_kind',
} as const;

/** A column of records that a page can walk along. */
export type RecordColumn = keyof typeof INDEXES;

/** By time within a source, a type and a kind. The kinds together are the log by time. */
export const CREATE_RECORD_INDEXES: readonly string[] = Object.entries(INDEXES).map(
  ([column, name]) => `CREATE INDEX ${name} ON records (tenant, ${column}, received_at)`,
);

/** Records of a column's value. Parameters: tenant, value, the range's four. */
export const walkRecords = (column: RecordColumn) => `
SELECT received_at AS at, seq FROM records INDEXED BY ${INDEXES[column]}
WHERE tenant = ? AND ${column} = ? AND (received_at, seq) > (?, ?) AND (received_at, seq) < (?, ?)`;

/** A state whose outbox rows are few, so that an index holds nothing else. */
export type OpenState = 'pending' | 'dead';

/** Records that are pending or dead for a destination. Parameters: destination, the range's four. */
export const walkOutbox = (state: OpenState) => `
SELECT key AS at, record AS seq FROM outbox INDEXED BY outbox_${state}
WHERE state = '${state}' AND destination = ? AND (key, record) > (?, ?) AND (key, record) < (?, ?)`;

const merged = (legs: readonly string[]) => legs.join('\nUNION ALL');

/** A stretch of a walk: its legs merged. Parameters: those of the legs, how many. */
export const selectWalk = (legs: readonly string[], order: 'ascending' | 'descending') => {
  const direction = directionOf(order);
  return `${merged(legs)}\nORDER BY at ${direction}, seq ${direction} LIMIT ?`;
};

/** How many entries a walk has, up to a bound. Parameters: those of the legs, the bound. */
export const countWalk = (legs: readonly string[]) =>
  `SELECT count(*) AS count FROM (${merged(legs)}\nLIMIT ?)`;

/** Which of some records meet conditions. Parameters: keys as a JSON list, those of the conditions. */
export const selectMatching = (conditions: readonly string[]) => `
SELECT records.seq FROM json_each(?) AS item CROSS JOIN records ON records.seq = item.value
WHERE ${conditions.join(' AND ')}`;

/** Conditions of {@link selectMatching}, each with one parameter. */
export const CONDITION = {
  source: 'records.source = ?',
  type: 'records.type = ?',
  kinds: 'records.kind IN (SELECT value FROM json_each(?))',
  receivedAfter: 'records.received_at > ?',
  receivedUntil: 'records.received_at <= ?',
  term: hasTerm('records.seq', 'records.received_at'),
} as const;

/** The condition that a record is on its way. Parameters: destination where it is named, state where it is. */
export const onItsWay = (named: { readonly destination: boolean; readonly state: boolean }) => {
  const destination = named.destination ? ' AND outbox.destination = ?' : '';
  const state = named.state ? ' AND outbox.state = ?' : '';
  return `EXISTS (SELECT 1 FROM outbox WHERE outbox.record = records.seq${destination}${state})`;
};

/** Records by their keys. Parameter: keys as a JSON list. */
export const SELECT_RECORDS_BY_KEY = `
SELECT ${RECORD_COLUMNS} FROM json_each(?) AS item CROSS JOIN records ON records.seq = item.value`;

/** Rows of the outbox of records with their outbound form. Parameter: keys of records as a JSON list. */
export const SELECT_HISTORIES = `
SELECT outbox.record, outbox.key, outbox.route, outbox.destination, outbox.state, outbox.reason, ${OUTBOUND_COLUMNS}
FROM json_each(?) AS item CROSS JOIN outbox ON outbox.record = item.value
CROSS JOIN records ON records.seq = outbox.record LEFT JOIN outbound ON outbound.key = outbox.key`;

/** The answers that the deliveries of records got. Parameter: keys of records as a JSON list. */
export const SELECT_ANSWERS = `
SELECT attempts.outbox AS key, attempts.number, attempts.at, attempts.status, attempts.answer
FROM json_each(?) AS item CROSS JOIN outbox ON outbox.record = item.value
CROSS JOIN attempts ON attempts.outbox = outbox.key`;
