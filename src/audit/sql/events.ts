/**
 * Events and describes by their ids. Ids are random, so that an index of them has nearly each record of a large log read, write
 * and bring over a page of its own. What tells a repeat is asked of each record while its sender waits: it is kept
 * in the order of the events' own times, in which they also come. An event's id is written by what indexes it.
 */

import { HELD_COLUMNS, RECORD_COLUMNS } from './records.ts';

/**
 * The time at which an event happened, to the second, as its text begins; empty where an event gives none, and for describes. Null for
 * what older versions stored. It stands behind the body, since SQLite adds a column at the end.
 */
const ADD_EVENT_TIME = 'ALTER TABLE records ADD COLUMN event_time TEXT';

const DROP_EVENTS_BY_ID = 'DROP INDEX events_by_id';

/** One event or describe an id and content, as step 14 had it. */
const CREATE_EVENTS_BY_CONTENT = `
CREATE UNIQUE INDEX events_by_time ON records (event_time, tenant, id, content) WHERE kind <> 'statement'`;

/** Events that are indexed, by their ids; without those that older versions stored, and without describes. */
const CREATE_EVENT_IDS = `
CREATE TABLE event_ids (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  record INTEGER NOT NULL,
  PRIMARY KEY (tenant, id, record)
) STRICT, WITHOUT ROWID`;

/** The steps of the schema for events by their times. */
export const CREATE_EVENT_TIMES: readonly string[] = [
  ADD_EVENT_TIME,
  DROP_EVENTS_BY_ID,
  CREATE_EVENTS_BY_CONTENT,
  CREATE_EVENT_IDS,
];

/**
 * What tells a record from others of its id and time. Empty for the first event under both, so that another one is noticed without the content
 * of either; else the content, as for describes, which follow one another under one id.
 */
const ADD_VARIANT = "ALTER TABLE records ADD COLUMN variant BLOB NOT NULL DEFAULT x''";

const FILL_VARIANTS = `
UPDATE records SET variant = content WHERE kind = 'describe' OR (kind = 'event' AND (event_time IS NULL OR EXISTS (
  SELECT 1 FROM records AS first INDEXED BY events_by_time
  WHERE first.kind <> 'statement' AND first.event_time = records.event_time AND first.tenant = records.tenant
    AND first.id = records.id AND first.seq < records.seq AND first.kind = 'event')))`;

const DROP_EVENTS_BY_CONTENT = 'DROP INDEX events_by_time';

const CREATE_EVENTS_BY_TIME = `
CREATE UNIQUE INDEX events_by_time ON records (event_time, tenant, id, variant) WHERE kind <> 'statement'`;

/** The steps of the schema for events that are told apart without their contents. */
export const CREATE_VARIANTS: readonly string[] = [
  ADD_VARIANT,
  FILL_VARIANTS,
  DROP_EVENTS_BY_CONTENT,
  CREATE_EVENTS_BY_TIME,
];

/** One row where the log holds events or describes of older versions, which no time tells. */
export const SELECT_UNTIMED = `
SELECT 1 FROM records INDEXED BY events_by_time WHERE kind <> 'statement' AND event_time IS NULL LIMIT 1`;

/**
 * Which events and describes of a tenant have one of a number of times, ids and variants. Parameters: a JSON list of lists of
 * time or null, id, and variant in hex; tenant.
 */
export const SELECT_EVENTS_OF_NAMES = `
SELECT ${HELD_COLUMNS}, records.event_time, lower(hex(records.variant)) AS variant
FROM json_each(?) AS wanted CROSS JOIN records INDEXED BY events_by_time
  ON records.kind <> 'statement' AND records.event_time IS json_extract(wanted.value, '$[0]') AND records.tenant = ?
  AND records.id = json_extract(wanted.value, '$[1]')
  AND records.variant = unhex(json_extract(wanted.value, '$[2]'))`;

/** The first of the events that have id and time of a record, the record itself among them. */
const firstBeside = (record: string, condition: string) => `
SELECT min(other.seq) FROM records AS other INDEXED BY events_by_time
WHERE other.kind <> 'statement' AND other.event_time = ${record}.event_time AND other.tenant = ${record}.tenant
  AND other.id = ${record}.id AND other.kind = 'event' AND ${condition}`;

/**
 * Makes events of the batch the first of their id and time where none is: it was erased since it was looked up. Parameter: how
 * many records the batch inserted.
 */
export const KEEP_FIRST_EVENTS = `
UPDATE records SET variant = x''
WHERE seq > (SELECT max(seq) FROM records) - ? AND kind = 'event' AND variant <> x''
  AND (${firstBeside('records', "other.variant = x''")}) IS NULL`;

/** Has others take the place of the first events of an id and time that are to go. Each takes the `seq`s once for each of its `?`. */
export const LEAVE_FIRST_EVENTS: readonly string[] = [
  `UPDATE records SET variant = salt
WHERE seq IN (SELECT value FROM json_each(?)) AND kind = 'event' AND variant = x''`,
  `UPDATE records SET variant = x'' WHERE seq IN (
  SELECT (${firstBeside('gone', 'other.seq NOT IN (SELECT value FROM json_each(?))')})
  FROM records AS gone
  WHERE gone.seq IN (SELECT value FROM json_each(?)) AND gone.kind = 'event' AND gone.variant = gone.salt)`,
];

/**
 * The newest event or describe under an id, among those that are indexed, those of a number of times, and one that is found
 * already. Parameters: key of that one or null, times as a JSON list, then tenant and id, twice.
 */
export const SELECT_NEWEST_EVENT = `
SELECT ${RECORD_COLUMNS} FROM records WHERE seq = (
  SELECT max(seq) FROM (
    SELECT ? AS seq
    UNION ALL
    SELECT named.seq FROM json_each(?) AS time CROSS JOIN records AS named INDEXED BY events_by_time
      ON named.kind <> 'statement' AND named.event_time IS time.value AND named.tenant = ? AND named.id = ?
    UNION ALL
    SELECT record FROM event_ids WHERE tenant = ? AND id = ?))`;

/**
 * The newest record under an id in a stretch of the queue of records to be indexed, and where the stretch begins.
 * Parameters: tenant, id, key that the stretch ends before, its length.
 */
export const SELECT_QUEUED_OF_ID = `
SELECT min(seq) AS begin, max(CASE WHEN tenant = ? AND id = ? AND kind <> 'statement' THEN seq END) AS seq FROM (
  SELECT records.seq, records.tenant, records.id, records.kind
  FROM unindexed CROSS JOIN records ON records.seq = unindexed.record
  WHERE unindexed.record < ? ORDER BY unindexed.record DESC LIMIT ?)`;

/** Writes the ids of events that are there. Parameter: keys as a JSON list. */
export const INSERT_EVENT_IDS = `
INSERT OR IGNORE INTO event_ids (tenant, id, record)
SELECT tenant, id, seq FROM records
WHERE seq IN (SELECT value FROM json_each(?)) AND kind <> 'statement' AND event_time IS NOT NULL`;

/** Removes the ids of events. Parameter: `seq`s. */
export const DELETE_EVENT_IDS = `
DELETE FROM event_ids WHERE (tenant, id, record) IN (
  SELECT tenant, id, seq FROM records WHERE seq IN (SELECT value FROM json_each(?)))`;
