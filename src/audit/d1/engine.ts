import { UniqueViolationError, type SqlEngine, type SqlRow, type SqlStatement } from '../engine.ts';
import { LogUnavailableError, type StorageFault } from '../log.ts';

/** D1's limit for a text in a row, and for the row itself. */
const LARGEST_TEXT = 2_000_000;

/** D1's limit for bound parameters. */
const MOST_PARAMETERS = 100;

/** A statement of Cloudflare D1, by the methods that the log uses. */
export interface D1Statement {
  bind(...values: unknown[]): D1Statement;
  all(): Promise<{ results: SqlRow[]; meta?: { size_after?: number } }>;
}

/** A database of Cloudflare D1, by the methods that the log uses. A Worker's binding fits as it is. */
export interface D1Database<Statement extends D1Statement = D1Statement> {
  prepare(sql: string): Statement;
  batch(statements: Statement[]): Promise<{ results: unknown[] }[]>;
}

/** What the texts of D1's errors say of the storage. */
const FAULTS: readonly (readonly [RegExp, StorageFault])[] = [
  [/SQLITE_FULL|maximum DB size|database or disk is full/i, 'full'],
  [/SQLITE_READONLY|read-?only/i, 'read-only'],
  [/SQLITE_CORRUPT|malformed/i, 'damaged'],
  [/SQLITE_BUSY|database is locked|overloaded/i, 'locked'],
];

const faultOf = (message: string): StorageFault =>
  FAULTS.find(([said]) => said.test(message))?.[1] ?? 'unavailable';

/** What an error of D1 means: it has no codes, so that its text must be read. */
function meaning(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (/UNIQUE constraint failed|SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)/.test(message)) {
    return new UniqueViolationError(message, { cause: error });
  }
  const ownFault = /constraint failed|SQLITE_CONSTRAINT|D1_TYPE_ERROR/.test(message);
  return ownFault && error instanceof Error
    ? error
    : new LogUnavailableError(message, { cause: error, fault: faultOf(message) });
}

/** A D1 database as an engine. D1 runs a batch as one transaction. */
export function d1Engine<Statement extends D1Statement>(database: D1Database<Statement>): SqlEngine {
  const prepared = ({ sql, parameters }: SqlStatement) =>
    database.prepare(sql).bind(...parameters) as Statement;

  return {
    largestText: LARGEST_TEXT,
    mostParameters: MOST_PARAMETERS,
    sha256: async (bytes) =>
      new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)),
    async read(statement) {
      try {
        return (await prepared(statement).all()).results;
      } catch (error) {
        throw meaning(error);
      }
    },
    async write(statements) {
      try {
        const results = await database.batch(statements.map(prepared));
        return results.map((result) => result.results as SqlRow[]);
      } catch (error) {
        throw meaning(error);
      }
    },
    async size() {
      try {
        const { meta } = await database.prepare('SELECT 1').bind().all();
        return meta?.size_after ?? 0;
      } catch (error) {
        throw meaning(error);
      }
    },
    async close() {
      // D1 keeps no connection of ours.
    },
  };
}
