import { repeated } from '../lists.ts';

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
  'content',
  'attributes',
  'deviations',
  'body',
] as const;

const PLACES = COLUMNS.map((name) => (name === 'digest' || name === 'content' ? 'unhex(?)' : '?')).join(', ');

/** Parameters of one record in {@link insertRecords}. */
export const RECORD_PARAMETERS = COLUMNS.length;

/** Columns of a record, digests as lower-case hex. The `key` of an outbox row can stand beside them. */
export const RECORD_COLUMNS = `
  records.seq, records.tenant, records.source, records.language, records.kind, records.id, records.version,
  records.type, records.received_at, lower(hex(records.digest)) AS digest,
  lower(hex(records.content)) AS content, records.attributes, records.deviations, records.body`;

/** Inserts a number of records; their keys follow one another. */
export const insertRecords = (count: number) =>
  `INSERT INTO records (${COLUMNS.join(', ')}) VALUES ${repeated(`(${PLACES})`, count)}`;

/** Key of the newest record: inside a batch, of the last one that the batch inserted. */
export const SELECT_LAST_RECORD = 'SELECT max(seq) AS seq FROM records';

/** Which statements of a tenant have one of a number of ids. Parameters: tenant, ids. */
export const selectStatements = (count: number) => `
SELECT seq, id, lower(hex(content)) AS content FROM records
WHERE kind = 'statement' AND tenant = ? AND id IN (${repeated('?', count)})`;

/** Which events and describes of a tenant have one of a number of ids and contents. Parameters: tenant, pairs. */
export const selectEvents = (count: number) => `
SELECT seq, id, lower(hex(content)) AS content FROM records
WHERE kind <> 'statement' AND tenant = ? AND (id, content) IN (VALUES ${repeated('(?, unhex(?))', count)})`;

/** The statement under an id. Parameters: tenant, id. */
export const SELECT_STATEMENT = `
SELECT ${RECORD_COLUMNS} FROM records WHERE kind = 'statement' AND tenant = ? AND id = ?`;

/** The newest event or describe under an id. Parameters: tenant, id. */
export const SELECT_NEWEST_EVENT = `
SELECT ${RECORD_COLUMNS} FROM records WHERE seq =
  (SELECT max(seq) FROM records WHERE kind <> 'statement' AND tenant = ? AND id = ?)`;

/**
 * A page of records in the order of acceptance. Parameters: key to begin after; then tenant, language, kind and
 * source, each twice, null for any; then the page's size.
 */
export const SELECT_RECORDS = `
SELECT ${RECORD_COLUMNS} FROM records
WHERE seq > ? AND (? IS NULL OR tenant = ?) AND (? IS NULL OR language = ?)
  AND (? IS NULL OR kind = ?) AND (? IS NULL OR source = ?)
ORDER BY seq LIMIT ?`;
