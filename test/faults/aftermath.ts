import Sqlite from 'better-sqlite3';
import { openSqliteLog } from '../../src/audit/sqlite/index.ts';
import { broken, type Aftermath } from './invariants.ts';

/** What does not hold after a run whose record log is a file that nobody writes any more. */
export async function aftermath(
  scene: Pick<Aftermath, 'sent' | 'acknowledged' | 'files'> & { readonly data: string },
): Promise<string[]> {
  const database = new Sqlite(scene.data, { timeout: 5_000 });
  const find = database.prepare<[number], { body: string | null }>('SELECT body FROM outbound WHERE key = ?');
  const log = await openSqliteLog(scene.data);
  try {
    const { sent, acknowledged, files } = scene;
    return await broken({
      log,
      sent,
      acknowledged,
      files,
      outbound: (key) => find.get(key)?.body ?? undefined,
    });
  } finally {
    await log.close();
    database.close();
  }
}
