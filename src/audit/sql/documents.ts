/** Documents of the xAPI resources, and attachments of statements. */

const CREATE_DOCUMENTS = `
CREATE TABLE documents (
  key INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  resource TEXT NOT NULL,
  activity TEXT NOT NULL,
  agent TEXT NOT NULL,
  registration TEXT NOT NULL,
  id TEXT NOT NULL,
  content_type TEXT NOT NULL,
  etag TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  content BLOB NOT NULL,
  UNIQUE (tenant, resource, activity, agent, registration, id)
) STRICT`;

/** The data of attachments, each once, by its SHA-2 hash. */
const CREATE_ATTACHMENTS = `
CREATE TABLE attachments (
  key INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  sha2 BLOB NOT NULL,
  content BLOB NOT NULL,
  UNIQUE (tenant, sha2)
) STRICT`;

/** The steps of the schema for documents and attachments. */
export const CREATE_CONTENT_TABLES: readonly string[] = [CREATE_DOCUMENTS, CREATE_ATTACHMENTS];

const CONTEXT = 'tenant = ? AND resource = ? AND activity = ? AND agent = ?';
const ANY_REGISTRATION = '(? IS NULL OR registration = ?)';

/** A document. Parameters: tenant, resource, activity, agent, registration, id. */
export const SELECT_DOCUMENT = `
SELECT content_type, etag, updated_at, content FROM documents WHERE ${CONTEXT} AND registration = ? AND id = ?`;

/**
 * A new document; nothing where there is one. Parameters: its key as for {@link SELECT_DOCUMENT}, content type, entity
 * tag, time, content.
 */
export const INSERT_DOCUMENT = `
INSERT INTO documents (tenant, resource, activity, agent, registration, id, content_type, etag, updated_at, content)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING key`;

/**
 * A document in place of one with an entity tag. Parameters: content type, entity tag, time, content; its key as for
 * {@link SELECT_DOCUMENT}; the entity tag of the one that it replaces.
 */
export const UPDATE_DOCUMENT = `
UPDATE documents SET content_type = ?, etag = ?, updated_at = ?, content = ?
WHERE ${CONTEXT} AND registration = ? AND id = ? AND etag = ? RETURNING key`;

/** Removes a document with an entity tag. Parameters: its key as for {@link SELECT_DOCUMENT}, entity tag. */
export const DELETE_DOCUMENT = `
DELETE FROM documents WHERE ${CONTEXT} AND registration = ? AND id = ? AND etag = ? RETURNING key`;

/** Ids of a context. Parameters: tenant, resource, activity, agent; registration or null, and time, each twice. */
export const SELECT_DOCUMENT_IDS = `
SELECT DISTINCT id FROM documents
WHERE ${CONTEXT} AND ${ANY_REGISTRATION} AND (? IS NULL OR updated_at > ?) ORDER BY id`;

/** Removes the documents of a context. Parameters: tenant, resource, activity, agent; registration or null, twice. */
export const DELETE_DOCUMENTS = `
DELETE FROM documents WHERE ${CONTEXT} AND ${ANY_REGISTRATION}`;

/** Keeps an attachment's data unless it is there. Parameters: tenant, hash in hex, content. */
export const INSERT_ATTACHMENT = `
INSERT INTO attachments (tenant, sha2, content) VALUES (?, unhex(?), ?) ON CONFLICT DO NOTHING`;

/** The data of an attachment. Parameters: tenant, hash in hex. */
export const SELECT_ATTACHMENT = `
SELECT content FROM attachments WHERE tenant = ? AND sha2 = unhex(?)`;
