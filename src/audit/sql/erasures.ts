import { statusOf } from './destinations.ts';
import { DELETE_EVENT_IDS, LEAVE_FIRST_EVENTS } from './events.ts';
import { leaveRuns } from './postings.ts';
import { referringTo } from './statements.ts';

/** How the deliveries of erased records ended: what was closed without being delivered, and who has a copy. */
const CREATE_ERASED_DELIVERIES = `
CREATE TABLE erased_deliveries (
  record INTEGER NOT NULL,
  route TEXT NOT NULL,
  destination TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (record, route, destination)
) STRICT, WITHOUT ROWID`;

/** The steps of the schema for erasures. */
export const CREATE_ERASURES: readonly string[] = [CREATE_ERASED_DELIVERIES];

const LISTED = '(SELECT value FROM json_each(?))';
const KEYS = `(SELECT key FROM outbox WHERE record IN ${LISTED})`;

/** Which of a number of records of a tenant are there and sealed. Parameters: `seq`s, tenant, `seq` of the last sealed. */
export const SELECT_ERASABLE = `
SELECT seq, id, CASE WHEN kind = 'statement' AND instr(body, 'sha2') > 0 THEN body END AS body FROM records
WHERE seq IN ${LISTED} AND tenant = ? AND seq <= ? ORDER BY seq`;

/** How the deliveries of records stand. Parameter: `seq`s. */
export const COUNT_DELIVERIES = `
SELECT destination, state, count(*) AS count FROM outbox WHERE record IN ${LISTED} GROUP BY destination, state`;

/** Marks where records stood. Parameters: ranges as a JSON list of pairs, number of the seal. */
export const INSERT_TOMBSTONES = `
INSERT INTO tombstones (first, last, seal)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), ? FROM json_each(?)`;

/** Keeps how the deliveries of records ended. Parameter: `seq`s. */
const KEEP_DELIVERIES = `
INSERT INTO erased_deliveries (record, route, destination, state)
SELECT record, route, destination, CASE WHEN state IN ('delivered', 'discarded') THEN state ELSE 'erased' END
FROM outbox WHERE record IN ${LISTED}`;

/** Counts what is not delivered any more. Parameter: `seq`s. */
const COUNT_UNDELIVERED = `
INSERT INTO tallies (destination, label, value)
SELECT destination, 'erased', count(*) FROM outbox
WHERE state IN ('pending', 'dead') AND record IN ${LISTED} GROUP BY destination
ON CONFLICT DO UPDATE SET value = value + excluded.value`;

/** Statements that refer to the records: they were found by what those said. Parameter: `seq`s. */
const REFERRING = `SELECT referring FROM (${referringTo(`seq IN ${LISTED}`)})`;

/** Has them indexed anew. Parameter: `seq`s. */
const QUEUE_REFERRING = `
INSERT INTO unindexed (record, received_at)
SELECT seq, received_at FROM records WHERE seq IN (${REFERRING}) ON CONFLICT DO NOTHING`;

/** What is found by the terms of the records no longer: they themselves, and what refers to them until it is indexed anew. */
const UNFOUND = `SELECT value FROM json_each(?) UNION ${REFERRING}`;

const fromOutbox = (table: string, column: string) => `DELETE FROM ${table} WHERE ${column} IN ${KEYS}`;
const fromRecords = (table: string, column = 'record') => `DELETE FROM ${table} WHERE ${column} IN ${LISTED}`;

/** Takes records away with all that belongs to them, in order. Each takes the `seq`s once for each of its `?`. */
export const ERASE_RECORDS: readonly string[] = [
  KEEP_DELIVERIES,
  COUNT_UNDELIVERED,
  QUEUE_REFERRING,
  ...leaveRuns(UNFOUND),
  fromOutbox('attempts', 'outbox'),
  fromOutbox('interventions', 'outbox'),
  fromOutbox('holds', 'key'),
  fromOutbox('outbound', 'key'),
  fromRecords('outbox'),
  fromRecords('statement_references'),
  fromRecords('derived_statements'),
  fromRecords('unindexed'),
  DELETE_EVENT_IDS,
  ...LEAVE_FIRST_EVENTS,
  fromRecords('records', 'seq'),
];

/** Removes data that no statement refers to any more. Parameters: tenant, hashes in lower-case hex. */
export const DELETE_ATTACHMENTS = `
DELETE FROM attachments WHERE tenant = ? AND lower(hex(sha2)) IN ${LISTED} AND NOT EXISTS (
  SELECT 1 FROM records WHERE records.tenant = attachments.tenant AND kind = 'statement'
    AND instr(lower(body), lower(hex(attachments.sha2))) > 0)
RETURNING key`;

const HOLDS = (text: string) => `EXISTS (SELECT 1 FROM json_each(?) WHERE instr(lower(${text}), value) > 0)`;

