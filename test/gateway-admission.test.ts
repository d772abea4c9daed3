import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Storage } from '../src/audit/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { createAdmission, type Bounds, type Pressure } from '../src/gateway/admission.ts';
import { hasRoom } from '../src/gateway/intake/room.ts';
import { Refusal } from '../src/gateway/problem.ts';
import type { Source } from '../src/gateway/sources.ts';
import { event, statement } from './runtime/log-records.ts';

const BOUNDS: Bounds = { pending: 10, freeBytes: 1_000, share: 1 };

const named = (name: string): Source => ({
  name,
  tenant: 'campus',
  strict: false,
  scopes: new Set(),
  credential: name,
});

describe('admission', () => {
  let log: Storage;
  let time: number;
  let free: number | null;
  let changes: Pressure[][];
  let made = 0;

  beforeEach(async () => {
    log = await openSqliteLog(new Sqlite(':memory:'));
    [time, free, changes] = [1_000, null, []];
  });
  afterEach(() => log.close());

  const admission = (bounds: Partial<Bounds> = {}) =>
    createAdmission({
      bounds: { ...BOUNDS, ...bounds },
      log,
      freeBytes: async () => free,
      now: () => time,
      onChange: (pressures) => changes.push([...pressures]),
    });
  const records = (count: number, source = 'course') =>
    Array.from({ length: count }, () => statement(`s${(made += 1)}`, { source }));
  const append = (count: number, source?: string) =>
    log.append(records(count, source), { onConflict: 'skip' });
  const deliver = async (count: number) => {
    const items = await log.pending('lrs', count);
    const attempt = { at: 1, status: 200, answer: '' };
    const state = { destination: 'lrs', failures: 0, retryAt: 0, stopped: null, openedAt: null };
    await log.settle(
      items.map(({ key }) => ({ key, state: 'delivered' as const, attempt })),
      state,
    );
  };
  const answer = async (gate: ReturnType<typeof admission>, source = 'course') => {
    try {
      await gate.admit(named(source));
      return 200;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect(error.problem.headers?.['retry-after']).toBe('30');
      return error.problem.status;
    }
  };

  it('takes records until too many wait, and again once clearly fewer do', async () => {
    const gate = admission();
    await append(9);
    expect(await answer(gate)).toBe(200);
    await append(1);
    time += 1_000;
    expect(await answer(gate)).toBe(503);
    await deliver(1);
    time += 1_000;
    expect(await answer(gate)).toBe(503);
    // Another process that starts now takes records, and does not know that this one does not.
    expect(await admission().current()).toBeNull();
    await deliver(1);
    time += 1_000;
    expect(await answer(gate)).toBe(200);
    expect(await gate.current()).toEqual([]);
    expect(changes).toEqual([['pending'], []]);
  });

  it('knows what it took since it last looked', async () => {
    const gate = admission();
    expect(await answer(gate)).toBe(200);
    const batch = records(10);
    gate.appended(batch, await log.append(batch, { onConflict: 'skip' }));
    expect(await answer(gate)).toBe(503);
  });

  it('counts a record that it had already for none', async () => {
    const gate = admission();
    const batch = records(6);
    gate.appended(batch, await log.append(batch, { onConflict: 'skip' }));
    gate.appended(batch, await log.append(batch, { onConflict: 'skip' }));
    expect(gate.pressures()).toEqual([]);
  });

  it('takes nothing while the disk is nearly full', async () => {
    const gate = admission();
    free = 999;
    expect(await answer(gate)).toBe(503);
    [free, time] = [1_050, time + 1_000];
    expect(await answer(gate)).toBe(503);
    [free, time] = [1_112, time + 1_000];
    expect(await answer(gate)).toBe(200);
    expect(changes).toEqual([['free-bytes'], []]);
  });

  it('takes nothing once the log has its size, or what waits has its bytes', async () => {
    expect(await answer(admission({ logBytes: 4_096 }))).toBe(503);
    expect(await answer(admission({ logBytes: 100_000_000 }))).toBe(200);
    await log.append([event('large', { body: `{"id":"${'é'.repeat(600)}"}` })], { onConflict: 'skip' });
    expect(await answer(admission({ pendingBytes: 1_200 }))).toBe(503);
    expect(await answer(admission({ pendingBytes: 2_000 }))).toBe(200);
  });

  it('asks one source to wait that has filled its share, and no other', async () => {
    const gate = admission({ share: 0.5 });
    await append(5, 'greedy');
    await append(2, 'modest');
    time += 20_000;
    expect(await answer(gate, 'greedy')).toBe(429);
    expect(await answer(gate, 'modest')).toBe(200);
  });

  it('lets those wait who fetch records themselves, told why, for as long as they have patience', async () => {
    const gate = admission();
    free = 1;
    expect(await hasRoom(named('old'), { admission: gate })).toBe(false);
    const told: string[] = [];
    const room = await hasRoom(named('old'), { admission: gate }, async (why) => {
      told.push(why);
      time += 1_000;
      if (told.length === 3) free = 10_000;
      return true;
    });
    expect(room).toBe(true);
    expect(told).toEqual(['gateway-full', 'gateway-full', 'gateway-full']);
  });
});
