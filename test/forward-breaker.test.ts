import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { breakerState } from '../src/forward/index.ts';
import { smallLrs, startDestination, type LocalDestination, type SmallLrs } from './forward-destination.ts';
import { createStage, fullEvent, fullStatement, lrsAt, type Stage } from './forward-stage.ts';
import { statement } from './runtime/log-records.ts';

const sizes = (server: LocalDestination) =>
  server.requests.map(({ body }) => (JSON.parse(body) as unknown[]).length);

const of = (actor: string, id: string) =>
  statement(id, {
    body: `{"id":"${id}","timestamp":"2026-01-01T00:00:00.000Z","actor":{"mbox":"mailto:${actor}@example.org"}}`,
  });

describe('a destination', () => {
  let stage: Stage;
  let lrs: SmallLrs;
  let server: LocalDestination;

  beforeEach(async () => {
    stage = await createStage();
    lrs = smallLrs();
    server = await startDestination((request) => lrs.answer(request));
  });
  afterEach(async () => {
    await stage.log.close();
    await server.close();
  });

  const fail = async (times: number) => {
    for (let failure = 0; failure < times; failure += 1) {
      server.next.push({ status: 503 });
      const { retryAt } = await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
      stage.clock.time = retryAt!;
    }
  };

  it('rests behind an open breaker after five failures in a row, known to every process', async () => {
    await stage.append([fullStatement('a')]);
    await fail(4);
    expect((await stage.log.state('lrs')).openedAt).toBeNull();
    server.next.push({ status: 503 });
    const opened = stage.clock.time;
    const { retryAt } = await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    const state = await stage.log.state('lrs');
    expect(state).toMatchObject({ openedAt: opened, failures: 5, retryAt });
    expect([opened, retryAt! - 1, retryAt!].map((at) => breakerState(state, at))).toEqual([
      'open',
      'open',
      'half-open',
    ]);
    stage.clock.time = retryAt! - 1;
    expect(await stage.forwarder([lrsAt(server.url)]).deliver('lrs')).toMatchObject({ end: 'retry' });
    expect(server.requests).toHaveLength(5);
    expect(stage.events.filter(({ type }) => type === 'opened')).toEqual([
      { type: 'opened', destination: 'lrs', failures: 5, retryAt },
    ]);
  });

  it('rests for its cooldown at least, whatever lots are drawn', async () => {
    await stage.append([fullStatement('a')]);
    const destination = lrsAt(server.url, { breaker: { failures: 2, cooldown: 60_000 } });
    const waits: number[] = [];
    for (let failure = 0; failure < 3; failure += 1) {
      server.next.push({ status: 500 });
      const { retryAt } = await stage.forwarder([destination], { random: () => 0 }).deliver('lrs');
      waits.push(retryAt! - stage.clock.time);
      stage.clock.time = retryAt!;
    }
    expect(waits).toEqual([0, 60_000, 60_000]);
  });

  it('gets one record as a probe from a half-open breaker, then more and more', async () => {
    await stage.append(Array.from({ length: 12 }, (_, at) => fullStatement(`s${at}`)));
    await fail(5);
    server.requests.length = 0;
    server.next.push({ status: 503 });
    const { retryAt } = await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    expect(sizes(server)).toEqual([1]);
    expect(stage.events.filter(({ type }) => type === 'opened')).toHaveLength(1);
    stage.clock.time = retryAt!;
    expect(await stage.forwarder([lrsAt(server.url)]).deliver('lrs')).toMatchObject({ delivered: 12 });
    expect(sizes(server)).toEqual([1, 1, 2, 4, 5]);
    expect(stage.events.filter(({ type }) => type === 'closed')).toHaveLength(1);
    expect(await stage.log.state('lrs')).toMatchObject({ failures: 0, openedAt: null });
  });

  it('is alive where it refuses a probe for what it says', async () => {
    await stage.append([fullStatement('bad', ',"bad":true')]);
    await fail(5);
    expect(await stage.forwarder([lrsAt(server.url)]).deliver('lrs')).toMatchObject({ dead: 1 });
    expect(await stage.log.state('lrs')).toMatchObject({ failures: 0, openedAt: null });
  });

  it('goes on with others where it fails at one record again and again', async () => {
    const answer = lrs.answer;
    const poisoned = await startDestination((request) =>
      request.body.includes('"p"') ? { status: 500 } : answer(request),
    );
    await stage.append([of('ada', 'p'), of('bob', 'b1'), of('ada', 'a2'), of('eve', 'e1')]);
    for (let round = 0; round < 8; round += 1) {
      await stage.forwarder([lrsAt(poisoned.url)]).deliver('lrs');
      stage.clock.time += 400_000;
    }
    expect([...lrs.statements.keys()]).toEqual(['b1', 'e1']);
    expect(await stage.states()).toEqual(['pending', 'delivered', 'pending', 'delivered']);
    expect(stage.events.findLast(({ type }) => type === 'held')).toMatchObject({ key: 1, status: 500 });
    await stage.append([of('bob', 'b2')]);
    expect(await stage.forwarder([lrsAt(poisoned.url)]).deliver('lrs')).toMatchObject({ end: 'held' });
    expect([...lrs.statements.keys()]).toEqual(['b1', 'e1', 'b2']);
    const [held] = await stage.log.deliveries.held('lrs');
    expect(held).toMatchObject({ key: 1, item: { record: { id: 'p' } } });
    await poisoned.close();
  });

  it('lets held records be tried at once when it is resumed', async () => {
    await stage.append([of('ada', 'a'), of('bob', 'b')]);
    server.next.push('reset', { status: 500 });
    const forwarder = stage.forwarder([lrsAt(server.url)]);
    await forwarder.deliver('lrs');
    stage.clock.time += 1_000;
    await forwarder.deliver('lrs');
    expect(await stage.log.deliveries.held('lrs')).toHaveLength(1);
    await stage.log.resume('lrs');
    forwarder.resumed('lrs');
    expect(await forwarder.deliver('lrs')).toMatchObject({ delivered: 2, end: 'drained' });
  });

  it('waits for a batch to fill as long as its oldest record may wait', async () => {
    const receivedAt = stage.clock.time;
    const batch = { count: 4, age: 5_000 };
    await stage.append([{ ...fullStatement('a'), receivedAt }]);
    const waits: number[] = [];
    const forwarder = stage.forwarder([lrsAt(server.url, { batch })], {
      async sleep(milliseconds) {
        waits.push(milliseconds);
        stage.clock.time += milliseconds;
        if (stage.clock.time === receivedAt + 500) {
          await stage.append([{ ...fullStatement('b'), receivedAt: stage.clock.time }]);
        }
      },
    });
    expect(await forwarder.deliver('lrs')).toMatchObject({ delivered: 2, end: 'drained' });
    expect(sizes(server)).toEqual([2]);
    expect(stage.clock.time).toBe(receivedAt + 5_000);

    const more = ['c', 'd', 'e', 'f'].map((id) => ({ ...fullStatement(id), receivedAt: stage.clock.time }));
    await stage.append(more);
    waits.length = 0;
    await forwarder.deliver('lrs');
    expect([waits, sizes(server)]).toEqual([[], [2, 4]]);
  });

  it('waits no longer than that where its clock stands still', async () => {
    await stage.append([{ ...fullStatement('a'), receivedAt: stage.clock.time }]);
    const waits: number[] = [];
    const forwarder = stage.forwarder([lrsAt(server.url, { batch: { age: 600 } })], {
      sleep: async (milliseconds) => void waits.push(milliseconds),
    });
    expect(await forwarder.deliver('lrs')).toMatchObject({ delivered: 1 });
    expect(waits).toEqual([250, 250, 100]);
  });

  it('gets a batch at once when it is full by its bytes', async () => {
    const receivedAt = stage.clock.time;
    const large = (id: string) => ({ ...fullStatement(id, `,"text":"${'é'.repeat(600)}"`), receivedAt });
    await stage.append([large('a'), large('b')]);
    const batch = { count: 10, bytes: 2_000, age: 5_000 };
    const forwarder = stage.forwarder([lrsAt(server.url, { batch })], {
      sleep: () => Promise.reject(new Error('there was nothing to wait for')),
    });
    expect(await forwarder.deliver('lrs')).toMatchObject({ delivered: 2 });
  });

  it('gets what is left when the waiting is ended, with the next start', async () => {
    await stage.append([{ ...fullStatement('a'), receivedAt: stage.clock.time }]);
    const stop = new AbortController();
    const forwarder = stage.forwarder([lrsAt(server.url, { batch: { age: 5_000 } })]);
    const under = forwarder.deliver('lrs', stop.signal);
    setTimeout(() => stop.abort(), 20);
    expect(await under).toMatchObject({ end: 'interrupted', delivered: 0 });
  });

  it('gives up what it could not get in time, also while it is stopped or held back', async () => {
    const destination = lrsAt(server.url, { expire: 3_600_000 });
    await stage.append([{ ...fullStatement('old'), receivedAt: stage.clock.time - 3_000_000 }]);
    server.next.push({ status: 401 });
    const forwarder = stage.forwarder([destination]);
    await forwarder.deliver('lrs');
    await stage.append([{ ...fullStatement('new'), receivedAt: stage.clock.time }]);
    stage.clock.time += 600_001;
    expect(await forwarder.deliver('lrs')).toMatchObject({ end: 'stopped', dead: 1 });
    expect(await stage.states()).toEqual(['dead: expired', 'pending']);
    expect(stage.events.at(-1)).toEqual({ type: 'expired', destination: 'lrs', count: 1 });
    const letter = await stage.log.dead.find(1);
    expect(letter?.attempts.map(({ status }) => status)).toEqual([401, null]);
    expect(letter?.attempts[1]?.answer).toBe('not delivered within 3600 seconds');
  });

  it('gives up all that is too old, however much it is, and nothing younger', async () => {
    const old = stage.clock.time - 10_000;
    const made = (count: number, receivedAt: number, name: string) =>
      Array.from({ length: count }, (_, at) => ({ ...fullStatement(`${name}${at}`), receivedAt }));
    await stage.append([...made(1_100, old, 'old'), ...made(30, stage.clock.time, 'young')]);
    server.next.push({ status: 401 });
    const forwarder = stage.forwarder([lrsAt(server.url, { expire: 5_000 })]);
    expect(await forwarder.deliver('lrs')).toMatchObject({ end: 'stopped', dead: 1_100 });
    expect(await stage.log.counts()).toMatchObject([{ pending: 30, dead: 1_100 }]);
  });

  it('is counted by what attempts came to, since the log began', async () => {
    await stage.append([fullEvent('a'), fullEvent('b', ',"refuse":true'), fullEvent('c', ',"bad":true')]);
    server.next.push({ status: 503 });
    await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    stage.clock.time += 1_000;
    await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    const tallies = await stage.log.deliveries.tallies();
    const counts = Object.fromEntries(tallies.map(({ label, value }) => [label, value]));
    expect(counts).toEqual({
      delivered: 1,
      refused: 1,
      retried: 2,
      unmappable: 1,
    });
    expect(await stage.log.terms.list({ limit: 10 })).toMatchObject([{ term: 'Thing', count: 2 }]);
  });
});
