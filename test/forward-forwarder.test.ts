import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { LogUnavailableError } from '../src/audit/index.ts';
import { smallLrs, startDestination, type LocalDestination, type SmallLrs } from './forward-destination.ts';
import { createStage, endpointAt, fullEvent, fullStatement, lrsAt, type Stage } from './forward-stage.ts';

describe('the forwarder', () => {
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

  it('gives every destination the record in its own language', async () => {
    const endpoint = await startDestination();
    await stage.append([fullEvent('e'), fullStatement('s')], 'lrs', 'endpoint');
    const forwarder = stage.forwarder([lrsAt(server.url), endpointAt(endpoint.url)]);
    const reports = await forwarder.deliverAll();
    expect(reports.map(({ destination, delivered, end }) => [destination, delivered, end])).toEqual([
      ['lrs', 2, 'drained'],
      ['endpoint', 2, 'drained'],
    ]);
    expect([...lrs.statements.keys()]).toEqual(['made-of-e', 's']);
    expect(endpoint.requests[0]?.body).toContain(fullEvent('e').body);
    expect(await stage.log.counts()).toMatchObject([
      { destination: 'endpoint', pending: 0, delivered: 2, dead: 0 },
      { destination: 'lrs', pending: 0, delivered: 2, dead: 0 },
    ]);
    await endpoint.close();
  });

  it('lets one slow destination hold no other back', async () => {
    const slow = await startDestination(() => 'hang');
    await stage.append([fullStatement('a')], 'lrs', 'endpoint');
    const forwarder = stage.forwarder([lrsAt(server.url), endpointAt(slow.url, { timeout: 1_500 })]);
    const began = performance.now();
    const all = forwarder.deliverAll();
    await vi.waitFor(() => expect(lrs.statements.size).toBe(1), { interval: 5 });
    expect(performance.now() - began).toBeLessThan(1_000);
    expect((await all).map((report) => report.end)).toEqual(['drained', 'retry']);
    await slow.close();
  });

  it('knows its destinations only', () => {
    expect(() => stage.forwarder([lrsAt(server.url)]).deliver('nobody')).toThrow(RangeError);
  });

  it('sends from one place at a time', async () => {
    await stage.append([fullStatement('a')]);
    await stage.log.lease('lrs', 'another', stage.clock.time, stage.clock.time + 10_000);
    const forwarder = stage.forwarder([lrsAt(server.url)]);
    expect(await forwarder.deliver('lrs')).toMatchObject({ end: 'busy', delivered: 0 });
    stage.clock.time += 10_000;
    expect(await forwarder.deliver('lrs')).toMatchObject({ end: 'drained', delivered: 1 });
    expect(await stage.log.lease('lrs', 'another', stage.clock.time, stage.clock.time + 1)).toBe(true);
  });

  it('gives its lease back after a failure as well', async () => {
    await stage.append([fullStatement('a')]);
    server.next.push({ status: 500 });
    await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    stage.clock.time += 1_000;
    expect(await stage.forwarder([lrsAt(server.url)]).deliver('lrs')).toMatchObject({ delivered: 1 });
  });

  it('leaves off when its lease went to another sender', async () => {
    await stage.append(['a', 'b'].map((id) => fullStatement(id)));
    const destination = lrsAt(server.url, { batch: { count: 1 } });
    const slowly = async (url: string, init: RequestInit) => {
      const response = await fetch(url, init);
      stage.clock.time += 60_000;
      await stage.log.lease('lrs', 'another', stage.clock.time, stage.clock.time + 60_000);
      return response;
    };
    const report = await stage.forwarder([destination], { fetch: slowly }).deliver('lrs');
    expect(report.end).toBe('busy');
    expect(lrs.statements.size).toBe(1);
    expect(await stage.states()).toEqual(['delivered', 'pending']);
  });

  it('goes on at once after a crash where it has a lasting name', async () => {
    await stage.append([fullStatement('a')]);
    await stage.log.lease('lrs', 'node', stage.clock.time, stage.clock.time + 60_000);
    const forwarder = stage.forwarder([lrsAt(server.url)], { holder: 'node' });
    expect(await forwarder.deliver('lrs')).toMatchObject({ delivered: 1 });
  });

  it('sends what is appended while it sends, also when asked twice at once', async () => {
    await stage.append([fullStatement('a')]);
    let late: Promise<void> | undefined;
    const forwarder = stage.forwarder([lrsAt(server.url)], {
      fetch: async (url, init) => {
        late ??= stage.append([fullStatement('b')]);
        await late;
        return fetch(url, init);
      },
    });
    const [one, two] = await Promise.all([forwarder.deliver('lrs'), forwarder.deliver('lrs')]);
    expect(one).toEqual(two);
    expect(one).toMatchObject({ delivered: 2 });
    expect(server.requests).toHaveLength(2);
  });

  /** A log that does something once, after the last look at a queue that is found empty. */
  function afterTheLastLook(work: () => Promise<unknown>) {
    let done = false;
    return {
      ...stage.log,
      async pending(name: string, limit: number) {
        const items = await stage.log.pending(name, limit);
        if (limit === 1 && items.length === 0 && !done) {
          done = true;
          await work();
        }
        return items;
      },
    };
  }

  it('sends what is appended after its last look, when it is asked to before it ends', async () => {
    await stage.append([fullStatement('a')]);
    const log = afterTheLastLook(async () => {
      await stage.append([fullStatement('b')]);
      void forwarder.deliver('lrs');
    });
    const forwarder = stage.forwarder([lrsAt(server.url)], { log });
    expect(await forwarder.deliver('lrs')).toMatchObject({ delivered: 2, end: 'drained' });
  });

  it('sends what came while another sender with the lease was about to end', async () => {
    await stage.append([fullStatement('a')]);
    const turnedAway = stage.forwarder([lrsAt(server.url)]);
    let release = async (name: string, holder: string) => {
      release = (...lease) => stage.log.release(...lease);
      await stage.append([fullStatement('b')]);
      expect(await turnedAway.deliver('lrs')).toMatchObject({ end: 'busy' });
      await stage.log.release(name, holder);
    };
    const log = { ...stage.log, release: (name: string, holder: string) => release(name, holder) };
    const report = await stage.forwarder([lrsAt(server.url)], { log }).deliver('lrs');
    expect(report).toMatchObject({ delivered: 2, end: 'drained' });
  });

  it('says so where the log is unavailable, and sends what is pending later', async () => {
    await stage.append([fullStatement('a')]);
    const fault = new LogUnavailableError('the disk is full');
    const failing = { ...stage.log, pending: () => Promise.reject(fault) };
    const report = await stage.forwarder([lrsAt(server.url)], { log: failing }).deliver('lrs');
    expect(report).toMatchObject({ end: 'unavailable', delivered: 0 });
    expect(stage.events).toEqual([{ type: 'unavailable', destination: 'lrs', error: fault }]);
    expect(await stage.forwarder([lrsAt(server.url)]).deliver('lrs')).toMatchObject({ delivered: 1 });
  });

  it('fixes several batches with one writing, and sends each by itself in order', async () => {
    const server = await startDestination(() => ({ status: 200 }));
    const ids = Array.from({ length: 13 }, (_, at) => `s${at}`);
    await stage.append(ids.map((id) => fullStatement(id)));
    let fixed = 0;
    const log = {
      ...stage.log,
      fix(outbound: Parameters<typeof stage.log.fix>[0]) {
        fixed += 1;
        return stage.log.fix(outbound);
      },
    };
    const batch = { count: 2, age: 0 };
    const forwarder = stage.forwarder([lrsAt(server.url, { batch })], { log });
    expect(await forwarder.deliver('lrs')).toMatchObject({ delivered: 13, end: 'drained' });
    const sent = server.requests.map(({ body }) =>
      (JSON.parse(body) as { id: string }[]).map(({ id }) => id),
    );
    expect(sent.map(({ length }) => length)).toEqual([2, 2, 2, 2, 2, 2, 1]);
    expect(sent.flat()).toEqual(ids);
    // two, twice the four that a page may have, two, and the one that was left
    expect(fixed).toBe(5);
    await server.close();
  });

  it('fixes the next batches while one is under way, and sends none of them where it fails', async () => {
    const slow = await startDestination(() => 'hang');
    await stage.append(['a', 'b', 'c', 'd', 'e'].map((id) => fullEvent(id)));
    const forwarder = stage.forwarder([lrsAt(slow.url, { batch: { count: 1 }, timeout: 1_500 })]);
    const delivery = forwarder.deliver('lrs');
    const fixed = async (seq: number) => (await stage.log.history(seq))[0]?.outbound ?? null;
    await vi.waitFor(async () => expect(await fixed(3)).not.toBeNull(), { interval: 5 });
    expect(slow.requests).toHaveLength(1);
    expect(await fixed(4)).toBeNull();
    expect(await delivery).toMatchObject({ end: 'retry', delivered: 0 });
    expect(slow.requests).toHaveLength(1);
    await slow.close();
  });

  it('ends no request early because the log fails while it looks ahead, and says so when its turn has come', async () => {
    await stage.append(['a', 'b'].map((id) => fullStatement(id)));
    const log = {
      ...stage.log,
      async pending(...[destination, most, after]: Parameters<typeof stage.log.pending>) {
        if (after) throw new LogUnavailableError('locked');
        return stage.log.pending(destination, most);
      },
    };
    const one = { batch: { count: 1 } };
    expect(await stage.forwarder([lrsAt(server.url, one)], { log }).deliver('lrs')).toMatchObject({
      delivered: 2,
    });
    const failing = { ...log, pending: () => Promise.reject(new LogUnavailableError('locked')) };
    await stage.append([fullStatement('c')]);
    const forwarder = stage.forwarder([lrsAt(server.url, one)], { log: failing });
    expect(await forwarder.deliver('lrs')).toMatchObject({ end: 'unavailable' });
  });

  it('reads no more than one batch at a time where the records are large', async () => {
    await stage.append(Array.from({ length: 13 }, (_, at) => fullStatement(`s${at}`)));
    const pages: number[] = [];
    const log = {
      ...stage.log,
      async pending(...wanted: Parameters<typeof stage.log.pending>) {
        const items = await stage.log.pending(...wanted);
        pages.push(items.length);
        return items;
      },
    };
    const batch = { count: 2, bytes: 10, age: 0 };
    expect(await stage.forwarder([lrsAt(server.url, { batch })], { log }).deliver('lrs')).toMatchObject({
      delivered: 13,
    });
    expect(Math.max(...pages)).toBe(2);
  });

  it('gives up a converted record that the log could not keep', async () => {
    await stage.append([fullEvent('a'), fullStatement('b')]);
    const log = { ...stage.log, largestBody: 50 };
    await stage.forwarder([lrsAt(server.url)], { log }).deliver('lrs');
    expect(await stage.states()).toEqual(['dead: unmappable', 'delivered']);
  });

  it('ends between two requests when it is told to', async () => {
    await stage.append(['a', 'b', 'c'].map((id) => fullStatement(id)));
    const stop = new AbortController();
    const forwarder = stage.forwarder([lrsAt(server.url, { batch: { count: 1 } })], {
      fetch: (url, init) => {
        stop.abort();
        return fetch(url, init);
      },
    });
    expect(await forwarder.deliver('lrs', stop.signal)).toMatchObject({ end: 'interrupted', delivered: 1 });
    expect(await stage.states()).toEqual(['delivered', 'pending', 'pending']);
  });

  describe('while successes are being written', () => {
    const ids = Array.from({ length: 8 }, (_, at) => `s${at}`);
    const oneByOne = () => lrsAt(server.url, { batch: { count: 1 } });

    /** A log whose settlements wait until they are let go. */
    function waitingLog() {
      let letGo: () => void = () => undefined;
      const promise = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const settled: number[] = [];
      const log = {
        ...stage.log,
        async settle(...settling: Parameters<typeof stage.log.settle>) {
          await promise;
          settled.push(...settling[0].map(({ key }) => key));
          return stage.log.settle(...settling);
        },
      };
      return { log, letGo, settled };
    }

    it('sends the next requests, and no more than four that are not written yet', async () => {
      await stage.append(ids.map((id) => fullStatement(id)));
      const { log, letGo, settled } = waitingLog();
      const done = stage.forwarder([oneByOne()], { log }).deliver('lrs');
      await vi.waitFor(() => expect(server.requests).toHaveLength(5), { interval: 5 });
      await pause(50);
      expect(server.requests).toHaveLength(5);
      expect(await stage.states()).toEqual(ids.map(() => 'pending'));
      letGo();
      expect(await done).toMatchObject({ end: 'drained', delivered: 8 });
      expect(settled).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect([...lrs.statements.keys()]).toEqual(ids);
      expect(server.requests).toHaveLength(8);
    });

    it('takes nothing up behind a failure before they are', async () => {
      await stage.append(ids.map((id) => fullStatement(id)));
      const { log, letGo, settled } = waitingLog();
      let count = 0;
      const done = stage
        .forwarder([oneByOne()], {
          log,
          fetch: (url, init) => ((count += 1) === 3 ? Promise.reject(new Error('no')) : fetch(url, init)),
        })
        .deliver('lrs');
      await vi.waitFor(() => expect(count).toBe(3), { interval: 5 });
      await pause(50);
      expect(settled).toEqual([]);
      letGo();
      expect(await done).toMatchObject({ end: 'retry', delivered: 2 });
      expect(settled).toEqual([1, 2, 3]);
      expect((await stage.states()).slice(0, 3)).toEqual(['delivered', 'delivered', 'pending']);
      expect(count).toBe(3);
    });

    it('keeps its lease until they are', async () => {
      await stage.append([fullStatement('a')]);
      const { log, letGo } = waitingLog();
      const done = stage.forwarder([oneByOne()], { log }).deliver('lrs');
      await vi.waitFor(() => expect(server.requests).toHaveLength(1), { interval: 5 });
      await pause(50);
      expect(await stage.log.lease('lrs', 'another', stage.clock.time, stage.clock.time + 1)).toBe(false);
      letGo();
      await done;
      expect(await stage.log.lease('lrs', 'another', stage.clock.time, stage.clock.time + 1)).toBe(true);
    });

    it('says that the log is unavailable where one cannot be, and sends it and what came behind it again', async () => {
      await stage.append(ids.map((id) => fullStatement(id)));
      let writings = 0;
      const log = {
        ...stage.log,
        settle: (...settling: Parameters<typeof stage.log.settle>) =>
          (writings += 1) === 2
            ? Promise.reject(new LogUnavailableError('the disk is gone', { fault: 'unavailable' }))
            : stage.log.settle(...settling),
      };
      expect(await stage.forwarder([oneByOne()], { log }).deliver('lrs')).toMatchObject({
        end: 'unavailable',
      });
      expect((await stage.states())[1]).toBe('pending');
      expect(await stage.forwarder([oneByOne()]).deliver('lrs')).toMatchObject({ end: 'drained' });
      expect(await stage.states()).toEqual(ids.map(() => 'delivered'));
      expect([...lrs.statements.keys()]).toEqual(ids);
    });
  });

  describe('as a loop', () => {
    let stop: AbortController;
    beforeEach(() => {
      stop = new AbortController();
    });

    const delivered = (count: number) =>
      vi.waitFor(() => expect(lrs.statements.size).toBe(count), { interval: 5, timeout: 5_000 });

    it('sends what waits, then what it is told of, until it is ended', async () => {
      await stage.append([fullStatement('a')]);
      const forwarder = stage.forwarder([lrsAt(server.url)]);
      const running = forwarder.run(stop.signal);
      await delivered(1);
      await pause(20);
      await stage.append([fullStatement('b')]);
      forwarder.notify();
      await delivered(2);
      stop.abort();
      await running;
      await stage.append([fullStatement('c')]);
      forwarder.notify();
      await pause(50);
      expect(lrs.statements.size).toBe(2);
    });

    it('misses nothing that it is told of while it sends', async () => {
      const forwarder = stage.forwarder([lrsAt(server.url)]);
      const running = forwarder.run(stop.signal);
      for (let index = 0; index < 40; index += 1) {
        await stage.append([fullStatement(`s${index}`)]);
        forwarder.notify();
        if (index % 3 === 0) await pause(1);
      }
      await delivered(40);
      stop.abort();
      await running;
    });

    it('does not sleep over what it was told of after its last look', async () => {
      await stage.append([fullStatement('a')]);
      const log = afterTheLastLook(async () => {
        await stage.append([fullStatement('b')]);
        forwarder.notify();
      });
      const forwarder = stage.forwarder([lrsAt(server.url)], { log });
      const running = forwarder.run(stop.signal);
      await delivered(2);
      stop.abort();
      await running;
    });

    it('comes back by itself when the destination may be tried again, not earlier', async () => {
      await stage.append([fullStatement('a')]);
      server.next.push({ status: 503 }, 'reset');
      const forwarder = stage.forwarder([lrsAt(server.url)], {
        now: Date.now,
        backoff: { first: 150, longest: 150 },
      });
      const began = Date.now();
      const running = forwarder.run(stop.signal);
      const ringing = setInterval(() => forwarder.notify(), 5);
      await delivered(1);
      clearInterval(ringing);
      expect(Date.now() - began).toBeGreaterThanOrEqual(290);
      expect(server.requests).toHaveLength(3);
      stop.abort();
      await running;
    });

    it('goes on at once when a stopped destination is resumed', async () => {
      await stage.append([fullStatement('a')]);
      server.next.push({ status: 401 });
      const forwarder = stage.forwarder([lrsAt(server.url)]);
      const running = forwarder.run(stop.signal);
      await vi.waitFor(async () => expect((await stage.log.state('lrs')).stopped).not.toBeNull());
      await pause(20);
      await stage.log.resume('lrs');
      forwarder.resumed('lrs');
      await delivered(1);
      stop.abort();
      await running;
    });
  });
});
