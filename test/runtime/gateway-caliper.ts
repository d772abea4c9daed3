import { gzipSync, brotliCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { envelope, event, person, V1P2 } from './gateway-records.ts';
import { problemOf } from './gateway-requests.ts';
import { bearer, type Stage } from './gateway-stage.ts';

/** What the Caliper endpoint does (Caliper 1.2, sections 5.2 and 6). */
export function caliperCases(stage: () => Stage): void {
  const send = (body: unknown, headers: Record<string, string> = {}) =>
    stage().request('/caliper', {
      method: 'POST',
      headers: { ...bearer('CAMPUS'), 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    });
  const recordOf = (id: string) =>
    stage().request(`/records/${encodeURIComponent(id)}`, { headers: bearer('CAMPUS') });

  it('takes a mixed envelope, answers 200 with an empty body, and keeps each record as it was received', async () => {
    const first = event({ extensions: { number: 1 } });
    const text = JSON.stringify(first).replace(
      '"number":1',
      '"number" : 1.50e0, "__proto__": {"admin": true}',
    );
    const described = person();
    const body = JSON.stringify(envelope(['THIS', described])).replace('"THIS"', ` \n${text}\t`);
    const answer = await send(body, { 'content-type': 'Application/JSON; charset=UTF-8' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
    const kept = (await (await recordOf(first.id)).json()) as Record<string, unknown>;
    expect(kept).toMatchObject({
      body: text,
      kind: 'event',
      type: 'NavigationEvent',
      version: '1.2',
      source: 'campus',
      deviations: [],
      attributes: { envelope: { sensor: 'https://example.edu/sensors/1', index: 0, size: 2 } },
    });
    const entity = (await (await recordOf(described.id)).json()) as Record<string, unknown>;
    expect(entity).toMatchObject({ kind: 'describe', body: JSON.stringify(described) });
  });

  it('takes a repeated envelope as done, and keeps its records once', async () => {
    const sent = event();
    expect((await send(envelope([sent]))).status).toBe(200);
    const first = (await (await recordOf(sent.id)).json()) as { seq: number };
    const shuffled = Object.fromEntries(Object.entries(sent).reverse());
    expect((await send(envelope([shuffled, sent], { sendTime: '2019-01-01T00:00:00.000Z' }))).status).toBe(
      200,
    );
    expect(await (await recordOf(sent.id)).json()).toMatchObject({ seq: first.seq });
  });

  const packed = {
    gzip: gzipSync,
    'x-gzip': gzipSync,
    GZIP: gzipSync,
    identity: (text: Uint8Array) => text,
    'gzip, gzip': (text: Uint8Array) => gzipSync(gzipSync(text)),
    br: (text: Uint8Array) => brotliCompressSync(text),
    'gzip, br': (text: Uint8Array) => brotliCompressSync(gzipSync(text)),
  };

  it.each(Object.entries(packed))('undoes %s', async (encoding, pack) => {
    const sent = event();
    const body = pack(Buffer.from(JSON.stringify(envelope([sent]))));
    const answer = await send(body, { 'content-encoding': encoding });
    expect(answer.status).toBe(200);
    expect((await recordOf(sent.id)).status).toBe(200);
  });

  it.each(['compress', 'gzip, compress', 'gzip, gzip, gzip, gzip', 'toString'])(
    'answers 415 to the encoding %s, and says which it can undo',
    async (encoding) => {
      const unknown = await send('{}', { 'content-encoding': encoding });
      expect(unknown.status).toBe(415);
      expect(unknown.headers.get('accept-encoding')).toBe('gzip, br');
      expect((await problemOf(unknown)).code).toBe('content-encoding');
    },
  );

  it.each(['gzip', 'br'])('answers 400 to what is no %s, or only a part of it', async (encoding) => {
    const whole = packed[encoding as 'gzip' | 'br'](Buffer.from(JSON.stringify(envelope([event()]))));
    for (const body of ['{"no":"packing"}', whole.subarray(0, whole.length - 12)]) {
      const answer = await send(body, { 'content-encoding': encoding });
      expect(answer.status).toBe(400);
      expect((await problemOf(answer)).code).toBe('content-encoding');
    }
  });

  it('answers 401 with a challenge to a sensor that does not prove itself, or may not send Caliper', async () => {
    for (const authorization of ['', 'Bearer wrong', 'Bearer', 'Basic Y2FtcHVzOmNhbXB1cy1zZWNyZXQ=']) {
      const answer = await send(envelope([event()]), { authorization });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
      await problemOf(answer);
    }
    expect((await send(envelope([event()]), bearer('PLAYER'))).status).toBe(401);
  });

  it('answers 415 to any other content type', async () => {
    for (const type of ['text/plain', 'application/ld+json', 'application/jsonx']) {
      const answer = await send(envelope([event()]), { 'content-type': type });
      expect(answer.status).toBe(415);
      expect((await problemOf(answer)).code).toBe('content-type');
    }
  });

  it.each([
    ['what is no JSON', '{"sensor":'],
    ['what is not UTF-8', new Uint8Array([0x7b, 0xff, 0x7d])],
    ['no body', ''],
    ['an event without an envelope', event()],
    ['a list', [envelope([event()])]],
    ['an envelope without a sensor', { ...envelope([event()]), sensor: undefined }],
    ['an envelope without a sendTime', { ...envelope([event()]), sendTime: undefined }],
    ['an envelope without a dataVersion', { ...envelope([event()]), dataVersion: undefined }],
    ['an envelope without data', { ...envelope([]), data: undefined }],
    ['an envelope whose data is no list', envelope(event())],
    ['an envelope with nothing in it', envelope([])],
    ['what nests too deep', `${'['.repeat(21)}${']'.repeat(21)}`],
  ])('answers 400 to %s', async (_, body) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    await problemOf(answer);
  });

  it('answers 422 to a version that it does not know', async () => {
    const answer = await send(
      envelope([event()], { dataVersion: 'http://purl.imsglobal.org/ctx/caliper/v9' }),
    );
    expect(answer.status).toBe(422);
    expect((await problemOf(answer)).errors).toMatchObject([{ path: '/dataVersion' }]);
  });

  it('refuses the envelope whole where a record cannot be understood, and says where', async () => {
    const good = event();
    const answer = await send(envelope([good, event({ action: undefined }), 'nonsense', { type: 'Person' }]));
    expect(answer.status).toBe(422);
    const { errors } = await problemOf(answer);
    expect(new Set(errors.map(({ path }) => path.split('/').slice(0, 3).join('/')))).toEqual(
      new Set(['/data/1', '/data/2', '/data/3']),
    );
    expect((await recordOf(good.id)).status).toBe(404);
    expect((await send(envelope([good]))).status).toBe(200);
    expect((await recordOf(good.id)).status).toBe(200);
  });

  it('takes what deviates and can be understood, notes the deviations, and refuses it from a strict source', async () => {
    const odd = event({ eventTime: '2018-11-15T10:15:00Z', action: 'Ended' });
    expect((await send(envelope([odd], { sendTime: '2018-11-15T10:15:01.000+0000' }))).status).toBe(200);
    const kept = (await (await recordOf(odd.id)).json()) as { deviations: { path: string; rule: string }[] };
    expect(kept.deviations.map(({ path }) => path).sort()).toEqual(['/action', '/eventTime']);
    expect(kept).toMatchObject({ attributes: { envelope: { deviations: [{ path: '/sendTime' }] } } });
    const strict = await send(envelope([odd]), bearer('STRICT'));
    expect(strict.status).toBe(422);
    expect((await problemOf(strict)).errors.map(({ path }) => path).sort()).toEqual([
      '/data/0/action',
      '/data/0/eventTime',
    ]);
    expect((await send(envelope([event()]), bearer('STRICT'))).status).toBe(200);
  });

  it('answers 413 to bodies and batches past its limits, as sent and decompressed', async () => {
    expect((await send(envelope([event({ extensions: { long: 'x'.repeat(60_000) } })]))).status).toBe(413);
    const long = Buffer.from(
      JSON.stringify(envelope([event({ extensions: { long: ' '.repeat(200_000) } })])),
    );
    for (const encoding of ['gzip', 'br', 'gzip, gzip'] as const) {
      const bomb = packed[encoding](long);
      expect(bomb.byteLength).toBeLessThan(10_000);
      const answer = await send(bomb, { 'content-encoding': encoding });
      expect(answer.status).toBe(413);
      expect((await problemOf(answer)).code).toBe('body-too-large');
    }
    const many = await send(envelope(Array.from({ length: 21 }, () => event())));
    expect(many.status).toBe(413);
    expect((await problemOf(many)).code).toBe('batch-too-long');
  });

  it('refuses a number that a double cannot hold, and takes half of a character', async () => {
    const text = JSON.stringify(envelope([event({ extensions: { n: 0 } })])).replace('"n":0', '"n":1e999');
    const answer = await send(text);
    expect(answer.status).toBe(422);
    expect((await problemOf(answer)).errors).toMatchObject([
      { path: '/data/0/extensions/n', rule: 'json-number' },
    ]);
    const cut = event({ extensions: { title: '\ud83d' } });
    expect((await send(envelope([cut]))).status).toBe(200);
    expect(await (await recordOf(cut.id)).json()).toMatchObject({ body: JSON.stringify(cut) });
  });

  it('notes a property that stands twice, and refuses two lists of data: the records of one would be lost', async () => {
    const sent = event();
    const text = JSON.stringify(sent).replace('"action":', '"action":"Viewed","action":');
    const whole = JSON.stringify(envelope(['THIS'])).replace('"THIS"', text);
    expect((await send(whole.replace('{"sensor"', '{"sensor":"urn:other","sensor"'))).status).toBe(200);
    const kept: unknown = await (await recordOf(sent.id)).json();
    expect(kept).toMatchObject({
      body: text,
      deviations: [{ path: '/action', rule: 'caliper-repeated' }],
      attributes: { envelope: { deviations: [{ path: '/sensor', rule: 'caliper-repeated' }] } },
    });
    const strict = await send(whole, bearer('STRICT'));
    expect(strict.status).toBe(422);
    expect((await problemOf(strict)).errors).toMatchObject([{ path: '/data/0/action' }]);

    const lost = event();
    const two = JSON.stringify(envelope([event()])).replace(
      '"data":',
      `"data":[${JSON.stringify(lost)}],"data":`,
    );
    const refused = await send(two);
    expect(refused.status).toBe(400);
    expect((await problemOf(refused)).errors).toMatchObject([{ path: '/data', rule: 'caliper-repeated' }]);
    expect((await recordOf(lost.id)).status).toBe(404);
  });

  it('keeps two events that share an id, and notes it of the second', async () => {
    const sent = event();
    const other = { ...sent, eventTime: '2018-11-15T10:20:00.000Z' };
    expect((await send(envelope([sent, other]), bearer('STRICT'))).status).toBe(422);
    expect((await send(envelope([sent, sent, other]))).status).toBe(200);
    expect(await (await recordOf(sent.id)).json()).toBeDefined();
    const rules = await send(envelope([sent, other]), bearer('STRICT'));
    expect((await problemOf(rules)).errors).toMatchObject([
      { path: '/data/1/id', rule: 'caliper-event-id', message: expect.stringContaining('/data/0') as string },
    ]);
  });

  it('tells its configuration to sensors that prove themselves', async () => {
    expect((await stage().request('/caliper')).status).toBe(401);
    const answer = await stage().request('/caliper', { headers: bearer('SENSOR') });
    expect(answer.status).toBe(200);
    const configuration = (await answer.json()) as { caliperSupportedVersions: string[] };
    expect(configuration).toMatchObject({ caliperMaximumPayloadSize: Math.floor(60_000 / 1024) });
    expect(configuration.caliperSupportedVersions).toContain(V1P2);
  });

  it('lets a sensor keep its configuration, and says in short that it is still the same', async () => {
    const answer = await stage().request('/caliper', { headers: bearer('SENSOR') });
    expect(answer.headers.get('cache-control')).toMatch(/^private, max-age=\d+$/);
    expect(answer.headers.get('vary')?.toLowerCase()).toContain('authorization');
    const asked = { ...bearer('SENSOR'), 'if-none-match': answer.headers.get('etag') ?? '' };
    const again = await stage().request('/caliper', { headers: asked });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });
}
