import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { smallLrs, startDestination, type LocalDestination, type SmallLrs } from './forward-destination.ts';
import { createStage, fullEvent, fullStatement, lrsAt, type Stage } from './forward-stage.ts';
import { event, statement } from './runtime/log-records.ts';

describe('forwarding to an LRS', () => {
  let stage: Stage;
  let lrs: SmallLrs;
  let server: LocalDestination;
  const open: LocalDestination[] = [];

  async function started(options: { strict?: boolean } = {}) {
    lrs = smallLrs(options);
    server = await startDestination((request) => lrs.answer(request));
    open.push(server);
  }
  const posts = () => server.requests.filter((request) => request.method === 'POST');
  const idsOf = (body: string) => (JSON.parse(body) as { id: string }[]).map((one) => one.id);

  beforeEach(async () => {
    stage = await createStage();
    await started();
  });
  afterEach(async () => {
    await stage.log.close();
    await Promise.all(open.splice(0).map((each) => each.close()));
  });

  it('posts the data of attachments with their statements, the same bytes again after a failure, and split', async () => {
    const data = ['one', 'two'].map((text) => new TextEncoder().encode(`${text} attachment`));
    const hashes = ['a'.repeat(64), 'b'.repeat(64)];
    const records = hashes.map((sha2, at) =>
      fullStatement(
        `id-${at}`,
        `,"attachments":[{"sha2":"${sha2.toUpperCase()}","contentType":"text/x","length":14}]`,
      ),
    );
    const deliveries = [{ route: 'all', destination: 'lrs' }];
    const attachments = hashes.map((sha2, at) => ({ sha2, content: data[at] ?? new Uint8Array() }));
    const append = (some: typeof records) =>
      stage.log.append(
        some.map((record) => ({ ...record, deliveries })),
        { onConflict: 'skip', attachments },
      );
    const forwarder = stage.forwarder([lrsAt(server.url)]);
    server.next.push({ status: 503 });
    await append([fullStatement('first', `,"attachments":[{"sha2":"${hashes[0]}","contentType":"text/x"}]`)]);
    await forwarder.deliver('lrs');
    stage.clock.time += 600_000;
    server.next.push({ status: 200 }, { status: 413 }, { status: 200 }, { status: 200 });
    await forwarder.deliver('lrs');
    await append(records);
    await forwarder.deliver('lrs');
    const [failed, again, , ...halves] = posts();
    expect(failed?.headers['content-type']).toMatch(/^multipart\/mixed; boundary=crosswalk-[0-9a-f]{40}$/);
    expect(again?.headers['content-type']).toBe(failed?.headers['content-type']);
    expect(again?.body).toBe(failed?.body);
    expect(halves).toHaveLength(2);
    for (const [at, { body }] of halves.entries()) {
      expect(body).toContain(`\r\n\r\n[${records[at]?.body}]\r\n--crosswalk-`);
      const own = `Content-Type: text/x\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: `;
      expect(body).toContain(
        `${own}${hashes[at]?.toUpperCase()}\r\n\r\n${['one', 'two'][at]} attachment\r\n--`,
      );
      expect(body).not.toContain(`${['two', 'one'][at]} attachment`);
    }
    expect(await stage.states()).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('posts statements as one list, in order and letter for letter', async () => {
    const records = ['a', 'b', 'c'].map((id) => fullStatement(id));
    await stage.append(records);
    const report = await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    expect(report).toEqual({ destination: 'lrs', delivered: 3, dead: 0, end: 'drained', retryAt: null });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/xapi/statements',
      body: `[${records.map((record) => record.body).join(',')}]`,
      headers: {
        authorization: `Basic ${Buffer.from('käthe:geheim').toString('base64')}`,
        'content-type': 'application/json',
        'x-experience-api-version': '1.0.3',
      },
    });
    expect(await stage.states()).toEqual(['delivered', 'delivered', 'delivered']);
    expect((await stage.log.history(1))[0]).toMatchObject({
      outbound: { form: 'received', digest: records[0]!.digest, tables: null },
      attempts: [{ status: 200 }],
    });
  });

  it('speaks 2.0.0 with a token where the destination says so', async () => {
    await stage.append([fullStatement('a')]);
    const authorization = { scheme: 'bearer', token: 'abc' } as const;
    await stage.forwarder([lrsAt(server.url, { version: '2.0.0', authorization })]).deliver('lrs');
    expect(server.requests[0]?.headers).toMatchObject({
      'x-experience-api-version': '2.0.0',
      authorization: 'Bearer abc',
    });
  });

  it('sends events as the crosswalk writes them, and keeps what it noted', async () => {
    await stage.append([fullEvent('e')]);
    await stage.forwarder([lrsAt(server.url, { version: '2.0.0', language: 'de' })]).deliver('lrs');
    const asked = { receivedAt: '2023-11-14T22:13:20.000Z', language: 'de', target: '2.0' };
    expect(posts()[0]?.body).toBe(`[${JSON.stringify({ id: 'made-of-e', tables: '1.0.0', asked })}]`);
    expect((await stage.log.history(1))[0]?.outbound).toMatchObject({
      form: 'mapped',
      tables: `1.0.0+${'d'.repeat(64)}`,
      diagnostics: [{ code: 'fallback', path: '/action', message: 'fell back', term: 'Thing' }],
    });
  });

  it('gives up an event that cannot be mapped, with the reason, and sends the others', async () => {
    await stage.append([
      fullEvent('a'),
      fullEvent('b', ',"refuse":true'),
      fullEvent('c', ',"explode":true'),
      fullEvent('d'),
    ]);
    expect(await stage.forwarder([lrsAt(server.url)]).deliver('lrs')).toMatchObject({
      delivered: 2,
      dead: 2,
    });
    expect(await stage.states()).toEqual(['delivered', 'dead: unmappable', 'dead: unmappable', 'delivered']);
    const answers = await Promise.all([2, 3].map(async (seq) => (await stage.log.history(seq))[0]?.attempts));
    expect(answers).toEqual([
      [{ at: stage.clock.time, status: null, answer: 'missing-time at /eventTime: there is no time' }],
      [{ at: stage.clock.time, status: null, answer: 'the conversion failed: a fault of the engine' }],
    ]);
    expect(stage.events.filter((happened) => happened.type === 'dead').map((dead) => dead.record)).toEqual([
      2, 3,
    ]);
  });

  it('gives up a body that is no JSON object', async () => {
    await stage.append([event('a', { body: '[1]' }), event('b', { body: '{' })]);
    await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    expect(await stage.states()).toEqual(['dead: unmappable', 'dead: unmappable']);
  });

  it('writes the id and time that a sender left to the gateway, and nothing else', async () => {
    const attributes = { stored: '2026-02-02T02:02:02.000Z' };
    await stage.append([
      statement('a', { body: ' { "score": 1.0 }' }),
      statement('b', { body: '{"timestamp":"2026-01-01T00:00:00Z", "score": 2.0}', attributes }),
      statement('c', { body: '{"id":"c"}', attributes }),
      statement('d', { body: '{}', attributes }),
    ]);
    await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    expect(posts()[0]?.body).toBe(
      '[{"id":"a","timestamp":"2023-11-14T22:13:20.000Z", "score": 1.0 },' +
        '{"id":"b","timestamp":"2026-01-01T00:00:00Z", "score": 2.0},' +
        '{"timestamp":"2026-02-02T02:02:02.000Z","id":"c"},' +
        '{"id":"d","timestamp":"2026-02-02T02:02:02.000Z"}]',
    );
  });

  it('cuts the queue by number and by size', async () => {
    const long = fullStatement('b', `,"long":"${'ü'.repeat(300)}"`);
    await stage.append([fullStatement('a'), long, ...['c', 'd', 'e', 'f'].map((id) => fullStatement(id))]);
    await stage.forwarder([lrsAt(server.url, { batch: { count: 3, bytes: 500 } })]).deliver('lrs');
    expect(posts().map((request) => idsOf(request.body))).toEqual([['a'], ['b'], ['c'], ['d', 'e', 'f']]);
  });

  it('splits a refused batch until the bad statement stands alone', async () => {
    const records = Array.from({ length: 16 }, (_, index) =>
      fullStatement(`s${index}`, index === 11 ? ',"bad":true' : ''),
    );
    await stage.append(records);
    const report = await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    expect(report).toMatchObject({ delivered: 15, dead: 1, end: 'drained' });
    expect([...lrs.statements.keys()]).toEqual(records.map(({ id }) => id).filter((id) => id !== 's11'));
    const [history] = await stage.log.history(12);
    expect(history).toMatchObject({ state: 'dead', reason: 'refused' });
    expect(history?.attempts.at(-1)).toMatchObject({ status: 400, answer: 'a statement is bad' });
  });

  it.each([400, 413, 422])('gives up a single statement that is refused with %d', async (status) => {
    await stage.append([fullStatement('a')]);
    server.next.push({ status, body: 'no' });
    await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
    expect(await stage.states()).toEqual(['dead: refused']);
  });

  it('splits a batch that is too large for the LRS, and loses nothing', async () => {
    await stage.append(['a', 'b', 'c', 'd'].map((id) => fullStatement(id)));
    server.next.push({ status: 413 });
    expect(await stage.forwarder([lrsAt(server.url)]).deliver('lrs')).toMatchObject({
      delivered: 4,
      dead: 0,
    });
    expect(posts().map((request) => idsOf(request.body).length)).toEqual([4, 2, 2]);
  });

  describe('where the LRS answers 409', () => {
    it('counts the same stored statement as delivered, and gives up only the different one', async () => {
      await started({ strict: true });
      lrs.statements.set('b', JSON.parse(fullStatement('b').body) as Record<string, unknown>);
      lrs.statements.set('c', { id: 'c', other: true });
      await stage.append(['a', 'b', 'c', 'd'].map((id) => fullStatement(id)));
      const report = await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
      expect(report).toMatchObject({ delivered: 3, dead: 1, end: 'drained' });
      expect(await stage.states()).toEqual(['delivered', 'delivered', 'dead: conflict', 'delivered']);
      expect(posts().map((request) => idsOf(request.body))).toEqual([
        ['a', 'b', 'c', 'd'],
        ['a', 'd'],
      ]);
      expect((await stage.log.history(3))[0]?.attempts).toMatchObject([
        { status: 409, answer: 'a statement is there already' },
      ]);
      expect(lrs.statements.get('c')).toEqual({ id: 'c', other: true });
    });

    it('finds a statement that was voided there', async () => {
      await started({ strict: true });
      lrs.statements.set('a', JSON.parse(fullStatement('a').body) as Record<string, unknown>);
      lrs.voided.add('a');
      await stage.append([fullStatement('a')]);
      await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
      expect(await stage.states()).toEqual(['delivered']);
    });

    it('gives up a statement alone where nothing is stored under its id', async () => {
      await stage.append([fullStatement('a'), fullStatement('b')]);
      const conflict = { status: 409, body: 'never' };
      const absent = { status: 404 };
      server.next.push(conflict, absent, absent, absent, absent, conflict, absent, absent);
      await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
      expect(await stage.states()).toEqual(['dead: conflict', 'delivered']);
    });

    it('decides nothing while the stored statement cannot be read', async () => {
      await stage.append([fullStatement('a'), fullStatement('b')]);
      server.next.push({ status: 409 }, { status: 503, headers: { 'retry-after': '7' } });
      const report = await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
      expect(report).toMatchObject({ end: 'retry', retryAt: stage.clock.time + 7_000 });
      expect(await stage.states()).toEqual(['pending', 'pending']);
    });

    it('takes an answer without a statement in it for a fault', async () => {
      await stage.append([fullStatement('a')]);
      server.next.push({ status: 409 }, { status: 200, body: '<html>' });
      expect(await stage.forwarder([lrsAt(server.url)]).deliver('lrs')).toMatchObject({ end: 'retry' });
      expect(await stage.states()).toEqual(['pending']);
    });
  });

  describe('an entity describe', () => {
    const describe1 = (body = '{"id": "urn:course", "type":"CourseSection"}') =>
      event('urn:course', { kind: 'describe', body });
    const path =
      '/xapi/activities/profile?activityId=urn%3Acourse&profileId=https%3A%2F%2Fw3id.org%2Fcrosswalk%2Fdescribe';

    it('becomes a document, letter for letter', async () => {
      await stage.append([fullStatement('a'), describe1(), fullStatement('b')]);
      await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
      expect(server.requests.map(({ method, path: to }) => `${method} ${to}`)).toEqual([
        'POST /xapi/statements',
        `PUT ${path}`,
        'POST /xapi/statements',
      ]);
      expect(server.requests[1]).toMatchObject({
        body: describe1().body,
        headers: {
          'if-none-match': '*',
          'content-type': 'application/json',
          'x-experience-api-version': '1.0.3',
        },
      });
      expect((await stage.log.history(2))[0]).toMatchObject({
        state: 'delivered',
        outbound: {
          form: 'received',
          resource: { resource: 'activities/profile', parameters: { activityId: 'urn:course' } },
        },
      });
    });

    it('replaces an older document under the tag that the LRS gave it', async () => {
      lrs.documents.set(path, '{"older":true}');
      await stage.append([describe1()]);
      await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
      expect(server.requests.map((request) => request.method)).toEqual(['PUT', 'GET', 'PUT']);
      expect(lrs.documents.get(path)).toBe(describe1().body);
      expect(await stage.states()).toEqual(['delivered']);
    });

    it('is not written again where it stands already', async () => {
      lrs.documents.set(path, describe1().body);
      await stage.append([describe1()]);
      await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
      expect(server.requests.map((request) => request.method)).toEqual(['PUT', 'GET']);
      expect(await stage.states()).toEqual(['delivered']);
    });

    it('is tried again where another writer was faster', async () => {
      lrs.documents.set(path, '{"older":true}');
      server.next.push(
        { status: 412 },
        { status: 200, headers: { etag: '"x"' }, body: '{}' },
        { status: 412 },
      );
      await stage.append([describe1()]);
      expect(await stage.forwarder([lrsAt(server.url)]).deliver('lrs')).toMatchObject({ end: 'retry' });
      expect(await stage.states()).toEqual(['pending']);
    });

    it('is given up without an id, or where the LRS has no documents; statements go on', async () => {
      await stage.append([describe1('{"type":"SystemIdentifier"}'), describe1(), fullStatement('a')]);
      server.next.push({ status: 404 });
      await stage.forwarder([lrsAt(server.url)]).deliver('lrs');
      expect(await stage.states()).toEqual(['dead: unmappable', 'dead: refused', 'delivered']);
    });
  });
});
