import { Miniflare } from 'miniflare';

import { openD1Log, type D1Database } from '../src/audit/d1/index.ts';
import { shouldKeepTheLogContract } from './runtime/log-contract.ts';

/** Databases that the suite uses up, one a test. */
const DATABASES = 60;

let host: Miniflare | undefined;
let used = 0;

function started(): Miniflare {
  host ??= new Miniflare({
    modules: true,
    script: 'export default { fetch: () => new Response() }',
    d1Databases: Object.fromEntries(
      Array.from({ length: DATABASES }, (_, index) => [`DB${index}`, `db-${index}`]),
    ),
  });
  return host;
}

shouldKeepTheLogContract({
  name: 'D1 in workerd',
  async create() {
    const database: D1Database = await started().getD1Database(`DB${(used += 1)}`);
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
    await host?.dispose();
  },
});
