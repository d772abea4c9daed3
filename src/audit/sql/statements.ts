/** Statements by what queries ask for: posting lists of terms, in the order in which the statements were stored. */

import { RECORD_COLUMNS, VOIDS } from './records.ts';

/**
 * What stands before the UUID in the id of most events. Such an event maps to the statement of that UUID, written in lower case: no
 * row need say so.
 */
export const UUID_NAME = 'urn:uuid:';

/** A dictionary of terms, so that a posting holds integers only. */
const CREATE_TERMS = `
CREATE TABLE terms (
  key INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (tenant, value)
) STRICT`;

/** The terms of each record. By record the rows are written one after another, and can be found to be copied. */
const CREATE_POSTINGS = `
CREATE TABLE postings (
  record INTEGER NOT NULL,
  term INTEGER NOT NULL,
  stored INTEGER NOT NULL,
  PRIMARY KEY (record, term)
) STRICT, WITHOUT ROWID`;

/** What a query walks along: the statements of a term by the time at which they were stored. */
const CREATE_POSTINGS_BY_TERM = `
CREATE UNIQUE INDEX postings_by_term ON postings (term, stored, record)`;

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
  CREATE_TERMS,
  CREATE_POSTINGS,
  CREATE_POSTINGS_BY_TERM,
  CREATE_REFERENCES,
  CREATE_REFERENCES_BY_TARGET,
  CREATE_DERIVED,
  CREATE_DERIVED_BY_ID,
  CREATE_UNINDEXED,
  QUEUE_OLD_RECORDS,
];

/**
 * How the lists below name a record: by its place before the last record of the batch that inserts it, or by its key.
 */
export type Naming = 'place' | 'key';

const recordOf = (naming: Naming, path: string) => {
  const given = `json_extract(item.value, '${path}')`;
  return naming === 'key' ? given : `(SELECT max(seq) FROM records) - ${given}`;
};

/** Takes terms into the dictionary. Parameters: tenant, terms as a JSON list. */
export const INSERT_TERMS = `
INSERT INTO terms (tenant, value) SELECT ?, value FROM json_each(?) WHERE true ON CONFLICT DO NOTHING`;

/**
 * Takes the terms of records into the dictionary that are still there: one may have been erased since it was read.
 * Parameters: tenant, postings as for {@link insertPostings}.
 */
export const INSERT_TERMS_OF_PRESENT = `
INSERT INTO terms (tenant, value) SELECT ?, item.value ->> 0 FROM json_each(?) AS item
WHERE EXISTS (SELECT 1 FROM json_each(item.value, '$[1]') AS name CROSS JOIN records ON records.seq = name.value)
ON CONFLICT DO NOTHING`;

/** By key, only records that are still there. */
const present = (naming: Naming) =>
  naming === 'key' ? "WHERE json_extract(item.value, '$[0]') IN (SELECT seq FROM records)" : '';

/**
 * Writes postings of records that are there; a record is stored when it is received. Each term is looked up once.
 * Parameters: a JSON list of lists of a term and the list of its records; tenant.
 */
export const insertPostings = (naming: Naming) => `
INSERT OR IGNORE INTO postings (record, term, stored)
SELECT records.seq, terms.key, records.received_at
FROM json_each(?) AS item CROSS JOIN terms ON terms.tenant = ? AND terms.value = item.value ->> 0
CROSS JOIN json_each(item.value, '$[1]') AS name
CROSS JOIN records ON records.seq = ${naming === 'key' ? '' : '(SELECT max(seq) FROM records) - '}name.value`;

/** Writes references. Parameters: tenant; a JSON list of lists of record, target, time stored, and 1 where it voids. */
export const insertReferences = (naming: Naming) => `
INSERT OR IGNORE INTO statement_references (record, tenant, target, stored, voids)
SELECT ${recordOf(naming, '$[0]')}, ?, json_extract(item.value, '$[1]'), json_extract(item.value, '$[2]'),
  json_extract(item.value, '$[3]')
FROM json_each(?) AS item ${present(naming)}`;

/**
 * Writes the ids of statements that events map to. Parameters: tenant; a JSON list of lists of record and id, for records whose own
 * id does not tell it (see {@link UUID_NAME}).
 */
export const INSERT_DERIVED = `
INSERT OR IGNORE INTO derived_statements (record, tenant, id)
SELECT json_extract(item.value, '$[0]'), ?, json_extract(item.value, '$[1]') FROM json_each(?) AS item
${present('key')}`;

/** Queues records of the batch. Parameter: a JSON list of lists of place and time of receipt. */
export const INSERT_UNINDEXED = `
INSERT INTO unindexed (record, received_at)
SELECT ${recordOf('place', '$[0]')}, json_extract(item.value, '$[1]') FROM json_each(?) AS item`;

/** Takes records off the queue. Parameter: keys as a JSON list. */
export const DELETE_INDEXED = `
DELETE FROM unindexed WHERE record IN (SELECT value FROM json_each(?))`;

