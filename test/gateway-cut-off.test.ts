import { describe, expect, it } from 'vitest';
import type { Storage } from '../src/audit/index.ts';
import { InFlight } from '../src/gateway/in-flight.ts';
import { createIndexer } from '../src/gateway/lrs/indexer.ts';
import { createPace } from '../src/gateway/pace.ts';
import { shared } from '../src/gateway/shared.ts';
import type { Source } from '../src/gateway/sources.ts';
import { createCrosswalk, shippedTables } from '../src/mappings/index.ts';
import { ontology } from '../src/ontology/index.ts';

const never = new Promise<never>(() => {});
const MINUTE = 60_000;

/** Workers end an event whose sender hung up, and what follows an answer for too long: its promises never settle. */
describe('an event that was cut off in the middle', () => {
  it('keeps nobody waiting who shares its work, nor those who come later', async () => {
    let runs = 0;
    const work = shared(async () => {
      const run = ++runs;
      await (run === 1 ? never : new Promise((resolve) => setTimeout(resolve, 5)));
      return run;
    }, 20);
    void work();
    expect(await Promise.all([work(), work()])).toEqual([2, 2]);
    expect(await work()).toBe(3);
  });

  it('is all that is begun anew: work that others wait for is done once, and fails for all of them', async () => {
    let runs = 0;
    const work = shared(async (size: number) => {
      runs += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (size > 1) throw new Error('too much');
      return size;
    }, MINUTE);
    expect(await Promise.all([work(1), work(1), work(1)])).toEqual([1, 1, 1]);
    expect(runs).toBe(1);
    const both = await Promise.allSettled([work(2), work(2)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await work(1)).toBe(1);
    expect(runs).toBe(3);
  });

  it('holds its credential’s place for ten minutes, and then no more', () => {
    let now = 0;
    const pace = createPace({ concurrent: 1 }, () => now);
    const source = { tenant: 'default', credential: 'a' } as Source;
    pace.enter(source, true);
    now = 10 * MINUTE;
    expect(() => pace.enter(source, true)).toThrow('under way');
    now += 1;
    const leave = pace.enter(source, true);
    expect(() => pace.enter(source, true)).toThrow('under way');
    leave();
    pace.enter(source, true)();
  });

  it('holds up the time through which everything can be read for a minute, and then no more', () => {
    const inFlight = new InFlight();
    void inFlight.during(5, () => never);
    expect(inFlight.oldest(5 + MINUTE)).toBe(5);
    void inFlight.during(30, () => never);
    expect(inFlight.oldest(6 + MINUTE)).toBe(30);
    expect(inFlight.oldest(31 + MINUTE)).toBeUndefined();
  });

  it('has its indexing taken up by the next that brings events', async () => {
    let now = 0;
    const works: (() => Promise<void>)[] = [];
    const queue = () => never;
    const indexer = createIndexer({
      log: { statements: { queue } } as unknown as Storage,
      crosswalk: () => createCrosswalk(shippedTables(), ontology),
      now: () => now,
      report: () => undefined,
      schedule: (work) => void works.push(work),
    });
    indexer.wake();
    void works[0]?.();
    indexer.wake();
    expect(works).toHaveLength(1);
    now = MINUTE;
    indexer.wake();
    expect(works).toHaveLength(2);
  });
});
