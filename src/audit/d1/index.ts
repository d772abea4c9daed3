/** The record log in Cloudflare D1. */
import type { Storage } from '../log.ts';
import { createSqlLog } from '../sql-log.ts';
import { d1Engine, type D1Database, type D1Statement } from './engine.ts';

export type { D1Database, D1Statement } from './engine.ts';

/**
 * The record log in a D1 database, handed in as the Worker's binding. The schema is brought to the present with the
 * first use, once an isolate when the log is kept.
 *
 * @example
 * const log = openD1Log(env.DB);
 */
export function openD1Log<Statement extends D1Statement>(database: D1Database<Statement>): Storage {
  return createSqlLog(d1Engine(database));
}
