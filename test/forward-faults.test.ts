import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { smallLrs, startDestination, type LocalDestination, type SmallLrs } from './forward-destination.ts';
import { createStage, fullEvent, fullStatement, lrsAt, plainCrosswalk, type Stage } from './forward-stage.ts';

describe('forwarding to a destination that fails', () => {
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

  it('sends the same bytes again, also when the tables have changed in between', async () => {
    await stage.append([fullEvent('a'), fullEvent('b')]);
    server.next.push({ status: 500, body: 'sorry' });
    const first = await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    expect(first).toMatchObject({ delivered: 0, end: 'retry', retryAt: stage.clock.time + 1_000 });
    stage.clock.time += 1_000;
    await stage.append([fullEvent('c')]);
    const changed = stage.forwarder([lrsAt(server.url)], { crosswalk: () => plainCrosswalk('2.0.0') });
    expect(await changed.deliver('lrs')).toMatchObject({ delivered: 3, end: 'drained' });
    const [before, ...after] = server.requests.map(({ body }) => body.slice(1, -1));
    expect(after.join(',').startsWith(before!)).toBe(true);
    expect(after.at(-1)).toContain('"id":"made-of-c","tables":"2.0.0"');
    const tables = await Promise.all(
      [1, 3].map(async (seq) => (await stage.log.history(seq))[0]?.outbound?.tables),
    );
    expect(tables.map((one) => one?.slice(0, 5))).toEqual(['1.0.0', '2.0.0']);
    expect((await stage.log.history(1))[0]?.attempts).toMatchObject([
      { status: 500, answer: 'sorry' },
      { status: 200 },
    ]);
  });

  it('repeats only itself after a crash between sending and settling', async () => {
    await stage.append([fullEvent('a'), fullEvent('b')]);
    const crashing = {
      ...stage.log,
      settle: () => Promise.reject(new Error('the process ended here')),
    };
    const died = await stage.forwarder([lrsAt(server.url)], { log: crashing }).deliver('lrs');
    expect(died).toMatchObject({ end: 'unavailable', delivered: 0 });
    expect(lrs.statements.size).toBe(2);
    const again = stage.forwarder([lrsAt(server.url)], { crosswalk: () => plainCrosswalk('2.0.0') });
    expect(await again.deliver('lrs')).toMatchObject({ delivered: 2, dead: 0 });
    expect(server.requests[1]?.body).toBe(server.requests[0]?.body);
    expect(lrs.statements.size).toBe(2);
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('holds the destination back after %d', async (status) => {
    await stage.append([fullStatement('a')]);
    server.next.push({ status });
    const forwarder = stage.forwarder([lrsAt(server.url)]);
    expect(await forwarder.deliver('lrs')).toMatchObject({ end: 'retry' });
    expect(await forwarder.deliver('lrs')).toMatchObject({ end: 'retry', delivered: 0 });
    expect(server.requests).toHaveLength(1);
    stage.clock.time += 1_000;
    expect(await forwarder.deliver('lrs')).toMatchObject({ end: 'drained', delivered: 1 });
    expect(await stage.log.state('lrs')).toMatchObject({ failures: 0, retryAt: 0 });
  });

  it('waits twice as long after each failure, five minutes at most, and tells of it', async () => {
    await stage.append([fullStatement('a')]);
    const forwarder = stage.forwarder([lrsAt(server.url)]);
    const waits: number[] = [];
    for (let failure = 1; failure <= 11; failure += 1) {
      server.next.push({ status: 503 });
      const { retryAt } = await forwarder.deliver('lrs');
      waits.push(retryAt! - stage.clock.time);
      stage.clock.time = retryAt!;
    }
    const seconds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300];
    expect(waits).toEqual(seconds.map((second) => second * 1_000));
    expect(stage.events.findLast(({ type }) => type === 'retry')).toMatchObject({
      failures: 11,
      status: 503,
    });
  });

  it('waits a random part of that time', async () => {
    await stage.append([fullStatement('a')]);
    server.next.push({ status: 503 });
    const { retryAt } = await stage.forwarder([lrsAt(server.url)], { random: () => 0.25 }).deliver('lrs');
    expect(retryAt).toBe(stage.clock.time + 250);
  });

  it.each([
    ['seconds', '120', 120_000],
    ['a date', new Date(1_800_000_000_000 + 90_000).toUTCString(), 90_000],
    ['a date in the past', new Date(1_700_000_000_000).toUTCString(), 1_000],
    ['a century', '3153600000', 86_400_000],
    ['nonsense', 'soon', 1_000],
  ])('honours Retry-After in %s', async (_form, value, wait) => {
    await stage.append([fullStatement('a')]);
    server.next.push({ status: 429, headers: { 'retry-after': value } });
    const { retryAt } = await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    expect(retryAt).toBe(stage.clock.time + wait);
  });

  it.each([
    ['hang', /no answer within 100 ms/],
    ['reset', /./],
  ] as const)('tries again where the connection does %s', async (fault, words) => {
    await stage.append([fullStatement('a')]);
    server.next.push(fault);
    const forwarder = stage.forwarder([lrsAt(server.url, { timeout: 100 })]);
    expect(await forwarder.deliver('lrs')).toMatchObject({ end: 'retry' });
    const [history] = await stage.log.history(1);
    expect(history).toMatchObject({ state: 'pending', attempts: [{ status: null }] });
    expect(history?.attempts[0]?.answer).toMatch(words);
    stage.clock.time += 1_000;
    expect(await forwarder.deliver('lrs')).toMatchObject({ delivered: 1 });
  });

  it('tries again where nobody listens', async () => {
    await stage.append([fullStatement('a')]);
    const closed = await startDestination();
    await closed.close();
    expect(await stage.forwarder([lrsAt(closed.url)]).deliver('lrs')).toMatchObject({ end: 'retry' });
    expect((await stage.log.history(1))[0]?.attempts[0]?.answer).toContain('ECONNREFUSED');
  });

  it('takes a success whose body broke off for a success', async () => {
    await stage.append([fullStatement('a')]);
    server.next.push('half');
    expect(await stage.forwarder([lrsAt(server.url)]).deliver('lrs')).toMatchObject({ delivered: 1 });
  });

  it.each([401, 403, 404, 405, 410, 415])('stops at %d until someone acts', async (status) => {
    await stage.append([fullStatement('a'), fullStatement('b')]);
    server.next.push({ status, body: 'not you, geheim' });
    const forwarder = stage.forwarder([lrsAt(server.url)]);
    expect(await forwarder.deliver('lrs')).toMatchObject({ end: 'stopped', delivered: 0, dead: 0 });
    expect(await forwarder.deliver('lrs')).toMatchObject({ end: 'stopped' });
    expect(server.requests).toHaveLength(1);
    expect(await stage.states()).toEqual(['pending', 'pending']);
    expect(stage.events).toEqual([
      { type: 'stopped', destination: 'lrs', why: `status ${status}: not you, ***`, status },
    ]);
    await stage.log.resume('lrs');
    forwarder.resumed('lrs');
    expect(await forwarder.deliver('lrs')).toMatchObject({ end: 'drained', delivered: 2 });
  });

  it('follows no redirect, and hands its credential to no other address', async () => {
    const elsewhere = await startDestination();
    await stage.append([fullStatement('a'), fullStatement('b')]);
    server.next.push({ status: 307, headers: { location: `${elsewhere.url}/xapi/statements` } });
    const report = await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    expect(report).toMatchObject({ end: 'stopped', delivered: 0 });
    expect(elsewhere.requests).toEqual([]);
    expect((await stage.log.state('lrs')).stopped).toContain(`Location: ${elsewhere.url}`);
    await elsewhere.close();
  });

  it('keeps no secret that an answer repeats', async () => {
    const basic = Buffer.from('käthe:geheim').toString('base64');
    await stage.append([fullStatement('a')]);
    server.next.push({ status: 400, body: `you sent Basic ${basic}, that is geheim` });
    await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    const [history] = await stage.log.history(1);
    expect(history?.attempts[0]?.answer).toBe('you sent Basic ***, that is ***');
  });

  it('keeps the first thousand characters of a long answer', async () => {
    await stage.append([fullStatement('a')]);
    server.next.push({ status: 400, body: 'x'.repeat(3_000_000) });
    await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    expect((await stage.log.history(1))[0]?.attempts[0]?.answer).toBe('x'.repeat(1_000));
  });

  it('keeps the order of what is left after a failure in the middle', async () => {
    const ids = Array.from({ length: 9 }, (_, index) => `s${index}`);
    await stage.append(ids.map((id) => fullStatement(id)));
    const forwarder = stage.forwarder([lrsAt(server.url, { batch: { count: 2 } })]);
    for (const fault of [{ status: 200 }, 'reset', { status: 503 }] as const) server.next.push(fault);
    server.next.splice(0, 1);
    for (let round = 0; round < 5; round += 1) {
      await forwarder.deliver('lrs');
      stage.clock.time += 300_000;
    }
    expect([...lrs.statements.keys()]).toEqual(ids);
  });
});
