import Sqlite from 'better-sqlite3';
import { openD1Log } from '../src/audit/d1/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { shouldKeepDeliveries } from './runtime/delivery-contract.ts';
import { D1Host } from './support/d1.ts';

shouldKeepDeliveries({
  name: 'an SQLite file',
  create: () => openSqliteLog(new Sqlite(':memory:')),
  dispose: async () => undefined,
});

const d1 = new D1Host(20);

shouldKeepDeliveries({
  name: 'D1 in workerd',
  async create() {
    return openD1Log(d1.database());
  },
  dispose: () => d1.dispose(),
});
