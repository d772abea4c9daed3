import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { DestinationState, NewRecord, RecordLog, Settlement } from '../src/audit/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { logModel } from './runtime/log-model.ts';
import { event, EVENT_TIME, mapped, sha256, statement } from './runtime/log-records.ts';

const DESTINATIONS = ['lrs', 'endpoint'];
const destination = fc.constantFrom(...DESTINATIONS);
const holder = fc.constantFrom('one', 'two');
const time = fc.integer({ min: 0, max: 20 });
const key = fc.integer({ min: 1, max: 20 });

const record = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    kind: fc.constantFrom('statement', 'event', 'describe'),
    tenant: fc.constantFrom('campus', 'other'),
    body: fc.constantFrom('{"v":1}', '{"v":2}', '{"v":3,"w":4}', '{ "w": 4, "v": 3 }'),
    to: fc.uniqueArray(destination, { maxLength: 2 }),
    receivedAt: time,
  })
  .map(({ id, kind, to, ...parts }): NewRecord => {
    const deliveries = to.map((name) => ({ route: 'all', destination: name }));
    const make = kind === 'statement' ? statement : event;
    // Its content says what a record is, and when it happened.
    const body = kind === 'describe' ? `{"described":${parts.body}}` : parts.body;
    const eventTime = kind === 'event' && body === '{"v":1}' ? EVENT_TIME : '';
    return make(id, { ...parts, body, deliveries, kind, eventTime });
  });

const attempt = fc.record({
  at: time,
  status: fc.constantFrom(200, 500, null),
  answer: fc.constantFrom('', 'no'),
});

const settlement: fc.Arbitrary<Settlement> = fc.oneof(
  fc.record({ key, state: fc.constant('delivered' as const), attempt }),
  fc.record({ key, state: fc.constant('pending' as const), attempt }),
  fc.record({
    key,
    state: fc.constant('dead' as const),
    reason: fc.constantFrom('refused' as const, 'conflict' as const),
    attempt,
  }),
);

const standing: fc.Arbitrary<DestinationState> = fc.record({
  destination,
  failures: fc.nat(3),
  retryAt: time,
  stopped: fc.constantFrom(null, null, '401'),
  openedAt: fc.constantFrom(null, 7),
});

type Operation = (log: RecordLog) => Promise<unknown>;

/** Settles what is there: an answer for a row that does not exist has no row to stand on. */
async function settleKnown(
  log: RecordLog,
  settlements: readonly Settlement[],
  state: DestinationState,
): Promise<void> {
  const lines = await log.read({ limit: 100 }).then((all) => Promise.all(all.map((r) => log.history(r.seq))));
  const own = new Set(
    lines
      .flat()
      .filter((line) => line.destination === state.destination)
      .map((line) => line.key),
  );
  await log.settle(
    settlements.filter((one) => own.has(one.key)),
    state,
  );
}

async function fixKnown(log: RecordLog, keys: readonly number[], body: string): Promise<void> {
  const waiting = await Promise.all(DESTINATIONS.map((name) => log.pending(name, 100)));
  const own = new Set(waiting.flat().map((item) => item.key));
  await log.fix(keys.filter((one) => own.has(one)).map((one) => ({ key: one, outbound: mapped(body) })));
}

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(fc.array(record, { maxLength: 6 }), fc.constantFrom('refuse' as const, 'skip' as const)).map(
    ([batch, onConflict]): Operation =>
      (log) =>
        log.append(batch, { onConflict }),
  ),
  fc
    .tuple(
      fc.constantFrom('campus', 'other'),
      fc.constantFrom('xapi' as const, 'caliper' as const),
      fc.constantFrom('a', 'b', 'z'),
    )
    .map(
      (what): Operation =>
        (log) =>
          log.find(...what),
    ),
  fc
    .tuple(
      time,
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom({}, { kind: 'event' as const }, { tenant: 'other' }),
    )
    .map(
      ([after, limit, conditions]): Operation =>
        (log) =>
          log.read({ after, limit, ...conditions }),
    ),
  fc.tuple(destination, holder, time, time).map(
    ([to, by, now, length]): Operation =>
      (log) =>
        log.lease(to, by, now, now + length),
  ),
  fc.tuple(destination, holder).map(
    ([to, by]): Operation =>
      (log) =>
        log.release(to, by),
  ),
  fc.tuple(destination, key, key).map(
    ([to, limit, after]): Operation =>
      (log) =>
        log.pending(to, limit, after % 4),
  ),
  fc.tuple(fc.uniqueArray(key, { maxLength: 4 }), fc.constantFrom('{"m":1}', '{"m":2}')).map(
    ([keys, body]): Operation =>
      (log) =>
        fixKnown(log, keys, body),
  ),
  fc.tuple(fc.uniqueArray(settlement, { maxLength: 5, selector: (one) => one.key }), standing).map(
    ([settlements, state]): Operation =>
      (log) =>
        settleKnown(log, settlements, state),
  ),
  destination.map(
    (to): Operation =>
      (log) =>
        log.state(to),
  ),
  destination.map(
    (to): Operation =>
      (log) =>
        log.resume(to),
  ),
  fc.constant<Operation>((log) => log.counts()),
  key.map(
    (seq): Operation =>
      (log) =>
        log.history(seq),
  ),
);

/** All that a log can be asked, so that a sequence ends with a full comparison. */
async function contents(log: RecordLog): Promise<unknown> {
  const records = await log.read({ limit: 1_000 });
  return {
    records,
    histories: await Promise.all(records.map((one) => log.history(one.seq))),
    pending: await Promise.all(DESTINATIONS.map((to) => log.pending(to, 1_000))),
    states: await Promise.all(DESTINATIONS.map((to) => log.state(to))),
    standings: await log.standings(),
    counts: await log.counts(),
  };
}

describe('the record log in SQLite, compared with a plain model', () => {
  it('gives the same answers to any sequence of operations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 30 }), async (operations) => {
        const log = await openSqliteLog(new Sqlite(':memory:'));
        const model = logModel();
        for (const run of operations) expect(await run(log)).toEqual(await run(model));
        expect(await contents(log)).toEqual(await contents(model));
        await log.close();
      }),
      { numRuns: 300 },
    );
  });

  it('tells the digest of a received form from the record itself', async () => {
    const log = await openSqliteLog(new Sqlite(':memory:'));
    await log.append([event('a', { body: '{"id":"a"}' })], { onConflict: 'skip' });
    const form = { ...mapped(''), form: 'received', body: null, digest: sha256('{"id":"a"}') } as const;
    await log.fix([{ key: 1, outbound: form }]);
    expect((await log.history(1))[0]?.outbound?.digest).toBe(sha256('{"id":"a"}'));
    await log.close();
  });
});
