import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeadReason, Storage } from '../../src/audit/index.ts';
import { event, mapped, statement } from './log-records.ts';
import type { StorageDriver } from './storage-contract.ts';

const HAND = { by: 'admin', at: 5_000 };

/** How every driver keeps dead letters. */
export function shouldKeepDeadLetters(driver: StorageDriver): void {
  describe(`dead letters in ${driver.name}`, () => {
    let storage: Storage;

    /** Appends a statement and an event, and lets some of their deliveries die. */
    const dead = async (deaths: readonly [key: number, reason: DeadReason, at: number][]) => {
      const state = { destination: 'lrs', failures: 0, retryAt: 0, stopped: null, openedAt: null };
      await storage.append([statement('a'), event('e', { source: 'lms' }), statement('b')], {
        onConflict: 'skip',
      });
      for (const [key, reason, at] of deaths) {
        const attempt = { at, status: 400, answer: `no ${key}` };
        await storage.settle([{ key, state: 'dead', reason, attempt }], state);
      }
    };
    const keys = async (query: object = {}) =>
      (await storage.dead.list({ limit: 10, ...query })).map(({ key }) => key);

    beforeEach(async () => {
      storage = await driver.create();
      await dead([
        [1, 'refused', 100],
        [2, 'unmappable', 200],
      ]);
    });
    afterAll(() => driver.dispose());

    it('are listed in order with what ended them, and page by page', async () => {
      const [first, second, ...rest] = await storage.dead.list({ limit: 10 });
      expect(rest).toEqual([]);
      expect(first).toMatchObject({
        key: 1,
        record: { seq: 1, id: 'a', kind: 'statement' },
        destination: 'lrs',
        reason: 'refused',
        attempts: 1,
        last: { at: 100, status: 400, answer: 'no 1' },
      });
      expect(second?.key).toBe(2);
      expect(await keys({ limit: 1 })).toEqual([1]);
      expect(await keys({ after: 1 })).toEqual([2]);
    });

    it.each<[object, number[]]>([
      [{ reason: 'unmappable' }, [2]],
      [{ destination: 'lrs' }, [1, 2]],
      [{ destination: 'other' }, []],
      [{ type: 'Event' }, [2]],
      [{ kind: 'statement' }, [1]],
      [{ source: 'lms' }, [2]],
      [{ tenant: 'other' }, []],
      [{ since: 200 }, [2]],
      [{ until: 200 }, [1]],
    ])('are found by %j', async (query, found) => {
      expect(await keys(query)).toEqual(found);
    });

    it('are shown whole, and only where they are dead', async () => {
      expect(await storage.dead.find(1)).toMatchObject({
        record: { id: 'a', body: '{"id":"a"}' },
        outbound: null,
        attempts: [{ status: 400 }],
        interventions: [],
      });
      expect(await storage.dead.find(3)).toBeNull();
    });

    it('go back to their place with the same text, or without it', async () => {
      await storage.fix([1, 2].map((key) => ({ key, outbound: mapped(`{"sent":${key}}`) })));
      expect(await storage.dead.replay([1, 3], 'kept', HAND)).toEqual([1]);
      expect(await storage.dead.replay([2], 'dropped', HAND)).toEqual([2]);
      const pending = await storage.pending('lrs', 10);
      expect(pending.map(({ key, outbound }) => [key, outbound?.body])).toEqual([
        [1, '{"sent":1}'],
        [2, undefined],
        [3, undefined],
      ]);
      expect(await keys()).toEqual([]);
      expect(await storage.dead.replay([1], 'kept', HAND)).toEqual([]);
    });

    it('are edited and stay dead, and what was there before is kept', async () => {
      await storage.fix([{ key: 1, outbound: mapped('{"sent":1}') }]);
      const edited = { ...mapped('{"sent":"mended"}'), form: 'edited' as const };
      expect(await storage.dead.edit(1, edited, HAND)).toEqual([1]);
      expect(await storage.dead.edit(3, edited, HAND)).toEqual([]);
      const letter = await storage.dead.find(1);
      expect(letter?.outbound).toEqual(edited);
      const { form, digest, body } = mapped('{"sent":1}');
      expect(letter?.interventions).toEqual([
        { at: 5_000, kind: 'edited', by: 'admin', former: { form, digest, body } },
      ]);
      await storage.dead.replay([1], 'kept', HAND);
      expect((await storage.pending('lrs', 1))[0]?.outbound).toEqual(edited);
    });

    it('are discarded for good, and the record stays', async () => {
      expect(await storage.dead.discard([1, 3], HAND)).toEqual([1]);
      expect(await keys()).toEqual([2]);
      expect(await storage.dead.replay([1], 'kept', HAND)).toEqual([]);
      expect((await storage.history(1))[0]?.state).toBe('discarded');
      expect((await storage.counts())[0]).toMatchObject({ pending: 1, dead: 1 });
    });

    it('come of what is pending too long, counted from the last replay', async () => {
      const attempt = { at: 9, status: null, answer: 'too old' };
      await storage.dead.replay([1], 'kept', { by: 'admin', at: 1_800_000_000_000 });
      expect(await storage.dead.expire('lrs', 1_700_000_000_000, attempt)).toEqual([]);
      expect(await storage.dead.expire('lrs', 1_700_000_000_001, attempt)).toEqual([3]);
      expect(await keys({ reason: 'expired' })).toEqual([3]);
      expect((await storage.pending('lrs', 10)).map(({ key }) => key)).toEqual([1]);
    });
  });
}
