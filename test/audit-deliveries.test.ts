import Sqlite from 'better-sqlite3';
import { Miniflare } from 'miniflare';
import { openD1Log, type D1Database } from '../src/audit/d1/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { shouldKeepDeliveries } from './runtime/delivery-contract.ts';

shouldKeepDeliveries({
  name: 'an SQLite file',
  create: () => openSqliteLog(new Sqlite(':memory:')),
  dispose: async () => undefined,
});

const DATABASES = 20;
let host: Miniflare | undefined;
let used = 0;

shouldKeepDeliveries({
  name: 'D1 in workerd',
  async create() {
    host ??= new Miniflare({
      modules: true,
      script: 'export default { fetch: () => new Response() }',
      d1Databases: Object.fromEntries(Array.from({ length: DATABASES }, (_, at) => [`DB${at}`, `db-${at}`])),
    });
    const database: D1Database = await host.getD1Database(`DB${(used += 1)}`);
    return openD1Log(database);
  },
  dispose: async () => host?.dispose(),
});
