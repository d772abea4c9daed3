/** Statements by their ids, by what refers to them, and the queue of what is still to be indexed as one. */

import { failingWhere } from './consistency.ts';
import { ALONE, CREATE_POSTING_LISTS, hasTerm, INTO_RUNS, runsOf } from './postings.ts';
import { RECORD_COLUMNS, VOIDS } from './records.ts';

/**
 * What stands before the UUID in the id of most events. Such an event maps to the statement of that UUID, written in lower case: no
 * row need say so.
 */
export const UUID_NAME = 'urn:uuid:';

/** Statements whose object is another statement, by its id, whether or not that one is there. */
const CREATE_REFERENCES = `
CREATE TABLE statement_references (
  record INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  target TEXT NOT NULL,
  stored INTEGER NOT NULL,
  voids INTEGER NOT NULL
) STRICT`;

const CREATE_REFERENCES_BY_TARGET = `
CREATE INDEX references_by_target ON statement_references (tenant, target, voids)`;

/** Ids of the statements that events map to, where the events' own ids do not tell them (see {@link UUID_NAME}). */
const CREATE_DERIVED = `
CREATE TABLE derived_statements (
  record INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL
) STRICT`;

const CREATE_DERIVED_BY_ID = `
CREATE INDEX derived_by_id ON derived_statements (tenant, id)`;

/** Records that are still to be indexed. */
const CREATE_UNINDEXED = `
CREATE TABLE unindexed (
  record INTEGER PRIMARY KEY,
  received_at INTEGER NOT NULL
) STRICT`;

/** What the log held before there was an index. */
const QUEUE_OLD_RECORDS = `
INSERT INTO unindexed (record, received_at) SELECT seq, received_at FROM records WHERE kind <> 'describe'`;

/** The steps of the schema for the index of statements. */
export const CREATE_STATEMENT_INDEX: readonly string[] = [
  ...CREATE_POSTING_LISTS,
  CREATE_REFERENCES,
  CREATE_REFERENCES_BY_TARGET,
  CREATE_DERIVED,
  CREATE_DERIVED_BY_ID,
  CREATE_UNINDEXED,
  QUEUE_OLD_RECORDS,
];

/**
 * How the lists below name a record: by its place in the batch that inserts it, which is 0 for the last and below for those before it, or
 * by its key.
 */
export type Naming = 'place' | 'key';

/** The key of a record, from what names it. */
export const keyOf = (naming: Naming) => (given: string) =>
  naming === 'key' ? given : `(SELECT max(seq) FROM records) + ${given}`;

const recordOf = (naming: Naming, path: string) => keyOf(naming)(`json_extract(item.value, '${path}')`);

/** Writes references. Parameters: tenant; a JSON list of lists of record, target, time stored, and 1 where it voids. */
export const insertReferences = (naming: Naming) => `
INSERT OR IGNORE INTO statement_references (record, tenant, target, stored, voids)
SELECT ${recordOf(naming, '$[0]')}, ?, json_extract(item.value, '$[1]'), json_extract(item.value, '$[2]'),
  json_extract(item.value, '$[3]')
FROM json_each(?) AS item`;

/**
 * Writes the ids of statements that events map to. Parameters: tenant; a JSON list of lists of record and id, for records whose own
 * id does not tell it (see {@link UUID_NAME}).
 */
export const INSERT_DERIVED = `
INSERT OR IGNORE INTO derived_statements (record, tenant, id)
SELECT json_extract(item.value, '$[0]'), ?, json_extract(item.value, '$[1]') FROM json_each(?) AS item`;

/** Queues records of the batch. Parameter: a JSON list of lists of place and time of receipt. */
export const INSERT_UNINDEXED = `
INSERT INTO unindexed (record, received_at)
SELECT ${recordOf('place', '$[0]')}, json_extract(item.value, '$[1]') FROM json_each(?) AS item`;

/**
 * Fails where one of a number of records is not in the queue: it was erased since it was read, or another has indexed it. Parameter: keys
 * as a JSON list.
 */
export const STILL_QUEUED = failingWhere(
  'EXISTS (SELECT 1 FROM json_each(?) WHERE value NOT IN (SELECT record FROM unindexed))',
);

/** Which of a number of records are in the queue. Parameter: keys as a JSON list. */
export const SELECT_QUEUED = 'SELECT record FROM unindexed WHERE record IN (SELECT value FROM json_each(?))';

/** Takes records off the queue. Parameter: keys as a JSON list. */
export const DELETE_INDEXED = `
DELETE FROM unindexed WHERE record IN (SELECT value FROM json_each(?))`;

/** The id of the statement that a record is or maps to. */
export const statementIdOf = (record: string) => `
coalesce(
  (SELECT id FROM derived_statements WHERE derived_statements.record = ${record}.seq),
  CASE WHEN ${record}.kind <> 'statement' AND substr(${record}.id, 1, ${UUID_NAME.length}) = '${UUID_NAME}'
    THEN substr(${record}.id, ${UUID_NAME.length + 1}) ELSE ${record}.id END)`;

/** An event that maps to no statement has no term, and one that maps to a statement of another id has a row that says so. */
const mapsToItsOwnId = (record: string) => `
EXISTS (SELECT 1 FROM records AS mapped CROSS JOIN ${runsOf('mapped.seq', 'mapped.received_at')}
  WHERE mapped.seq = ${record})
AND NOT EXISTS (SELECT 1 FROM derived_statements AS other WHERE other.record = ${record})`;

/**
 * The key of the record that is or maps to the statement under an id, or null. Events of older versions are
 * older than those whose ids have rows.
 */
