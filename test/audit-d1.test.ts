import { openD1Log } from '../src/audit/d1/index.ts';
import { shouldKeepTheLogContract } from './runtime/log-contract.ts';
import { D1Host } from './support/d1.ts';

const d1 = new D1Host(60);

shouldKeepTheLogContract({
  name: 'D1 in workerd',
  async create() {
    const database = d1.database();
    return {
      open: async () => openD1Log(database),
      async damage() {
        for (const table of ['attempts', 'outbound', 'outbox', 'records', 'destinations']) {
          await database.batch([database.prepare(`DROP TABLE IF EXISTS ${table}`)]);
        }
      },
    };
  },
  async dispose() {
    await d1.dispose();
  },
});
