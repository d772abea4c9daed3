import { describe, expect, it } from 'vitest';
import { workerFaultRun } from './faults/worker-run.ts';

describe('a gateway on workerd with D1 and Queues, broken at random', () => {
  it('loses nothing, alters nothing, doubles nothing and keeps its order (seed 1)', async () => {
    const { acknowledged, breaks, broken } = await workerFaultRun(1);
    expect(broken, 'again: npm run soak -- --host workers --runs 1 --seed 1').toEqual([]);
    expect(acknowledged).toBeGreaterThan(0);
    expect(breaks).toEqual(expect.arrayContaining(['end workerd', 'fail the database and the queue']));
  }, 300_000);
});