const recordUnder = (tenant: string, id: string) => `
coalesce(
  (SELECT seq FROM records WHERE kind = 'statement' AND records.tenant = ${tenant} AND records.id = ${id}),
  (SELECT record FROM derived_statements AS derived WHERE derived.tenant = ${tenant} AND derived.id = ${id}),
  (SELECT min(seq) FROM records INDEXED BY events_by_time
    WHERE kind <> 'statement' AND event_time IS NULL AND records.tenant = ${tenant}
      AND records.id = '${UUID_NAME}' || ${id} AND ${mapsToItsOwnId('records.seq')}),
  (SELECT min(record) FROM event_ids
    WHERE event_ids.tenant = ${tenant} AND event_ids.id = '${UUID_NAME}' || ${id}
      AND ${mapsToItsOwnId('event_ids.record')}))`;

/** The records just indexed. Parameter: how many the batch inserted, or their keys as a JSON list. */
const fresh = (naming: Naming) =>
  naming === 'place' ? 'seq > (SELECT max(seq) FROM records) - ?' : 'seq IN (SELECT value FROM json_each(?))';

/** What a query for a statement's properties finds, in contrast to what only this log knows of a record. */
const SPREADS = "substr(terms.value, 1, 5) = 'term '";

/** Gives referring statements the terms of others. `pairs` tells both: `referring` with key and time, `target` with the same. */
const spread = (pairs: string) => `
INSERT INTO posting_runs (stored, term, first, places)
SELECT DISTINCT referring_stored, run.term, referring, '${ALONE}'
FROM (${pairs}) AS pair CROSS JOIN ${runsOf('pair.target', 'pair.target_stored')}
CROSS JOIN terms ON terms.key = run.term AND ${SPREADS}
WHERE NOT ${hasTerm('pair.referring', 'pair.referring_stored', 'run.term')} ${INTO_RUNS}`;

/**
 * Gives the statements just indexed the terms of those that they refer to (Communication 2.1.3, Filter Conditions for
 * StatementRefs). Parameter as for `fresh`.
 */
export const spreadToReferrer = (naming: Naming) =>
  spread(`
SELECT reference.record AS referring, reference.stored AS referring_stored,
  target.seq AS target, target.received_at AS target_stored
FROM (SELECT seq FROM records WHERE ${fresh(naming)}) AS new
CROSS JOIN statement_references AS reference ON reference.record = new.seq
CROSS JOIN records AS target ON target.seq = ${recordUnder('reference.tenant', 'reference.target')}`);

/** Statements that refer to some records, directly or through others, and those; with keys and times. `which` says it of a record. */
export const referringTo = (which: string) => `
WITH RECURSIVE referring (target, target_stored, record, stored) AS (
  SELECT new.seq, new.received_at, reference.record, reference.stored
  FROM records AS new CROSS JOIN statement_references AS reference
    ON reference.tenant = new.tenant AND reference.target = ${statementIdOf('new')}
  WHERE new.${which}
  UNION
  SELECT referring.target, referring.target_stored, reference.record, reference.stored
  FROM referring CROSS JOIN records AS middle ON middle.seq = referring.record
  CROSS JOIN statement_references AS reference
    ON reference.tenant = middle.tenant AND reference.target = ${statementIdOf('middle')}
)
SELECT record AS referring, stored AS referring_stored, target, target_stored FROM referring`;

/**
 * Gives the terms of the statements just indexed to all that refer to them, directly or through others. Parameter as
 * for `fresh`.
 */
export const spreadFromTarget = (naming: Naming) => spread(referringTo(fresh(naming)));

/** True where a voiding statement names the statement; one that itself voids cannot be voided (Data 2.3.2). */
const voided = (record: string) => `
(${VOIDS.replace('attributes', `${record}.attributes`)} IS NULL AND EXISTS (
  SELECT 1 FROM statement_references AS reference
  WHERE reference.tenant = ${record}.tenant AND reference.target = ${statementIdOf(record)} AND reference.voids = 1))`;

/** True for an event whose statement came back and was stored as such: one id is given once. */
const REPEATED = `
(records.kind <> 'statement' AND EXISTS (
  SELECT 1 FROM records AS came_back
  WHERE came_back.kind = 'statement' AND came_back.tenant = records.tenant
    AND came_back.id = ${statementIdOf('records')}))`;

/**
 * Those of a number of records that have all of a number of terms, are not voided, and are the first under their id; in the order in which
 * they are given. What a record lacks is known before it is read. Parameters: a JSON list of lists of time stored and key, the terms, how many.
 */
export const selectStatements = (terms: number) => `
SELECT ${RECORD_COLUMNS}, ${statementIdOf('records')} AS statement_id
FROM json_each(?) AS item CROSS JOIN records ON records.seq = item.value ->> 1
WHERE ${Array.from({ length: terms }, () => `${hasTerm('(item.value ->> 1)', 'item.value ->> 0')} AND `).join('')}
  NOT ${voided('records')} AND NOT ${REPEATED} LIMIT ?`;

/** The statement under an id, with whether it is voided. Parameters: tenant and id, four times. */
export const SELECT_STATEMENT_BY_ID = `
SELECT ${RECORD_COLUMNS}, ${statementIdOf('records')} AS statement_id, ${voided('records')} AS voided
FROM records WHERE records.seq = ${recordUnder('?', '?')}`;

/** The first records that are still to be indexed. Parameter: how many. */
export const SELECT_UNINDEXED = `
SELECT ${RECORD_COLUMNS} FROM unindexed CROSS JOIN records ON records.seq = unindexed.record
ORDER BY unindexed.record LIMIT ?`;
