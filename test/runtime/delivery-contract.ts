import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Storage } from '../../src/audit/index.ts';
import { event, statement } from './log-records.ts';
import type { StorageDriver } from './storage-contract.ts';

const RUNNING = { destination: 'lrs', failures: 0, retryAt: 0, stopped: null, openedAt: null };

/** How every driver keeps what delivery needs beside the outbox. */
export function shouldKeepDeliveries(driver: StorageDriver): void {
  describe(`deliveries in ${driver.name}`, () => {
    let storage: Storage;
    const failed = (key: number) => ({
      key,
      state: 'pending' as const,
      attempt: { at: 1, status: 500, answer: '' },
    });
    const hold = (key: number, until: number) =>
      storage.settle([failed(key)], RUNNING, { held: [{ key, failures: 1, until }], freed: [] });

    beforeEach(async () => {
      storage = await driver.create();
      await storage.append([statement('ä'), event('e', { source: 'lms' }), statement('b')], {
        onConflict: 'skip',
      });
    });
    afterAll(() => driver.dispose());

    it('are held one by one, until they are freed, closed or resumed', async () => {
      await hold(1, 100);
      await hold(3, 200);
      const held = async () =>
        (await storage.deliveries.held('lrs')).map(({ key, until, item }) => [key, until, item.record.id]);
      expect(await held()).toEqual([
        [1, 100, 'ä'],
        [3, 200, 'b'],
      ]);
      await storage.settle([], RUNNING, { held: [], freed: [1] });
      expect(await held()).toEqual([[3, 200, 'b']]);
      await storage.resume('lrs');
      expect(await held()).toEqual([[3, 0, 'b']]);
      const attempt = { at: 2, status: 400, answer: 'no' };
      await storage.settle([{ key: 3, state: 'dead', reason: 'refused', attempt }], RUNNING);
      expect(await held()).toEqual([]);
      await storage.dead.replay([3], 'kept', { by: 'admin', at: 3 });
      expect(await held()).toEqual([]);
    });

    it('are counted while they wait: up to a number, by their bytes as UTF-8, and by source', async () => {
      const bytes = (record: { body: string }) => Buffer.byteLength(record.body);
      expect(await storage.deliveries.waiting('lrs', 2)).toEqual({
        count: 2,
        bytes: bytes(statement('ä')) + bytes(event('e')),
      });
      expect(await storage.deliveries.waiting('nobody', 2)).toEqual({ count: 0, bytes: 0 });
      expect((await storage.deliveries.backlog(10, false)).count).toBe(3);
      expect((await storage.deliveries.backlog(2, false)).count).toBe(2);
      expect(await storage.deliveries.backlog(2, true)).toEqual(await storage.deliveries.waiting('lrs', 2));
      expect(await storage.size()).toBeGreaterThan(10_000);
      expect(await storage.deliveries.bySource(1)).toEqual([
        { tenant: 'campus', source: 'course', count: 2 },
        { tenant: 'campus', source: 'lms', count: 1 },
      ]);
      expect(await storage.deliveries.bySource(3)).toEqual([
        { tenant: 'campus', source: 'course', count: 3 },
      ]);
    });

    it('are counted by what became of them', async () => {
      const attempt = { at: 2, status: 400, answer: 'no' };
      await storage.settle(
        [
          { key: 1, state: 'delivered', attempt },
          { key: 2, state: 'dead', reason: 'refused', attempt },
          failed(3),
        ],
        RUNNING,
      );
      await storage.dead.expire('lrs', Date.now(), attempt);
      expect(await storage.deliveries.tallies()).toEqual(
        [
          ['delivered', 1],
          ['expired', 1],
          ['refused', 1],
          ['retried', 1],
        ].map(([label, value]) => ({ destination: 'lrs', label, value })),
      );
      expect(await storage.deliveries.deadByReason()).toEqual([
        { destination: 'lrs', reason: 'expired', count: 1 },
        { destination: 'lrs', reason: 'refused', count: 1 },
      ]);
    });

    it('have alerts that are added once, told by one at a time and remembered', async () => {
      const alert = {
        kind: 'breaker-open',
        subject: 'lrs',
        status: 'firing',
        at: 100,
        details: { n: 1 },
      } as const;
      const added = await Promise.all(['one', 'two'].map((id) => storage.alerts.add(alert, id, null)));
      expect(added.filter(Boolean)).toHaveLength(1);
      const [newest] = await storage.alerts.newest();
      expect(newest).toMatchObject({ ...alert, attempts: 0 });
      expect(await storage.alerts.add({ ...alert, status: 'resolved', at: 101 }, 'three', newest!.id)).toBe(
        true,
      );
      expect(await storage.alerts.newest()).toMatchObject([{ id: 'three', status: 'resolved' }]);
      const taken = await storage.alerts.take(200, 300, 10);
      expect(taken.map(({ at, attempts }) => [at, attempts])).toEqual([
        [100, 1],
        [101, 1],
      ]);
      expect(await storage.alerts.take(299, 400, 10)).toEqual([]);
      await storage.alerts.settle({ id: newest!.id, done: true, retryAt: 0 }, 200);
      await storage.alerts.settle({ id: 'three', done: false, retryAt: 250 }, 200);
      expect((await storage.alerts.take(300, 400, 10)).map(({ id }) => id)).toEqual(['three']);
    });

    it('say how each destination stands', async () => {
      await storage.settle([], { ...RUNNING, failures: 6, retryAt: 9, openedAt: 4 });
      await storage.settle([], { ...RUNNING, destination: 'endpoint', stopped: 'status 401' });
      expect(await storage.standings()).toEqual([
        { ...RUNNING, destination: 'endpoint', stopped: 'status 401' },
        { ...RUNNING, failures: 6, retryAt: 9, openedAt: 4 },
      ]);
    });
  });
}