/** The id of the statement that a record is or maps to. */
export const statementIdOf = (record: string) => `
coalesce(
  (SELECT id FROM derived_statements WHERE derived_statements.record = ${record}.seq),
  CASE WHEN ${record}.kind <> 'statement' AND substr(${record}.id, 1, ${UUID_NAME.length}) = '${UUID_NAME}'
    THEN substr(${record}.id, ${UUID_NAME.length + 1}) ELSE ${record}.id END)`;

/** An event that maps to no statement has no postings, and one that maps to a statement of another id has a row that says so. */
const mapsToItsOwnId = (record: string) => `
EXISTS (SELECT 1 FROM postings WHERE postings.record = ${record})
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

/**
 * Gives the statements just indexed the terms of those that they refer to (Communication 2.1.3, Filter Conditions for
 * StatementRefs). Parameter as for `fresh`.
 */
export const spreadToReferrer = (naming: Naming) => `
INSERT OR IGNORE INTO postings (record, term, stored)
SELECT reference.record, posting.term, reference.stored
FROM (SELECT seq FROM records WHERE ${fresh(naming)}) AS new
CROSS JOIN statement_references AS reference ON reference.record = new.seq
CROSS JOIN postings AS posting ON posting.record = ${recordUnder('reference.tenant', 'reference.target')}
CROSS JOIN terms ON terms.key = posting.term AND ${SPREADS}`;

/**
 * Gives the terms of the statements just indexed to all that refer to them, directly or through others. Parameter as
 * for `fresh`.
 */
export const spreadFromTarget = (naming: Naming) => `
WITH RECURSIVE referring (origin, record, stored) AS (
  SELECT new.seq, reference.record, reference.stored
  FROM records AS new CROSS JOIN statement_references AS reference
    ON reference.tenant = new.tenant AND reference.target = ${statementIdOf('new')}
  WHERE new.${fresh(naming)}
  UNION
  SELECT referring.origin, reference.record, reference.stored
  FROM referring CROSS JOIN records AS middle ON middle.seq = referring.record
  CROSS JOIN statement_references AS reference
    ON reference.tenant = middle.tenant AND reference.target = ${statementIdOf('middle')}
)
INSERT OR IGNORE INTO postings (record, term, stored)
SELECT referring.record, posting.term, referring.stored
FROM referring CROSS JOIN postings AS posting ON posting.record = referring.origin
CROSS JOIN terms ON terms.key = posting.term AND ${SPREADS}`;

/** Keys of terms. Parameters: tenant, terms as a JSON list. */
export const SELECT_TERMS = `
SELECT terms.key FROM json_each(?) AS item CROSS JOIN terms ON terms.tenant = ? AND terms.value = item.value`;

/** Bounds of a page within a posting list: times and keys to begin after and to end before. */
const RANGE = '(posting.stored, posting.record) > (?, ?) AND (posting.stored, posting.record) < (?, ?)';

/**
 * How many statements of a term stand in a range, up to a bound. Parameters: term, the range's four, bound.
 */
export const COUNT_POSTINGS = `
SELECT count(*) AS count FROM (SELECT 1 FROM postings AS posting WHERE posting.term = ? AND ${RANGE} LIMIT ?)`;

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

/** The place where a stretch of a posting list ends. Parameters: term, the range's four, how many go before it. */
export const selectStretchEnd = (order: 'ascending' | 'descending') => {
  const direction = order === 'ascending' ? 'ASC' : 'DESC';
  return `
SELECT posting.stored, posting.record FROM postings AS posting WHERE posting.term = ? AND ${RANGE}
ORDER BY posting.stored ${direction}, posting.record ${direction} LIMIT 1 OFFSET ?`;
};

/**
 * A page of the statements that have all of a number of terms and are not voided. Parameters: the term to walk along,
 * the range's four, the other terms, the page's size.
 */
export const selectStatementPage = (others: number, order: 'ascending' | 'descending') => {
  const direction = order === 'ascending' ? 'ASC' : 'DESC';
  // Looked up in the index before the record itself is: where terms seldom meet, most postings end there.
  const names = Array.from({ length: others }, (_, at) => `other${at}`);
  const joined = names.map((name) => `CROSS JOIN postings AS ${name} `).join('');
  const also = names.map((name) => `AND ${name}.record = posting.record AND ${name}.term = ? `).join('');
  return `
SELECT ${RECORD_COLUMNS}, ${statementIdOf('records')} AS statement_id
FROM postings AS posting ${joined}CROSS JOIN records ON records.seq = posting.record
WHERE posting.term = ? AND ${RANGE} ${also}AND NOT ${voided('records')}
  AND NOT ${REPEATED}
ORDER BY posting.stored ${direction}, posting.record ${direction} LIMIT ?`;
};

/** The statement under an id, with whether it is voided. Parameters: tenant and id, four times. */
export const SELECT_STATEMENT_BY_ID = `
SELECT ${RECORD_COLUMNS}, ${statementIdOf('records')} AS statement_id, ${voided('records')} AS voided
FROM records WHERE records.seq = ${recordUnder('?', '?')}`;

/** The first records that are still to be indexed. Parameter: how many. */
export const SELECT_UNINDEXED = `
SELECT ${RECORD_COLUMNS} FROM unindexed CROSS JOIN records ON records.seq = unindexed.record
ORDER BY unindexed.record LIMIT ?`;
