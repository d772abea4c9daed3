import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { broken } from './faults/invariants.ts';
import { faultRun } from './faults/run.ts';
import { statement } from './runtime/log-records.ts';
import { folder } from './support/command-line.ts';

/** Seeds of every run of the tests; `npm run soak` takes as many others as one likes. */
const SEEDS = [1, 2];

describe('a gateway and its destinations, broken at random', () => {
  it.each(SEEDS)(
    'loses nothing, alters nothing, doubles nothing and keeps its order (seed %i)',
    async (seed) => {
      const { acknowledged, breaks, broken, skipped } = await faultRun(seed);
      for (const reason of skipped) console.warn(`skipped: ${reason}`);
      expect(broken, `again: npm run soak -- --runs 1 --seed ${seed}`).toEqual([]);
      expect(acknowledged).toBeGreaterThan(0);
      expect(breaks.length).toBeGreaterThanOrEqual(6);
    },
    120_000,
  );

  it('would be caught losing, altering, doubling or reordering records', async () => {
    const place = folder();
    const log = await openSqliteLog(':memory:');
    const deliveries = ['lrs', 'endpoint'].map((destination) => ({ route: 'all', destination }));
    const bodies = [1, 2].map((at) => `{"id":"r${at}","actor":"ada"}`);
    await log.append(
      bodies.map((body, at) => statement(`r${at + 1}`, { body, deliveries })),
      { onConflict: 'skip' },
    );
    for (const destination of ['lrs', 'endpoint']) {
      const items = await log.pending(destination, 9);
      const attempt = { at: 1, status: 200, answer: '' };
      await log.settle(
        items.map(({ key }) => ({ key, state: 'delivered', attempt })),
        { destination, failures: 0, retryAt: 0, openedAt: null, stopped: null },
      );
    }
    const files = { lrs: join(place.path, 'lrs'), endpoint: join(place.path, 'endpoint') };
    const holding = async (lrs: string[], data: string[]) => {
      writeFileSync(files.lrs, lrs.map((body) => `${JSON.stringify(`[${body}]`)}\n`).join(''));
      writeFileSync(files.endpoint, data.map((body) => `${JSON.stringify(`{"data":[${body}]}`)}\n`).join(''));
      const sent = new Map(
        bodies.map((text, at) => [`r${at + 1}`, { id: `r${at + 1}`, text, refused: false }]),
      );
      const acknowledged = new Set([...sent.keys()]);
      return (await broken({ log, sent, acknowledged, files, outbound: () => undefined })).join('\n');
    };
    const [one = '', two = ''] = bodies;
    // The digest of what was fixed is looked for too: these records have no outbound form.
    const usual = /another text/;
    const rest = (text: string) => text.split('\n').filter((line) => !usual.test(line));
    expect(rest(await holding([one, two], [one, two]))).toEqual([]);
    expect(await holding([one], [one, two])).toContain('was delivered, and is not there');
    expect(await holding([one, '{"id":"r2","actor":"bob"}'], [one, two])).toContain('is not what was fixed');
    expect(await holding([one, two], [one, two, '{"id":"r1","actor":"eve"}'])).toContain(
      'two records under r1',
    );
    expect(await holding([two, one], [one, two])).toContain('before an earlier record of its actor');
    expect(await holding([one, two, '{"id":"r3"}'], [one, two])).toContain('which nobody sent there');
    await log.close();
    place.remove();
  });
});