/** What people put in a record's place. */
const EDITED = `
coalesce((SELECT group_concat(outbound.body, char(10)) FROM outbox JOIN outbound ON outbound.key = outbox.key
  WHERE outbox.record = records.seq AND outbound.form = 'edited'), '')
|| coalesce((SELECT group_concat(interventions.body, char(10)) FROM outbox
  JOIN interventions ON interventions.outbox = outbox.key
  WHERE outbox.record = records.seq AND interventions.form = 'edited'), '')`;

/**
 * Records that may hold texts. JSON can write any character as an escape, so that all bodies with a backslash are among
 * them. Parameters: tenant, `seq` that they come behind, texts, how many.
 */
export const SELECT_NAMING = `
SELECT * FROM (
  SELECT seq, body, coalesce(attributes, '') AS attributes, coalesce(deviations, '') AS deviations,
    id, ${EDITED} AS edited
  FROM records WHERE tenant = ? AND seq > ?)
WHERE instr(body, char(92)) > 0 OR instr(edited, char(92)) > 0 OR instr(attributes, char(92)) > 0
  OR ${HOLDS("body || ' ' || attributes || ' ' || deviations || ' ' || id || ' ' || edited")}
ORDER BY seq LIMIT ?`;

/** Documents of a tenant. Parameters: tenant, key that they come behind, how many. */
export const SELECT_TENANTS_DOCUMENTS = `
SELECT key, agent, id, activity, content FROM documents WHERE tenant = ? AND key > ? ORDER BY key LIMIT ?`;

/** Removes documents. Parameter: keys. */
export const DELETE_KEYED_DOCUMENTS = `DELETE FROM documents WHERE key IN ${LISTED} RETURNING key`;

const ANSWERS = `
FROM attempts WHERE outbox IN (
  SELECT outbox.key FROM outbox JOIN records ON records.seq = outbox.record WHERE records.tenant = ?)
AND answer <> '' AND ${HOLDS('answer')}`;

/** Counts answers that hold texts. Parameters: tenant, texts. */
export const COUNT_ANSWERS = `SELECT count(*) AS count ${ANSWERS}`;

/** Blanks answers that hold texts. Parameters: tenant, texts. */
export const BLANK_ANSWERS = `UPDATE attempts SET answer = '' ${ANSWERS.replace('FROM attempts ', '')} RETURNING outbox`;

/**
 * Cuts off what destinations said when they were stopped, but for the status, where records of a tenant ever went to them:
 * those that are there, or those that were erased. Parameters: texts, tenant, tenant.
 */
export const BLANK_STOPS = `
UPDATE destinations SET stopped = ${statusOf('stopped')}
WHERE stopped IS NOT NULL AND ${HOLDS('stopped')} AND (
  EXISTS (SELECT 1 FROM outbox JOIN records ON records.seq = outbox.record
    WHERE outbox.destination = destinations.destination AND records.tenant = ?)
  OR EXISTS (SELECT 1 FROM erased_deliveries AS gone
    JOIN tombstones ON gone.record BETWEEN tombstones.first AND tombstones.last
    JOIN seals ON seals.number = tombstones.seal
    WHERE gone.destination = destinations.destination AND json_extract(seals.facts, '$.tenant') = ?))`;

/** Removes counts of terms that hold texts. Parameters: tenant, texts. */
export const DELETE_TERM_COUNTS = `DELETE FROM term_counts WHERE tenant = ? AND ${HOLDS('term')}`;

const OWN = '(? IS NULL OR source = ?)';
const SETTLED = `
(? = 1 OR NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.record = records.seq AND outbox.state = 'pending'))`;

/**
 * Records that were received before a time. Parameters: tenant, source twice, `seq` that they come behind, time, 1 to
 * take also what is pending, how many.
 */
export const SELECT_AGED = `
SELECT seq FROM records WHERE tenant = ? AND ${OWN} AND seq > ? AND received_at < ? AND ${SETTLED}
ORDER BY seq LIMIT ?`;

/**
 * Records beyond the newest of a size together. Parameters: tenant, source twice, bytes, `seq` that they come behind, 1 to
 * take also what is pending, how many.
 */
export const SELECT_CROWDED = `
SELECT seq FROM (
  SELECT seq, sum(octet_length(body)) OVER (ORDER BY seq DESC) AS total
  FROM records WHERE tenant = ? AND ${OWN}) AS records
WHERE total > ? AND seq > ? AND ${SETTLED} ORDER BY seq LIMIT ?`;

/** The seal under which a record was erased. Parameter: `seq`. */
export const SELECT_TOMBSTONE = `
SELECT tombstones.last, seals.facts, seals.sealed_at FROM tombstones JOIN seals ON seals.number = tombstones.seal
WHERE tombstones.first <= ? ORDER BY tombstones.first DESC LIMIT 1`;

/** How the deliveries of an erased record ended. Parameter: `seq`. */
export const SELECT_ERASED_DELIVERIES = `
SELECT route, destination, state FROM erased_deliveries WHERE record = ? ORDER BY route, destination`;
