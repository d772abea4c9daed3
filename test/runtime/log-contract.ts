import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import {
  LogUnavailableError,
  type Attempt,
  type DestinationState,
  type RecordLog,
} from '../../src/audit/index.ts';
import { event, everything, keyed, mapped, statement, stored } from './log-records.ts';

/** A fresh database of one driver, and how a test reaches it a second time. */
export interface LogDatabase {
  /** A log on the database, as another process or isolate would open it. */
  open(): Promise<RecordLog>;
  /** Makes the storage fail from now on. */
  damage(): Promise<void>;
}

/** How a driver of the record log is put under the contract. */
export interface LogDriver {
  readonly name: string;
  create(): Promise<LogDatabase>;
  dispose(): Promise<void>;
}

const running: DestinationState = {
  destination: 'lrs',
  failures: 0,
  retryAt: 0,
  stopped: null,
  openedAt: null,
};
const answered = (at: number, status: number | null = 200): Attempt => ({
  at,
  status,
  answer: `answer ${at}`,
});
const skip = { onConflict: 'skip' } as const;
const refuse = { onConflict: 'refuse' } as const;

/** What every driver of the record log does. */
export function shouldKeepTheLogContract(driver: LogDriver): void {
  describe(`the record log in ${driver.name}`, () => {
    let database: LogDatabase;
    let log: RecordLog;

    beforeEach(async () => {
      database = await driver.create();
      log = await database.open();
    });
    afterAll(() => driver.dispose());

    describe('append', () => {
      it('keeps every member of a record as it was handed over', async () => {
        const full = event('urn:uuid:1', {
          body: ' {"id": "urn:uuid:1", "name": "Zoë \\u0000 😀" }\n',
          attributes: { stored: '2026-01-01T00:00:00.000Z', authority: { mbox: 'mailto:a@example.org' } },
          deviations: [{ path: '/actor', rule: 'caliper-required', message: 'actor is missing' }],
        });
        expect(await log.append([full], skip)).toEqual([{ outcome: 'stored', seq: 1 }]);
        expect(await log.find('campus', 'caliper', 'urn:uuid:1')).toEqual(stored(full, 1));
      });

      it('numbers records in the order of acceptance, over many statements of a batch', async () => {
        const records = Array.from({ length: 250 }, (_, index) =>
          index % 2 ? statement(`s${index}`) : event(`e${index}`),
        );
        const outcomes = await log.append(records, skip);
        expect(outcomes).toEqual(records.map((_, index) => ({ outcome: 'stored', seq: index + 1 })));
        expect(await everything(log)).toEqual(records.map((record, index) => stored(record, index + 1)));
        const queue = await log.pending('lrs', 1_000);
        expect(queue.map((item) => item.record.id)).toEqual(records.map((record) => record.id));
      });

      it('takes an empty batch', async () => {
        expect(await log.append([], refuse)).toEqual([]);
      });

      it('knows a statement that it has, and delivers it once', async () => {
        await log.append([statement('a')], refuse);
        expect(await log.append([statement('a'), statement('b')], refuse)).toEqual([
          { outcome: 'duplicate', seq: 1 },
          { outcome: 'stored', seq: 2 },
        ]);
        expect(await log.pending('lrs', 10)).toHaveLength(2);
      });

      it('finds duplicates among more ids than one statement can bind', async () => {
        const many = Array.from({ length: 230 }, (_, index) => statement(`s${index}`));
        const events = Array.from({ length: 130 }, (_, index) => event(`e${index}`));
        await log.append([...many, ...events], skip);
        const again = await log.append([...many, ...events], skip);
        expect(again).toEqual([...many, ...events].map((_, at) => ({ outcome: 'duplicate', seq: at + 1 })));
      });

      it('writes nothing where a statement conflicts and conflicts refuse the batch', async () => {
        await log.append([statement('a')], refuse);
        const other = statement('a', { body: '{"id":"a","other":1}' });
        expect(await log.append([statement('b'), other, statement('a')], refuse)).toEqual([
          { outcome: 'refused' },
          { outcome: 'conflict', seq: 1 },
          { outcome: 'duplicate', seq: 1 },
        ]);
        expect(await everything(log)).toHaveLength(1);
        expect(await log.pending('lrs', 10)).toHaveLength(1);
      });

      it('writes the rest where conflicts are skipped', async () => {
        await log.append([statement('a')], skip);
        const other = statement('a', { body: '{"id":"a","other":1}' });
        expect(await log.append([other, statement('b')], skip)).toEqual([
          { outcome: 'conflict', seq: 1 },
          { outcome: 'stored', seq: 2 },
        ]);
      });

      it('stores the first of two equal records of a batch', async () => {
        expect(await log.append([statement('a'), event('e'), statement('a'), event('e')], refuse)).toEqual([
          { outcome: 'stored', seq: 1 },
          { outcome: 'stored', seq: 2 },
          { outcome: 'duplicate', seq: 1 },
          { outcome: 'duplicate', seq: 2 },
        ]);
      });

      it('refuses a batch that conflicts with itself', async () => {
        const other = statement('a', { body: '{"id":"a","other":1}' });
        expect(await log.append([statement('a'), statement('a'), other], refuse)).toEqual([
          { outcome: 'refused' },
          { outcome: 'refused' },
          { outcome: 'conflict', seq: null },
        ]);
        expect(await everything(log)).toEqual([]);
      });

      it('tells what the log has of a batch that conflicts with itself', async () => {
        await log.append([statement('a')], refuse);
        const other = statement('b', { body: '{"id":"b","other":1}' });
        expect(await log.append([statement('a'), statement('b'), other], refuse)).toEqual([
          { outcome: 'duplicate', seq: 1 },
          { outcome: 'refused' },
          { outcome: 'conflict', seq: null },
        ]);
      });

      it('knows what it has however many batches came since the last repeat', async () => {
        await log.append([event('e'), statement('a')], refuse);
        await log.append([event('e')], refuse);
        for (let at = 0; at < 120; at += 1) await log.append([event(`e${at}`)], refuse);
        expect(await log.append([event('e'), statement('a'), event('f')], refuse)).toEqual([
          { outcome: 'duplicate', seq: 1 },
          { outcome: 'duplicate', seq: 2 },
          { outcome: 'stored', seq: 123 },
        ]);
      });

      it('keeps every content under an event id, and finds the newest', async () => {
        const later = event('e', { body: '{"id":"e","later":true}' });
        const outcomes = await log.append([event('e'), later, event('e')], refuse);
        expect(outcomes.map((one) => one.outcome)).toEqual(['stored', 'stored', 'duplicate']);
        expect((await log.find('campus', 'caliper', 'e'))?.body).toBe(later.body);
      });

      it('knows a record again whose text differs in white space and order only', async () => {
        const described = { kind: 'describe', eventTime: '' } as const;
        const records = (write: (id: string) => string) => [
          statement('a', { body: write('a') }),
          event('b', { body: write('b') }),
          event('c', { ...described, body: write('c') }),
        ];
        const one = records((id) => `{"id":"${id}","name":"Zo\u00eb","score":1.0}`);
        const other = records((id) => `{ "score": 1, "name": "Zoë",\n"id": "${id}" }`);
        const known = [1, 2, 3].map((seq) => ['duplicate', seq]);
        expect(keyed(await log.append([...one, ...other], refuse))).toEqual([
          ...[1, 2, 3].map((seq) => ['stored', seq]),
          ...known,
        ]);
        expect(keyed(await log.append(other, refuse))).toEqual(known);
        expect(keyed(await log.append([...other, ...one], refuse))).toEqual([...known, ...known]);
      });

      it('knows each of many contents under one id and time again, in whatever order they come', async () => {
        const said = (n: number) => event('e', { body: `{"id":"e","said":${n}}` });
        const described = (n: number) =>
          event('d', { kind: 'describe', eventTime: '', body: `{"said":${n}}` });
        const both = (n: number) => [said(n), described(n)];
        await log.append(both(1), refuse);
        await log.append([...both(2), ...both(3)], refuse);
        const again = await log.append([4, 3, 1, 2, 3, 4].flatMap(both), refuse);
        expect(again.map((one) => 'seq' in one && one.seq)).toEqual([7, 8, 5, 6, 1, 2, 3, 4, 5, 6, 7, 8]);
        expect(again.map(({ outcome }) => outcome === 'stored')).toEqual(again.map((_, at) => at < 2));
        expect(await everything(log)).toHaveLength(8);
      });

      it('settles a race of two writers that say different things under one id and time', async () => {
        const second = await database.open();
        const said = (...numbers: number[]) =>
          numbers.flatMap((n) => ['e', 'f'].map((id) => event(id, { body: `{"said":${n}}` })));
        await Promise.all([
          log.append(said(1, 2, 3), skip),
          second.append(said(3, 2, 1), skip),
          log.append(said(2, 4), skip),
        ]);
        const again = await second.append(said(4, 3, 2, 1), skip);
        expect(new Set(again.map(({ outcome }) => outcome))).toEqual(new Set(['duplicate']));
        expect(await everything(log)).toHaveLength(8);
      });

      it('keeps tenants and languages apart', async () => {
        const records = [
          statement('a'),
          statement('a', { tenant: 'other', body: '{"other":1}' }),
          event('a', { body: '{"event":1}' }),
        ];
        const outcomes = await log.append(records, refuse);
        expect(outcomes.map((one) => one.outcome)).toEqual(['stored', 'stored', 'stored']);
        expect((await log.find('other', 'xapi', 'a'))?.body).toBe('{"other":1}');
        expect((await log.find('campus', 'caliper', 'a'))?.body).toBe('{"event":1}');
        expect(await log.find('nobody', 'xapi', 'a')).toBeNull();
      });

      it('never takes a statement for an event of its id and content, nor the other way round', async () => {
        const [one, other] = ['{"said":1}', '{"said":2}'];
        const statements = [statement('a', { body: one }), statement('a', { body: other })];
        const events = [event('a', { body: one }), event('a', { body: other })];
        expect(keyed(await log.append([...statements, ...events], skip))).toEqual([
          ['stored', 1],
          ['conflict', 1],
          ['stored', 2],
          ['stored', 3],
        ]);
        const elsewhere = [...events, ...statements].map((record) => ({ ...record, tenant: 'other' }));
        expect(keyed(await log.append(elsewhere, skip))).toEqual([
          ['stored', 4],
          ['stored', 5],
          ['stored', 6],
          ['conflict', 6],
        ]);
      });

      it('undoes the whole batch where one record cannot be written', async () => {
        const broken = statement('b', { digest: 'not hex' });
        await expect(log.append([statement('a'), broken, statement('c')], skip)).rejects.toThrow(/digest/);
        expect(await everything(log)).toEqual([]);
        expect(await log.counts()).toEqual([]);
      });

      it('settles a race of two writers for the same ids', async () => {
        const second = await database.open();
        const records = Array.from({ length: 20 }, (_, index) => statement(`s${index}`));
        const [one, two] = await Promise.all([log.append(records, refuse), second.append(records, refuse)]);
        const names = (outcomes: typeof one) => new Set(outcomes.map((outcome) => outcome.outcome));
        expect([names(one), names(two)]).toEqual(
          expect.arrayContaining([new Set(['stored']), new Set(['duplicate'])]),
        );
        expect(await everything(log)).toHaveLength(20);
        expect(await log.pending('lrs', 100)).toHaveLength(20);
      });

      it.each(["'; DROP TABLE records; --", 'a\u0000b', 'half \ud800 pair', '😀', '', '__proto__'])(
        'takes the id %j as any other',
        async (id) => {
          await log.append([statement(id), event(id)], refuse);
          const again = await log.append([statement(id), event(id)], refuse);
          expect(again.map((one) => one.outcome)).toEqual(['duplicate', 'duplicate']);
          expect((await log.find('campus', 'xapi', id))?.seq).toBe(1);
        },
      );

      it('delivers once by one route to one destination, and by each of several', async () => {
        const deliveries = [
          { route: 'one', destination: 'lrs' },
          { route: 'one', destination: 'lrs' },
          { route: 'two', destination: 'lrs' },
          { route: 'one', destination: 'endpoint' },
        ];
        await log.append([statement('a', { deliveries })], skip);
        expect((await log.history(1)).map(({ route, destination }) => `${route} ${destination}`)).toEqual([
          'one lrs',
          'two lrs',
          'one endpoint',
        ]);
      });

      it('keeps the order in which records came for one destination, by whichever routes they go', async () => {
        const by = (route: string) => ({
          deliveries: [
            { route: 'all', destination: 'endpoint' },
            { route, destination: 'lrs' },
          ],
        });
        await log.append(
          [
            statement('a', by('one')),
            event('b', by('two')),
            event('c', by('two')),
            statement('d', by('one')),
          ],
          skip,
        );
        const queue = async (destination: string) =>
          (await log.pending(destination, 10)).map(
            ({ key, route, record }) => `${key} ${route} ${record.id}`,
          );
        expect(await queue('endpoint')).toEqual(['1 all a', '2 all b', '3 all c', '4 all d']);
        expect(await queue('lrs')).toEqual(['5 one a', '6 two b', '7 two c', '8 one d']);
      });
    });

    describe('read', () => {
      it('gives pages by every condition, in order', async () => {
        await log.append(
          [
            statement('a'),
            event('b', { source: 'canvas' }),
            event('c', { kind: 'describe' }),
            statement('d', { tenant: 'other' }),
          ],
          skip,
        );
        const ids = async (query: Omit<Parameters<RecordLog['read']>[0], 'limit'>, limit = 10) =>
          (await log.read({ ...query, limit })).map((record) => record.id);
        expect(await ids({})).toEqual(['a', 'b', 'c', 'd']);
        expect(await ids({}, 2)).toEqual(['a', 'b']);
        expect(await ids({ after: 2 })).toEqual(['c', 'd']);
        expect(await ids({ tenant: 'campus', language: 'caliper' })).toEqual(['b', 'c']);
        expect(await ids({ kind: 'describe' })).toEqual(['c']);
        expect(await ids({ source: 'canvas' })).toEqual(['b']);
        expect(await ids({ tenant: 'other', source: 'canvas' })).toEqual([]);
        expect(await ids({ order: 'descending' }, 2)).toEqual(['d', 'c']);
        expect(await ids({ order: 'descending', before: 3 })).toEqual(['b', 'a']);
        expect(await ids({ after: 1, before: 4 })).toEqual(['b', 'c']);
      });

      it('bounds a page by the time of receipt: from is exclusive, until inclusive', async () => {
        await log.append(
          ['a', 'b', 'c'].map((id, at) => statement(id, { receivedAt: 100 + at })),
          skip,
        );
        const ids = async (query: { receivedAfter?: number; receivedUntil?: number }) =>
          (await log.read({ ...query, limit: 10 })).map((record) => record.id);
        expect(await ids({ receivedAfter: 100 })).toEqual(['b', 'c']);
        expect(await ids({ receivedUntil: 101 })).toEqual(['a', 'b']);
        expect(await ids({ receivedAfter: 100, receivedUntil: 101 })).toEqual(['b']);
      });

      it('finds the statements that void one of a number of others', async () => {
        await log.append(
          [
            statement('a'),
            statement('v', { attributes: { voids: 'a' } }),
            statement('w', { attributes: { voids: 'z' } }),
            statement('o', { tenant: 'other', attributes: { voids: 'a' } }),
          ],
          skip,
        );
        const voiding = async (...voids: string[]) =>
          (await log.read({ tenant: 'campus', voids, limit: 10 })).map((record) => record.id);
        expect(await voiding('a', 'b')).toEqual(['v']);
        expect(await voiding('a', 'z')).toEqual(['v', 'w']);
        expect(await voiding('v')).toEqual([]);
      });
    });

    describe('leases', () => {
      it('go to one holder at a time, who may renew', async () => {
        expect(await log.lease('lrs', 'one', 100, 200)).toBe(true);
        expect(await log.lease('lrs', 'two', 150, 250)).toBe(false);
        expect(await log.lease('lrs', 'one', 150, 300)).toBe(true);
        expect(await log.lease('lrs', 'two', 250, 350)).toBe(false);
        expect(await log.lease('endpoint', 'two', 250, 350)).toBe(true);
      });

      it('go to another holder once they ended or were given back', async () => {
        await log.lease('lrs', 'one', 100, 200);
        expect(await log.lease('lrs', 'two', 200, 300)).toBe(true);
        await log.release('lrs', 'one');
        expect(await log.lease('lrs', 'one', 210, 300)).toBe(false);
        await log.release('lrs', 'two');
        expect(await log.lease('lrs', 'one', 210, 300)).toBe(true);
      });

      it('are given to one of many that ask at once', async () => {
        const others = await Promise.all([database.open(), database.open()]);
        const asked = [log, ...others].map((each, index) => each.lease('lrs', `holder ${index}`, 100, 200));
        expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
      });

      it('are not given while a destination is held back or stopped', async () => {
        await log.settle([], { ...running, failures: 1, retryAt: 500 });
        expect(await log.lease('lrs', 'one', 499, 600)).toBe(false);
        expect(await log.lease('lrs', 'one', 500, 600)).toBe(true);
        await log.release('lrs', 'one');
        await log.settle([], { ...running, stopped: '401' });
        expect(await log.lease('lrs', 'one', 700, 800)).toBe(false);
        await log.resume('lrs');
        expect(await log.lease('lrs', 'one', 700, 800)).toBe(true);
      });
    });

    describe('the outbox', () => {
      beforeEach(async () => {
        await log.append([statement('a'), event('b'), statement('c')], skip);
      });

      it('gives what is pending in order, with the whole record', async () => {
        const items = await log.pending('lrs', 2);
        expect(items).toEqual([
          {
            key: 1,
            record: stored(statement('a'), 1),
            route: 'all',
            destination: 'lrs',
            outbound: null,
            attempts: 0,
          },
          {
            key: 2,
            record: stored(event('b'), 2),
            route: 'all',
            destination: 'lrs',
            outbound: null,
            attempts: 0,
          },
        ]);
        expect(await log.pending('endpoint', 2)).toEqual([]);
      });

      it('fixes an outbound form once', async () => {
        const [first, second] = await log.pending('lrs', 2);
        const received = {
          ...mapped(''),
          form: 'received',
          body: null,
          digest: first!.record.digest,
        } as const;
        await log.fix([
          { key: first!.key, outbound: received },
          { key: second!.key, outbound: mapped('{"first":1}') },
        ]);
        await log.fix([{ key: second!.key, outbound: mapped('{"second":1}') }]);
        const forms = (await log.pending('lrs', 2)).map((item) => item.outbound);
        expect(forms).toEqual([received, mapped('{"first":1}')]);
      });

      it('fixes more forms than one statement can bind', async () => {
        const records = Array.from({ length: 40 }, (_, index) => event(`many ${index}`));
        await log.append(records, skip);
        const items = await log.pending('lrs', 100);
        await log.fix(items.map((item) => ({ key: item.key, outbound: mapped(item.record.id) })));
        const bodies = (await log.pending('lrs', 100)).map((item) => item.outbound?.body);
        expect(bodies).toEqual(items.map((item) => item.record.id));
        await log.fix([]);
      });

      it('settles each item by what its answer meant, and tells it afterwards', async () => {
        const [a, b, c] = await log.pending('lrs', 3);
        await log.fix([{ key: b!.key, outbound: mapped('{}') }]);
        await log.settle(
          [
            { key: a!.key, state: 'pending', attempt: answered(1, 500) },
            { key: b!.key, state: 'pending', attempt: answered(1, 500) },
          ],
          { ...running, failures: 1, retryAt: 2 },
        );
        expect((await log.pending('lrs', 1))[0]?.attempts).toBe(1);
        await log.settle(
          [
            { key: a!.key, state: 'delivered', attempt: answered(2) },
            { key: b!.key, state: 'dead', reason: 'refused', attempt: answered(2, 400) },
            { key: c!.key, state: 'pending', attempt: answered(2, null) },
          ],
          running,
        );
        expect((await log.pending('lrs', 3)).map((item) => item.key)).toEqual([c!.key]);
        const { body: _body, ...form } = mapped('{}');
        expect(await log.history(2)).toEqual([
          {
            key: b!.key,
            route: 'all',
            destination: 'lrs',
            state: 'dead',
            reason: 'refused',
            outbound: form,
            attempts: [answered(1, 500), answered(2, 400)],
          },
        ]);
        expect((await log.history(3))[0]).toMatchObject({
          state: 'pending',
          attempts: [answered(2, null)],
          outbound: null,
        });
        expect(await log.counts()).toEqual([
          { destination: 'lrs', pending: 1, delivered: 1, dead: 1, oldestPending: 1_700_000_000_000 },
        ]);
      });

      it('leaves a closed item closed, and counts it once', async () => {
        const [a] = await log.pending('lrs', 1);
        await log.settle([{ key: a!.key, state: 'delivered', attempt: answered(1) }], running);
        await log.settle([{ key: a!.key, state: 'delivered', attempt: answered(2) }], running);
        await log.settle(
          [{ key: a!.key, state: 'dead', reason: 'refused', attempt: answered(3, 400) }],
          running,
        );
        expect((await log.history(1))[0]).toMatchObject({
          state: 'delivered',
          reason: null,
          attempts: [answered(1), answered(2), answered(3, 400)],
        });
        expect((await log.counts())[0]).toMatchObject({ delivered: 1, dead: 0, pending: 2 });
      });

      it('counts destinations apart, with the age of the oldest pending record', async () => {
        const deliveries = [{ route: 'all', destination: 'endpoint' }];
        await log.append(
          [event('d', { deliveries, receivedAt: 5 }), event('e', { deliveries, receivedAt: 9 })],
          skip,
        );
        const [first] = await log.pending('endpoint', 1);
        await log.settle([{ key: first!.key, state: 'delivered', attempt: answered(1) }], {
          ...running,
          destination: 'endpoint',
        });
        expect(await log.counts()).toEqual([
          { destination: 'endpoint', pending: 1, delivered: 1, dead: 0, oldestPending: 9 },
          { destination: 'lrs', pending: 3, delivered: 0, dead: 0, oldestPending: 1_700_000_000_000 },
        ]);
      });

      it('tells how a destination stands', async () => {
        expect(await log.state('lrs')).toEqual(running);
        expect(await log.state('unknown')).toEqual({ ...running, destination: 'unknown' });
        const held = { destination: 'lrs', failures: 3, retryAt: 77, stopped: 'status 401', openedAt: 5 };
        await log.settle([], held);
        expect(await log.state('lrs')).toEqual(held);
        await log.resume('lrs');
        expect(await log.state('lrs')).toEqual(running);
      });
    });

    describe('storage', () => {
      it('gives everything back after it was opened again', async () => {
        await log.append([statement('a'), event('b')], skip);
        const [a] = await log.pending('lrs', 1);
        await log.settle([{ key: a!.key, state: 'delivered', attempt: answered(1) }], running);
        const before = [await everything(log), await log.history(1), await log.counts()];
        await log.close();
        const again = await database.open();
        expect([await everything(again), await again.history(1), await again.counts()]).toEqual(before);
        expect(await again.append([statement('a'), statement('c')], refuse)).toEqual([
          { outcome: 'duplicate', seq: 1 },
          { outcome: 'stored', seq: 3 },
        ]);
      });

      it('can be opened by several at once when it is new', async () => {
        const fresh = await driver.create();
        const logs = await Promise.all([fresh.open(), fresh.open(), fresh.open()]);
        const counts = await Promise.all(logs.map((each) => each.counts()));
        expect(counts).toEqual([[], [], []]);
      });

      it('takes a body as large as it says', async () => {
        const body = 'é'.repeat(Math.min(log.largestBody, 3_000_000) / 2);
        await log.append([statement('large', { body })], skip);
        expect((await log.find('campus', 'xapi', 'large'))?.body).toBe(body);
      });

      it('says that it is unavailable where the storage fails', async () => {
        await log.counts();
        await database.damage();
        await expect(log.append([statement('a')], skip)).rejects.toThrow(LogUnavailableError);
        await expect(log.pending('lrs', 1)).rejects.toThrow(LogUnavailableError);
        await expect(log.lease('lrs', 'one', 1, 2)).rejects.toThrow(LogUnavailableError);
      });
    });
  });
}
