import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault, StatementEntry, Storage } from '../../src/audit/index.ts';
import { event, mapped, statement } from './log-records.ts';
import type { ProofDriver } from './proof-contract.ts';

const skip = { onConflict: 'skip' } as const;
const note = { reason: 'person', tenant: 'campus', by: 'a test', at: 7 } as const;
const running = { destination: 'lrs', failures: 0, retryAt: 0, openedAt: null, stopped: null };

/** What erasures of every driver do. */
export function shouldKeepTheErasureContract(driver: ProofDriver): void {
  describe(`erasures in ${driver.name}`, () => {
    let database: Awaited<ReturnType<ProofDriver['create']>>;
    let log: Storage;

    beforeEach(async () => {
      database = await driver.create();
      log = await database.open();
    });
    afterAll(() => driver.dispose());

    async function verified() {
      const faults: Fault[] = [];
      const { records, erased, unsealed } = await log.proof.verify({
        onFault: (one) => void faults.push(one),
      });
      return {
        records,
        erased,
        unsealed,
        faults: faults.map(({ code, seq, seal }) => ({ code, at: seq ?? seal })),
      };
    }
    const append = (count: number) =>
      log.append(
        Array.from({ length: count }, (_, at) => (at % 2 ? statement : event)(`r${at + 1}`)),
        skip,
      );
    const ids = async () => (await log.read({ limit: 100 })).map(({ id }) => id);

    it('take records away and leave the chain whole, with a tombstone for each', async () => {
      await append(9);
      await log.proof.seal(4, 1);
      const counts = await log.erasures.erase([2, 3, 5, 99], note);
      expect(counts).toMatchObject({ records: 3, undelivered: 3, delivered: {} });
      expect(await ids()).toEqual(['r1', 'r4', 'r6', 'r7', 'r8', 'r9']);
      expect(await verified()).toEqual({ records: 6, erased: 3, unsealed: 0, faults: [] });
      expect(await log.erasures.tombstone(3)).toEqual({ seq: 3, ...note });
      expect(await log.erasures.tombstone(4)).toBeNull();
      expect((await log.proof.state()).erased).toBe(3);
      await log.append([event('later')], skip);
      await log.proof.seal(Infinity, 8);
      expect(await verified()).toEqual({ records: 7, erased: 3, unsealed: 0, faults: [] });
    });

    it('are themselves sealed: none can be widened, undone or invented', async () => {
      await append(6);
      await log.erasures.erase([3], note);
      await database.tamper('UPDATE tombstones SET last = 4');
      await database.tamper('DELETE FROM outbox WHERE record = 4');
      await database.tamper('DELETE FROM records WHERE seq = 4');
      expect((await verified()).faults).toEqual([{ code: 'tombstone-changed', at: 2 }]);
      await database.tamper('DELETE FROM tombstones');
      expect((await verified()).faults).toEqual([
        { code: 'record-missing', at: 3 },
        { code: 'record-missing', at: 4 },
        { code: 'tombstone-changed', at: 2 },
      ]);
    });

    it('close what was not delivered with a state of its own, and say who has a copy', async () => {
      await append(3);
      const [first] = await log.pending('lrs', 1);
      await log.settle(
        [{ key: first!.key, state: 'delivered', attempt: { at: 1, status: 200, answer: 'ok' } }],
        running,
      );
      const counts = await log.erasures.erase([1, 2], note);
      expect(counts).toMatchObject({ records: 2, undelivered: 1, delivered: { lrs: 1 } });
      expect(await log.erasures.deliveries(1)).toEqual([
        { route: 'all', destination: 'lrs', state: 'delivered' },
      ]);
      expect(await log.erasures.deliveries(2)).toEqual([
        { route: 'all', destination: 'lrs', state: 'erased' },
      ]);
      expect((await log.pending('lrs', 9)).map(({ record }) => record.seq)).toEqual([3]);
      const tallies = await log.deliveries.tallies();
      expect(tallies).toContainEqual({ destination: 'lrs', label: 'erased', value: 1 });
    });

    it('let a delivery that is under way end without a trace', async () => {
      await append(2);
      const items = await log.pending('lrs', 2);
      await log.erasures.erase([1], note);
      await log.fix(items.map(({ key }) => ({ key, outbound: mapped(`{"key":${key}}`) })));
      const attempt = { at: 1, status: 200, answer: 'ok' };
      await log.settle(
        items.map(({ key }) => ({ key, state: 'delivered', attempt })),
        running,
      );
      expect((await verified()).faults).toEqual([]);
      expect(await log.history(1)).toEqual([]);
      expect((await log.history(2))[0]).toMatchObject({ state: 'delivered' });
    });

    describe('of what destinations said when they were stopped', () => {
      const said = 'status 401: nobody may send of mailto:ada@example.edu';
      const stop = (keys: readonly number[], destination = 'lrs') =>
        log.settle(
          keys.map((key) => ({ key, state: 'pending', attempt: { at: 1, status: 401, answer: said } })),
          { ...running, destination, stopped: said },
        );
      const reason = async (destination = 'lrs') => (await log.state(destination)).stopped;
      const keys = async (destination = 'lrs') => (await log.pending(destination, 9)).map(({ key }) => key);

      it('leave the status, also where all that ever went there is gone', async () => {
        await append(2);
        await stop(await keys());
        expect(await reason()).toBe(said);
        await log.erasures.blankNotes('campus', ['mailto:bob@example.edu']);
        await log.erasures.erase([1, 2], { ...note, reason: 'age' });
        expect(await reason()).toBe(said);
        await log.erasures.blankNotes('campus', ['mailto:ada@example.edu']);
        expect(await reason()).toBe('status 401');
      });

      it('leave what other tenants’ destinations said, with their records and without', async () => {
        const deliveries = [{ route: 'all', destination: 'others' }];
        await append(1);
        await log.append([event('b', { tenant: 'other', deliveries })], skip);
        await stop(await keys('others'), 'others');
        await log.erasures.blankNotes('campus', ['mailto:ada@example.edu']);
        expect(await reason('others')).toBe(said);
        await log.erasures.erase([2], { ...note, tenant: 'other' });
        await log.erasures.erase([1], note);
        await log.erasures.blankNotes('campus', ['mailto:ada@example.edu']);
        expect(await reason('others')).toBe(said);
        await log.erasures.blankNotes('other', ['mailto:ada@example.edu']);
        expect(await reason('others')).toBe('status 401');
      });

      it('keep out what is said of a record after it was erased', async () => {
        await append(3);
        const underWay = await keys();
        await log.erasures.erase([1], note);
        await stop(underWay);
        expect(await reason()).toBe('status 401');
        await stop(await keys());
        expect(await reason()).toBe(said);
        // Of the answer to a batch nobody knows which of its records it speaks of.
        const answers = (await log.history(2))[0]?.attempts.map(({ answer }) => answer);
        expect(answers).toEqual(['', said]);
      });
    });

    const page = async (term: string) => {
      const wanted = { tenant: 'campus', terms: [term], order: 'ascending', limit: 9 } as const;
      return (await log.statements.read(wanted)).statements.map(({ id }) => id);
    };

    it('take the terms of the index with them, and have those indexed anew that refer to what is gone', async () => {
      const entry = { terms: ['agent ada'] };
      await log.append([statement('a', { entry })], skip);
      await log.append([statement('b', { entry: { terms: ['verb'], refersTo: 'a' } })], skip);
      await log.append([event('c')], skip);
      expect(await page('agent ada')).toEqual(['a', 'b']);
      const queued = await log.statements.queue(9);
      await log.erasures.erase([1, 3], note);
      expect(await page('agent ada')).toEqual([]);
      expect((await log.statements.queue(9)).map(({ id }) => id)).toEqual(['b']);
      // What an indexer had read before is gone by the time that it writes.
      await log.statements.index(
        queued.map((record) => ({ record, statement: { id: 'c', entry: { terms: ['agent ada'] } } })),
      );
      expect(await page('agent ada')).toEqual([]);
      const [again] = await log.statements.queue(9);
      await log.statements.index([
        { record: again!, statement: { id: 'b', entry: { terms: ['verb'], refersTo: 'a' } } },
      ]);
      expect(await page('verb')).toEqual(['b']);
    });

    it('leave nothing of what is gone with those that refer to it through others, in a circle too', async () => {
      const entries: Record<string, StatementEntry> = {
        a: { terms: ['agent ada'] },
        b: { terms: ['verb b'], refersTo: 'a' },
        c: { terms: ['verb c'], refersTo: 'b' },
        d: { terms: ['verb d'], refersTo: 'e' },
        e: { terms: ['verb e'], refersTo: 'd' },
      };
      for (const [id, entry] of Object.entries(entries)) await log.append([statement(id, { entry })], skip);
      expect(await page('agent ada')).toEqual(['a', 'b', 'c']);
      await log.erasures.erase([1], note);
      await log.erasures.erase([4], note);
      expect(await page('agent ada')).toEqual([]);
      const queue = await log.statements.queue(9);
      expect(queue.map(({ id }) => id)).toEqual(['b', 'c', 'e']);
      await log.statements.index(
        queue.map((record) => ({
          record,
          statement: { id: record.id, entry: entries[record.id] ?? { terms: [] } },
        })),
      );
      expect(await page('agent ada')).toEqual([]);
      expect(await page('verb b')).toEqual(['b', 'c']);
      expect(await page('verb d')).toEqual([]);
      expect(await page('verb e')).toEqual(['e']);
    });

    it('keep the data of attachments that another statement refers to', async () => {
      const content = new TextEncoder().encode('data');
      const [one, two] = ['a'.repeat(64), 'b'.repeat(64)];
      const body = (...hashes: (string | undefined)[]) =>
        JSON.stringify({ attachments: hashes.map((sha2) => ({ sha2: sha2?.toUpperCase() })) });
      await log.append([statement('x', { body: body(one, two) }), statement('y', { body: body(two) })], {
        ...skip,
        attachments: [one, two].map((sha2) => ({ sha2: sha2 ?? '', content })),
      });
      expect((await log.erasures.erase([1], note)).attachments).toBe(1);
      expect(await log.attachment('campus', one ?? '')).toBeNull();
      expect(await log.attachment('campus', two ?? '')).toEqual(content);
    });

    it('touch no other tenant, and change nothing where they only count', async () => {
      await log.append([event('a'), event('b', { tenant: 'other' })], skip);
      const dry = await log.erasures.erase([1, 2], note, { dryRun: true });
      expect(dry).toMatchObject({ records: 1, undelivered: 1 });
      expect(await ids()).toEqual(['a', 'b']);
      await log.erasures.erase([1, 2], note);
      expect(await ids()).toEqual(['b']);
      expect(await log.erasures.erase([1, 2], note)).toMatchObject({ records: 0 });
    });

    it('happen beside appends and seals without a break in the chain', async () => {
      const other = await database.open();
      await append(20);
      await Promise.all([
        ...[1, 5, 9, 13].map((seq) => log.erasures.erase([seq, seq + 1], note)),
        ...[0, 1, 2].map(async (at) => {
          await other.append([event(`more ${at}`)], skip);
          await other.proof.seal(Infinity, at);
        }),
      ]);
      await log.proof.seal(Infinity, 9);
      expect(await verified()).toEqual({ records: 15, erased: 8, unsealed: 0, faults: [] });
    });

    it('find what is too old or too much, the oldest first, and not what is still to be delivered', async () => {
      const kept = { deliveries: [] };
      await log.append(
        [
          event('a', { receivedAt: 100, ...kept }),
          event('b', { receivedAt: 200 }),
          event('c', { receivedAt: 300, source: 'other', ...kept }),
          event('d', { receivedAt: 400, body: 'x'.repeat(1_000), ...kept }),
          event('e', { receivedAt: 500, ...kept }),
        ],
        skip,
      );
      const beyond = (limit: object, behind = 0, most = 9) =>
        log.erasures.beyond({ tenant: 'campus', ...limit }, behind, most);
      expect(await beyond({ before: 400 })).toEqual([1, 3]);
      expect(await beyond({ before: 400, includingPending: true })).toEqual([1, 2, 3]);
      expect(await beyond({ before: 400, source: 'other' })).toEqual([3]);
      expect(await beyond({ before: 400 }, 1)).toEqual([3]);
      expect(await beyond({ before: 400 }, 0, 1)).toEqual([1]);
      expect(await beyond({ bytes: 500 })).toEqual([1, 3, 4]);
      expect(await beyond({ bytes: 5_000 })).toEqual([]);
      expect(await beyond({ before: 400, tenant: 'other' })).toEqual([]);
    });
  });
}
