import { forRows, repeated } from '../lists.ts';

const COLUMNS = [
  'tenant',
  'source',
  'language',
  'kind',
  'id',
  'version',
  'type',
  'received_at',
  'digest',
  'attributes',
  'deviations',
  'body',
  'event_time',
  'variant',
] as const;

const IN_HEX: readonly string[] = ['digest', 'variant'];

const PLACES = COLUMNS.map((name) => (IN_HEX.includes(name) ? 'unhex(?)' : '?')).join(', ');

/** What a statement voids: an attribute, so that the index holds voiding statements only. */
export const VOIDS = "json_extract(attributes, '$.voids')";

/** Columns of a record, digests as lower-case hex. The `key` of an outbox row can stand beside them. */
export const RECORD_COLUMNS = `
  records.seq, records.tenant, records.source, records.language, records.kind, records.id, records.version,
  records.type, records.received_at, lower(hex(records.digest)) AS digest,
  records.attributes, records.deviations, records.body`;

/** An order as SQL writes it. */
export const directionOf = (order: 'ascending' | 'descending') => (order === 'ascending' ? 'ASC' : 'DESC');

/** Inserts a number of records; their keys follow one another. Older versions wrote the content of each. */
export const insertRecords = forRows(
  (count) =>
    `INSERT INTO records (${COLUMNS.join(', ')}, content) VALUES ${repeated(`(${PLACES}, x'')`, count)}`,
);

/** What a look-up finds of a record: its content is what an older version wrote, or what tells it from others of its id. */
export const HELD_COLUMNS = `
  records.seq, records.kind, records.id, lower(hex(records.digest)) AS digest,
  lower(hex(CASE WHEN length(records.content) > 0 THEN records.content ELSE records.variant END)) AS content`;

/** The bodies of records. Parameter: `seq`s as a JSON list. */
export const SELECT_BODIES = 'SELECT seq, body FROM records WHERE seq IN (SELECT value FROM json_each(?))';

/** Key of the newest record: inside a batch, of the last one that the batch inserted. */
export const SELECT_LAST_RECORD = 'SELECT max(seq) AS seq FROM records';

/**
 * Which statements of a tenant have one of a number of ids. Parameters: ids as a JSON list, tenant. The join is written
 * so that each id is looked up in the index of ids, whatever other indexes there are.
 */
export const SELECT_STATEMENTS_OF_IDS = `
SELECT ${HELD_COLUMNS}
FROM json_each(?) AS wanted CROSS JOIN records INDEXED BY statements_by_id
  ON records.kind = 'statement' AND records.tenant = ? AND records.id = wanted.value`;

/** The statement under an id. Parameters: tenant, id. */
export const SELECT_STATEMENT = `
SELECT ${RECORD_COLUMNS} FROM records WHERE kind = 'statement' AND tenant = ? AND id = ?`;

/** What narrows a page beside its keys: a null stands for any. */
const CONDITIONS = `
(? IS NULL OR tenant = ?) AND (? IS NULL OR language = ?) AND (? IS NULL OR kind = ?) AND (? IS NULL OR source = ?)
AND (? IS NULL OR received_at > ?) AND (? IS NULL OR received_at <= ?)`;

/**
 * A page of records by their key, in either order. Parameters: keys to begin after and to end before; then tenant,
 * language, kind, source, and the times to begin after and to end with, each twice; then the page's size.
 */
export const selectRecords = (order: 'ascending' | 'descending') => `
SELECT ${RECORD_COLUMNS} FROM records
WHERE seq > ? AND seq < ? AND ${CONDITIONS}
ORDER BY seq ${directionOf(order)} LIMIT ?`;

/**
 * A page of the statements that void others, by the index on what they void. Parameters: the voided ids as a JSON
 * list, then as for {@link selectRecords}.
 */
export const selectVoiding = (order: 'ascending' | 'descending') => `
SELECT ${RECORD_COLUMNS} FROM records
WHERE ${VOIDS} IS NOT NULL AND ${VOIDS} IN (SELECT value FROM json_each(?)) AND seq > ? AND seq < ? AND ${CONDITIONS}
ORDER BY seq ${directionOf(order)} LIMIT ?`;
