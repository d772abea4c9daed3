import { Webhook } from 'standardwebhooks';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogUnavailableError, type Storage } from '../src/audit/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { createAlerter } from '../src/gateway/alerts/index.ts';
import type { Pressure } from '../src/gateway/admission.ts';
import type { Notice } from '../src/gateway/services.ts';
import { startDestination, type LocalDestination } from './forward-destination.ts';
import { statement } from './runtime/log-records.ts';

const SECRET = 'a-key-for-signatures';
const HOUR = 3_600_000;

describe('alerts', () => {
  let log: Storage;
  let receiver: LocalDestination;
  let time: number;
  let pressures: Pressure[] | null;
  let notices: Notice[];

  beforeEach(async () => {
    log = await openSqliteLog(new Sqlite(':memory:'));
    receiver = await startDestination();
    time = Date.now();
    pressures = [];
    notices = [];
    await log.append([statement('a', { receivedAt: time }), statement('b', { receivedAt: time })], {
      onConflict: 'skip',
    });
  });
  afterEach(async () => {
    await log.close();
    await receiver.close();
  });

  /** Each is another process: what it knows stands in the log. */
  const alerter = (own: Partial<Storage> = {}) =>
    createAlerter({
      log: { ...log, ...own },
      destinations: [{ name: 'lrs', kind: 'lrs' }],
      thresholds: { oldest: HOUR, quiet: 600_000 },
      webhook: { url: receiver.url, secret: SECRET },
      pressures: async () => pressures,
      fetch: (url, init) => fetch(url, init),
      now: () => time,
      newId: () => crypto.randomUUID(),
      report: (notice) => notices.push(notice),
    });
  const check = () => alerter().check();
  const state = { destination: 'lrs', failures: 0, retryAt: 0, stopped: null, openedAt: null };
  const told = () =>
    receiver.requests.map(({ body }) => {
      const { type, data } = JSON.parse(body) as {
        type: string;
        data: { subject: string; status: string; details: object };
      };
      const { details, ...rest } = data;
      return { type: type.replace('crosswalk.', ''), ...rest, ...details };
    });
  const die = (key: number) =>
    log.settle(
      [
        {
          key,
          state: 'dead',
          reason: 'refused',
          attempt: { at: time, status: 400, answer: 'ada@example.org' },
        },
      ],
      state,
    );

  it('are signed so that their receiver can prove them', async () => {
    await log.settle([], { ...state, stopped: 'status 401: not you, ada@example.org' });
    await check();
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.requests;
    const webhook = new Webhook(SECRET, { format: 'raw' });
    expect(webhook.verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'crosswalk.destination-stopped',
      data: { subject: 'lrs', status: 'firing', details: { answer: 401, pending: 2 } },
    });
    expect(() => webhook.verify(body.replace('lrs', 'lsr'), headers as Record<string, string>)).toThrow();
    expect(body).not.toContain('ada@example.org');
  });

  it('tell a state when it begins and when it ends, once, whoever looks', async () => {
    await log.settle([], { ...state, stopped: 'status 403' });
    await Promise.all([check(), check()]);
    await check();
    await log.resume('lrs');
    await check();
    await check();
    expect(told().map(({ type, status }) => [type, status])).toEqual([
      ['destination-stopped', 'firing'],
      ['destination-stopped', 'resolved'],
    ]);
  });

  it('tell that a breaker opened and closed', async () => {
    await log.settle([], { ...state, failures: 5, retryAt: time + 1_000, openedAt: time });
    await check();
    time += 2_000;
    await check();
    await log.settle([], state);
    await check();
    expect(told()).toMatchObject([
      { type: 'breaker-open', status: 'firing', failures: 5, pending: 2 },
      { type: 'breaker-open', status: 'resolved' },
    ]);
  });

  it('tell that a record has waited for too long', async () => {
    await check();
    time += HOUR;
    await check();
    expect(told()).toMatchObject([{ type: 'delivery-late', status: 'firing', pending: 2 }]);
  });

  it('tell of dead letters at once, then no more often than they may, and miss none', async () => {
    await die(1);
    await check();
    await die(2);
    await check();
    time += 599_999;
    await check();
    expect(told()).toMatchObject([{ type: 'dead-letters', new: 1, total: 1, reasons: { refused: 1 } }]);
    time += 1;
    await check();
    await check();
    expect(told().slice(1)).toMatchObject([{ type: 'dead-letters', new: 1, total: 2 }]);
  });

  it('tell nothing of records that were erased before they were delivered', async () => {
    await log.erasures.erase([1], { at: time, by: 'ada', reason: 'person', tenant: 'default' });
    await check();
    expect(told()).toEqual([]);
  });

  it('tell that the gateway takes no records, and that it does again', async () => {
    pressures = ['free-bytes'];
    await check();
    pressures = null;
    await check();
    pressures = [];
    await check();
    expect(told()).toMatchObject([
      { type: 'backpressure', subject: 'gateway', status: 'firing', reasons: ['free-bytes'] },
      { type: 'backpressure', status: 'resolved' },
    ]);
  });

  it('are told again until they are taken, under one id, also after a restart', async () => {
    receiver.next.push({ status: 500 }, 'reset');
    pressures = ['pending'];
    await check();
    await check();
    time += 5_000;
    await check();
    time += 10_000;
    await check();
    time += HOUR;
    pressures = ['pending'];
    await log.settle([], { ...state });
    const ids = receiver.requests.slice(0, 3).map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    expect(receiver.requests).toHaveLength(3);
    expect(notices.map(({ event, status }) => [event, status])).toEqual([
      ['alert-failed', 500],
      ['alert-failed', null],
    ]);
  });

  it('tell of a log that fails from memory, now and then', async () => {
    const broken = alerter({ counts: () => Promise.reject(new LogUnavailableError('the disk is full')) });
    await broken.check();
    await broken.check();
    await broken.storageFailed();
    expect(told()).toMatchObject([{ type: 'storage-fault', subject: 'gateway' }]);
    time += 300_000;
    await broken.check();
    expect(told()).toHaveLength(2);
  });
});
