import { CREATE_ALERTS } from './alerts.ts';
import { CREATE_PROMISE } from './consistency.ts';
import { CREATE_DELIVERIES } from './deliveries.ts';
import { CREATE_DEAD_LETTERS } from './dead-letters.ts';
import { CREATE_CONTENT_TABLES } from './documents.ts';
import { CREATE_ERASURES } from './erasures.ts';
import { CREATE_EVENT_TIMES, CREATE_VARIANTS } from './events.ts';
import { CREATE_KEYS } from './keys.ts';
import { CREATE_POSTING_RUNS } from './postings.ts';
import { CREATE_PULLS } from './pulls.ts';
import { CREATE_RECORD_INDEXES } from './record-pages.ts';
import { CREATE_CHAIN } from './seals.ts';
import { VOIDS } from './records.ts';
import { CREATE_STATEMENT_INDEX } from './statements.ts';
import { CREATE_TERMS } from './terms.ts';

/** One step of the schema: its statements run once, in one atomic batch, and are recorded under the number. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: readonly string[];
}

/** Where applied migrations are recorded. Can be run again. */
export const CREATE_MIGRATIONS = `
CREATE TABLE IF NOT EXISTS migrations (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL
) STRICT`;

/** Numbers of the migrations that a database has. */
export const SELECT_MIGRATIONS = 'SELECT number FROM migrations';

/** Records a migration. Fails on a second writer of the same one, whose whole batch is then undone. */
export const INSERT_MIGRATION = 'INSERT INTO migrations (number, name) VALUES (?, ?)';

/**
 * What was received. The key is an integer that is never given twice; digests are 32 bytes; the body comes last, so
 * that the columns before it are read without its overflow pages. The salt goes into the chain, and goes with the row.
 */
const CREATE_RECORDS = `
CREATE TABLE records (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant TEXT NOT NULL,
  source TEXT NOT NULL,
  language TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version TEXT NOT NULL,
  type TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  digest BLOB NOT NULL,
  content BLOB NOT NULL,
  salt BLOB NOT NULL DEFAULT (randomblob(16)),
  attributes TEXT,
  deviations TEXT,
  body TEXT NOT NULL
) STRICT`;

/** One statement an id (xAPI Communication 2.1.3). */
const CREATE_STATEMENTS_BY_ID = `
CREATE UNIQUE INDEX statements_by_id ON records (tenant, id) WHERE kind = 'statement'`;

/** Repeats of events and describes, as they were told before step 14; those of today see step 15. */
const CREATE_EVENTS_BY_ID = `
CREATE UNIQUE INDEX events_by_id ON records (tenant, id, content) WHERE kind <> 'statement'`;

/** Voiding statements by what they void: one look-up tells which of a page are voided. */
const CREATE_VOIDING = `
CREATE INDEX statements_by_voided ON records (${VOIDS}, tenant) WHERE ${VOIDS} IS NOT NULL`;

/** Where records go, who sends now, and what holds a destination back. Times are milliseconds since 1970. */
const CREATE_DESTINATIONS = `
CREATE TABLE destinations (
  destination TEXT PRIMARY KEY,
  holder TEXT,
  leased_until INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  retry_at INTEGER NOT NULL DEFAULT 0,
  stopped TEXT,
  delivered INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID`;

/** One row a record, route and destination. Small, since it is rewritten when it is settled. */
const CREATE_OUTBOX = `
CREATE TABLE outbox (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  record INTEGER NOT NULL REFERENCES records (seq),
  route TEXT NOT NULL,
  destination TEXT NOT NULL REFERENCES destinations (destination),
  state TEXT NOT NULL DEFAULT 'pending',
  reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  UNIQUE (record, route, destination)
) STRICT`;

/** A destination's queue: only what is still to be sent. */
const CREATE_PENDING = `
CREATE INDEX outbox_pending ON outbox (destination, key) WHERE state = 'pending'`;

/** A destination's dead letters. */
const CREATE_DEAD = `
CREATE INDEX outbox_dead ON outbox (destination, key) WHERE state = 'dead'`;

/** The outbound form of outbox rows, written once. The digest is null where the record's own is meant. */
const CREATE_OUTBOUND = `
CREATE TABLE outbound (
  key INTEGER PRIMARY KEY REFERENCES outbox (key),
  form TEXT NOT NULL,
  digest BLOB,
  tables TEXT,
  resource TEXT,
  diagnostics TEXT,
  body TEXT
) STRICT`;

/** Answers that deliveries got, in their order. */
const CREATE_ATTEMPTS = `
CREATE TABLE attempts (
  outbox INTEGER NOT NULL REFERENCES outbox (key),
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  status INTEGER,
  answer TEXT NOT NULL,
  PRIMARY KEY (outbox, number)
) STRICT, WITHOUT ROWID`;

/** All steps in order. A step that has been released is never changed; what changes the schema is a further step. */
export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: 'records and outbox',
    statements: [
      CREATE_RECORDS,
      CREATE_STATEMENTS_BY_ID,
      CREATE_EVENTS_BY_ID,
      CREATE_VOIDING,
      CREATE_DESTINATIONS,
      CREATE_OUTBOX,
      CREATE_PENDING,
      CREATE_DEAD,
      CREATE_OUTBOUND,
      CREATE_ATTEMPTS,
    ],
  },
  { number: 2, name: 'statement index', statements: CREATE_STATEMENT_INDEX },
  { number: 3, name: 'documents and attachments', statements: CREATE_CONTENT_TABLES },
  { number: 4, name: 'dead letters', statements: CREATE_DEAD_LETTERS },
  { number: 5, name: 'keys', statements: CREATE_KEYS },
  { number: 6, name: 'breakers, holds and counts', statements: CREATE_DELIVERIES },
  { number: 7, name: 'records by source, type and kind', statements: CREATE_RECORD_INDEXES },
  { number: 8, name: 'chain', statements: CREATE_CHAIN },
  { number: 9, name: 'counts per term', statements: [CREATE_TERMS] },
  { number: 10, name: 'alerts', statements: CREATE_ALERTS },
  { number: 11, name: 'pulls', statements: CREATE_PULLS },
  { number: 12, name: 'erasures', statements: CREATE_ERASURES },
  { number: 13, name: 'consistency', statements: CREATE_PROMISE },
  { number: 14, name: 'events by time', statements: CREATE_EVENT_TIMES },
  { number: 15, name: 'events without their contents', statements: CREATE_VARIANTS },
  { number: 16, name: 'posting lists in runs', statements: CREATE_POSTING_RUNS },
];
