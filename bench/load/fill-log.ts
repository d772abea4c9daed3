import { openSqliteLog } from '../../src/audit/sqlite/index.ts';
import type { NewRecord } from '../../src/audit/index.ts';
import type { JsonObject } from '../../src/json/index.ts';
import { statementTerms } from '../../src/xapi/index.ts';
import { workload } from '../records.ts';
import { repeatLog } from './repeat-log.ts';

const BLOCK = 1_000;

/** Statements that are appended; what is more than these is copied from them. */
const APPENDED = 20_000;

/** Zeros where a digest stands: queries do not look at it. */
const DIGEST = '0'.repeat(64);

/** A statement as a gateway's source "sensor" would have sent it at a time. */
function recordOf(statement: JsonObject, receivedAt: number): NewRecord {
  const authority = {
    objectType: 'Agent',
    account: { homePage: 'http://127.0.0.1', name: 'sensor' },
  };
  return {
    tenant: 'default',
    source: 'sensor',
    language: 'xapi',
    kind: 'statement',
    id: statement['id'] as string,
    version: '1.0.0',
    type: (statement['verb'] as { id: string }).id,
    body: JSON.stringify(statement),
    digest: DIGEST,
    attributes: { stored: new Date(receivedAt).toISOString(), authority, version: '1.0.0' },
    deviations: [],
    receivedAt,
    deliveries: [],
    entry: statementTerms({ ...statement, authority }),
  };
}

/** Fills a record log that is not there yet with statements, a second apart from each other. */
export async function fillLog(
  file: string,
  seed: number,
  size: number,
  tell: (stored: number) => void,
): Promise<void> {
  const log = await openSqliteLog(file);
  const begin = Date.parse('2025-09-15T09:00:00.000Z');
  const base = Math.min(APPENDED, size);
  try {
    for (let stored = 0; stored < base; stored += BLOCK) {
      const { statements } = workload(seed + stored, Math.min(BLOCK, base - stored));
      const records = statements.map((statement, at) => recordOf(statement, begin + (stored + at) * 1000));
      await log.append(records, { onConflict: 'skip' });
      tell(stored + records.length);
    }
  } finally {
    await log.close();
  }
  repeatLog(file, base, size, tell);
}
