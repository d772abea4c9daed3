import type { DocumentContext, DocumentKey, DocumentStore } from './documents.ts';
import type { SqlEngine, SqlValue } from './engine.ts';
import { bytesOf, storable } from './rows.ts';
import {
  DELETE_DOCUMENT,
  DELETE_DOCUMENTS,
  INSERT_DOCUMENT,
  SELECT_DOCUMENT,
  SELECT_DOCUMENT_IDS,
  UPDATE_DOCUMENT,
} from './sql/documents.ts';

/** Bytes that a row needs beside its content, at most: the parts of the key. */
const ROW_MARGIN = 100_000;

function contextValues({ tenant, resource, activity = '', agent = '' }: DocumentContext): SqlValue[] {
  return [storable(tenant), resource, storable(activity), storable(agent)];
}

function keyValues(key: DocumentKey): SqlValue[] {
  return [...contextValues(key), key.registration ?? '', storable(key.id)];
}

function registrations({ registration = null }: { registration?: string | null }): SqlValue[] {
  return [registration, registration];
}

/** Documents over any engine whose schema is at the present. */
export function createDocumentStore(engine: SqlEngine): DocumentStore {
  const changed = async (sql: string, parameters: readonly SqlValue[]) => {
    const [rows] = await engine.write([{ sql, parameters }]);
    return rows !== undefined && rows.length > 0;
  };

  return {
    largestContent: engine.largestText - ROW_MARGIN,

    async find(key) {
      const [row] = await engine.read({ sql: SELECT_DOCUMENT, parameters: keyValues(key) });
      if (!row) return null;
      return {
        content: bytesOf(row, 'content'),
        contentType: String(row.content_type),
        etag: String(row.etag),
        updatedAt: Number(row.updated_at),
      };
    },

    write(key, { contentType, etag, updatedAt, content }, found) {
      const values = [contentType, etag, updatedAt, content];
      return found === null
        ? changed(INSERT_DOCUMENT, [...keyValues(key), ...values])
        : changed(UPDATE_DOCUMENT, [...values, ...keyValues(key), found]);
    },

    remove: (key, found) => changed(DELETE_DOCUMENT, [...keyValues(key), found]),

    async ids(context, since) {
      const parameters = [
        ...contextValues(context),
        ...registrations(context),
        ...[since ?? null, since ?? null],
      ];
      return (await engine.read({ sql: SELECT_DOCUMENT_IDS, parameters })).map(({ id }) => String(id));
    },

    async clear(context) {
      const parameters = [...contextValues(context), ...registrations(context)];
      await engine.write([{ sql: DELETE_DOCUMENTS, parameters }]);
    },
  };
}
