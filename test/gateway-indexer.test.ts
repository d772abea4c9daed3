import { describe, expect, it } from 'vitest';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { createIndexer } from '../src/gateway/lrs/indexer.ts';
import { shippedCrosswalk } from '../src/index.ts';
import { event } from './runtime/log-records.ts';
import { anEvent } from './support/records.ts';

const mapped = (id: string) => event(id, { body: JSON.stringify({ ...anEvent(), id }), deliveries: [] });

describe('the index beside the requests', () => {
  it('writes what a burst brings in small parts, and what goes on in one go', async () => {
    const log = await openSqliteLog(':memory:');
    const events = Array.from({ length: 50 }, (_, at) =>
      mapped(`urn:uuid:00000000-0000-4000-8000-0000000000${at + 10}`),
    );
    await log.append(events, { onConflict: 'skip' });
    const written: [records: number, part: number | undefined][] = [];
    const statements = {
      ...log.statements,
      index(indexings: Parameters<typeof log.statements.index>[0], part?: number) {
        written.push([indexings.length, part]);
        return log.statements.index(indexings, part);
      },
    };
    const work: Promise<void>[] = [];
    const indexer = createIndexer({
      log: { ...log, statements },
      crosswalk: shippedCrosswalk,
      now: Date.now,
      report: () => undefined,
      schedule: (one) => void work.push(one()),
      batchBeside: 20,
      partBeside: (full) => (full < 1 ? 5 : 20),
    });
    indexer.wake();
    await Promise.all(work);
    expect(written).toEqual([
      [20, 5],
      [20, 20],
      [10, 20],
    ]);
    expect(await log.statements.queue(100)).toEqual([]);
    await log.close();
  });
});
