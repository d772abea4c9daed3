/**
 * The floor of receiving: a Hono route that parses a request, inserts each of its records with better-sqlite3 in one
 * transaction, as durable as the record log, and answers. It checks nothing and keeps no index beside the key. Sends its
 * address to its parent, and ends with it.
 */
import Sqlite from 'better-sqlite3';
import { Hono } from 'hono';
import { serve } from '@hono/node-server';

const [file = ''] = process.argv.slice(2);
const database = new Sqlite(file);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('CREATE TABLE records (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, body TEXT NOT NULL) STRICT');
const insert = database.prepare('INSERT INTO records (id, body) VALUES (?, ?)');

type Identified = { readonly id: string };
const insertAll = database.transaction((records: readonly Identified[]) => {
  for (const record of records) insert.run(record.id, JSON.stringify(record));
});

const app = new Hono();
app.post('/caliper', async (c) => {
  const { data } = await c.req.json<{ data: Identified[] }>();
  insertAll(data);
  return c.body(null, 200);
});
app.post('/xapi/statements', async (c) => {
  const statements = await c.req.json<Identified[]>();
  insertAll(statements);
  return c.json(statements.map(({ id }) => id));
});

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.send?.(`http://127.0.0.1:${port}`);
});
process.on('disconnect', () => process.exit());
