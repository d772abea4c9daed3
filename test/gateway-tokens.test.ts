import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigurationInput } from '../src/gateway/index.ts';
import { readConfigurationFile } from '../src/gateway/node/index.ts';
import { appInMemory } from './support/app.ts';
import { folder } from './support/command-line.ts';
import { anEnvelope, anEvent } from './support/records.ts';
import { signer, type Signer } from './support/signing.ts';

type App = Awaited<ReturnType<typeof appInMemory>>;

const NOW = Date.parse('2026-01-15T09:00:00Z');
const seconds = (at: number) => Math.floor(at / 1_000);
const ISSUER = 'https://id.example.edu';

let trusted: Signer;
let stranger: Signer;
/** A server of keys: what a header names is never to be asked there. */
let keyServer: Server;
let keyUrl: string;
let served: object;
let asked = 0;
let status = 200;

beforeAll(async () => {
  trusted = await signer('2026-01');
  stranger = await signer('2026-01');
  served = { keys: [trusted.publicKey] };
  keyServer = createServer((_request, response) => {
    asked += 1;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(served));
  });
  await new Promise<void>((resolve) => keyServer.listen(0, '127.0.0.1', resolve));
  keyUrl = `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/jwks`;
});
afterAll(() => new Promise((resolve) => keyServer.close(resolve)));

let open: App[] = [];
afterEach(async () => {
  await Promise.all(open.map(({ log }) => log.close()));
  open = [];
});

async function gateway(input: ConfigurationInput, now = () => NOW): Promise<App> {
  const one = await appInMemory(input, { now });
  open.push(one);
  return one;
}

const claims = (more: object = {}) => ({
  iss: ISSUER,
  aud: 'https://crosswalk.example.edu',
  azp: 'client-1',
  exp: seconds(NOW) + 300,
  scope: 'openid events:write',
  ...more,
});

const withIssuer = (keys: object): ConfigurationInput => ({
  sources: [
    { name: 'lms', languages: ['caliper'], read: 'none', credentials: [] },
    { name: 'other', credentials: [] },
  ],
  issuers: [
    {
      issuer: ISSUER,
      audience: ['https://crosswalk.example.edu'],
      keys: keys as never,
      sources: [
        { claims: { azp: 'client-1' }, source: 'lms' },
        { claims: { azp: 'client-2' }, source: 'other' },
      ],
      scopes: { 'events:write': ['send-caliper', 'administer'], 'events:read': ['read-own'] },
    },
  ],
});

const answered = async ({ app }: App, token: string, path = '/caliper') =>
  (
    await app.request(path, {
      headers: { authorization: `Bearer ${token}`, 'x-experience-api-version': '1.0.3' },
    })
  ).status;

describe('an access token', () => {
  const local = () => gateway(withIssuer({ jwks: { keys: [trusted.publicKey] } }));

  it('opens what its scopes mean here, as far as its source may do it', async () => {
    const one = await local();
    const token = await trusted.sign(claims());
    expect(await answered(one, token)).toBe(200);
    expect(await answered(one, token, '/dead')).toBe(403);
    expect(await answered(one, token, '/keys')).toBe(403);
    const reader = await trusted.sign(claims({ azp: 'client-2', scope: undefined, scp: ['events:read'] }));
    expect(await answered(one, reader, '/dead')).toBe(200);
    expect(await answered(one, reader)).toBe(401);
    expect(await answered(one, await trusted.sign(claims({ azp: 'client-3' })))).toBe(401);
  });

  it.each<[string, () => Promise<string>]>([
    ['of another issuer', () => trusted.sign(claims({ iss: 'https://evil.example' }))],
    ['for another audience', () => trusted.sign(claims({ aud: 'https://other.example.edu' }))],
    ['for no audience', () => trusted.sign(claims({ aud: undefined }))],
    ['that is over', () => trusted.sign(claims({ exp: seconds(NOW) - 31 }))],
    ['that never ends', () => trusted.sign(claims({ exp: undefined }))],
    ['that is not yet', () => trusted.sign(claims({ nbf: seconds(NOW) + 31 }))],
    ['of a stranger under the known key id', () => stranger.sign(claims())],
    ['with an unknown key id', () => trusted.sign(claims(), { kid: 'other' })],
    [
      'whose header brings its own key',
      () => stranger.sign(claims(), { jwk: stranger.publicKey, kid: 'own' }),
    ],
    ['whose header says where its keys are', () => stranger.sign(claims(), { jku: keyUrl, x5u: keyUrl })],
    ['without a signature', async () => new UnsecuredJWT(claims()).encode()],
    [
      'that takes the public key for a secret',
      async () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'HS256', kid: '2026-01' })
          .sign(new TextEncoder().encode(JSON.stringify(trusted.publicKey).padEnd(64))),
    ],
    [
      'whose payload was changed',
      async () => {
        const [header, , signature] = (await trusted.sign(claims())).split('.');
        const payload = Buffer.from(JSON.stringify(claims({ azp: 'client-2' }))).toString('base64url');
        return `${header}.${payload}.${signature}`;
      },
    ],
    ['that is none', async () => 'a.b.c'],
  ])('%s is not taken, and nothing is fetched for it', async (_, made) => {
    const one = await local();
    const before = asked;
    expect(await answered(one, await made())).toBe(401);
    expect(asked).toBe(before);
    expect(one.notices.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('is taken within the tolerance of clocks, and remembered no longer than it holds', async () => {
    let time = NOW;
    const one = await gateway(withIssuer({ jwks: { keys: [trusted.publicKey] } }), () => time);
    const token = await trusted.sign(claims({ exp: seconds(NOW) + 10 }));
    expect(await answered(one, token)).toBe(200);
    time += 35_000;
    expect(await answered(one, token)).toBe(200);
    time += 10_000;
    expect(await answered(one, token)).toBe(401);
  });

  it('is verified with the keys at the configured address, which is asked seldom and follows their change', async () => {
    const next = await signer('2026-02');
    const one = await gateway(withIssuer({ url: keyUrl, allowPrivate: true }));
    asked = 0;
    for (let times = 0; times < 5; times += 1) {
      expect(await answered(one, await trusted.sign(claims({ jti: String(times) })))).toBe(200);
    }
    for (let times = 0; times < 5; times += 1)
      expect(await answered(one, await next.sign(claims()))).toBe(401);
    expect(asked).toBe(1);
    served = { keys: [trusted.publicKey, next.publicKey] };
    const fresh = await gateway(withIssuer({ url: keyUrl, allowPrivate: true }));
    expect(await answered(fresh, await next.sign(claims()))).toBe(200);
  });

  it('is answered 503 while its keys cannot be had', async () => {
    status = 500;
    const one = await gateway(withIssuer({ url: keyUrl, allowPrivate: true }));
    const token = await trusted.sign(claims());
    const answer = await one.app.request('/caliper', { headers: { authorization: `Bearer ${token}` } });
    status = 200;
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'keys-unavailable' });
  });
});

describe('a body that its source has signed, as Canvas Live Events sends it', () => {
  const SENSOR = 'https://canvas.example.edu/';
  const canvas = (more: object = {}) => ({
    name: 'canvas',
    languages: ['caliper' as const],
    signed: { keys: { jwks: { keys: [trusted.publicKey] } } as never, sensors: [SENSOR], ...more },
  });
  const body = (id = 'urn:uuid:6f0a1d5e-0e1f-4c8b-9a52-0b6c4d7e8f01') => ({
    ...anEnvelope([anEvent({ id })]),
    sensor: SENSOR,
  });
  const post = (one: App, text: string, headers: Record<string, string> = {}) =>
    one.app.request('/caliper', { method: 'POST', headers, body: text });

  it.each([
    'application/jwt',
    'application/jose',
    'text/plain',
    'application/json',
    'application/jwt; charset=utf-8',
  ])('is taken without a credential as %s, and its record keeps the letters of the payload', async (type) => {
    const one = await gateway({ sources: [canvas()] });
    const answer = await post(one, await trusted.sign(body()), { 'content-type': type });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    const [record] = await one.log.read({ limit: 1 });
    expect(record).toMatchObject({
      source: 'canvas',
      body: JSON.stringify(anEvent({ id: 'urn:uuid:6f0a1d5e-0e1f-4c8b-9a52-0b6c4d7e8f01' })),
    });
  });

  it('keeps odd letters, too', async () => {
    const one = await gateway({ sources: [canvas()] });
    const event =
      '{ "@context":"http://purl.imsglobal.org/ctx/caliper/v1p1",  "id":"urn:uuid:6f0a1d5e-0e1f-4c8b-9a52-0b6c4d7e8f01","type":"Event","actor":{"id":"urn:a","type":"Person","name":"K\\u00e4the ☃"},"action":"Viewed","object":{"id":"urn:b","type":"Page","version":"1.50"},"eventTime":"2025-09-01T08:00:00.000Z" }';
    const text = `{"sensor":"${SENSOR}","sendTime":"2025-09-01T08:00:05.000Z","dataVersion":"http://purl.imsglobal.org/ctx/caliper/v1p1","data":[ ${event} ]}`;
    const { CompactSign } = await import('jose');
    const jws = await new CompactSign(new TextEncoder().encode(text))
      .setProtectedHeader({ alg: 'RS256', kid: '2026-01' })
      .sign(trusted.privateKey);
    expect((await post(one, `${jws}\n`)).status).toBe(200);
    expect((await one.log.read({ limit: 1 }))[0]?.body).toBe(event);
  });

  it.each<[string, () => Promise<string>]>([
    ['signed by a stranger', () => stranger.sign(body())],
    [
      'of another sensor under the same key',
      () => trusted.sign({ ...body(), sensor: 'https://evil.example/' }),
    ],
    [
      'signed with a key of its own header',
      () => stranger.sign(body(), { jwk: stranger.publicKey, jku: keyUrl }),
    ],
    ['not signed at all', async () => new UnsecuredJWT(body()).encode()],
    ['that is over', () => trusted.sign({ ...body(), exp: seconds(NOW) - 60 })],
    ['that is plain JSON', async () => JSON.stringify(body())],
    ['that is nothing', async () => ''],
  ])('is refused where it is %s, and nothing of it is kept', async (_, made) => {
    const one = await gateway({ sources: [canvas()] });
    const before = asked;
    const answer = await post(one, await made(), { 'content-type': 'application/jwt' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(await one.log.read({ limit: 1 })).toEqual([]);
    expect(asked).toBe(before);
  });

  it('is told from those of another customer of the same sender by its sensor', async () => {
    const south = { ...canvas({ sensors: ['https://south.example.edu/'] }), name: 'south' };
    const one = await gateway({ sources: [canvas(), south] });
    await post(
      one,
      await trusted.sign({
        ...body('urn:uuid:6f0a1d5e-0e1f-4c8b-9a52-0b6c4d7e8f02'),
        sensor: 'https://south.example.edu/',
      }),
    );
    await post(one, await trusted.sign(body()));
    expect((await one.log.read({ limit: 5 })).map(({ source }) => source)).toEqual(['south', 'canvas']);
    const alike = { sources: [canvas(), { ...south, signed: { ...south.signed, sensors: undefined } }] };
    await expect(gateway(alike as never)).rejects.toThrow('/sources/1/signed/sensors');
  });

  it('has to be of the source that a token names, where there is one', async () => {
    const source = {
      ...canvas(),
      credentials: [{ scheme: 'bearer' as const, token: { env: 'CROSSWALK_TOKEN' } }],
    };
    const one = await gateway({ sources: [source] });
    const bearer = { authorization: 'Bearer a-token-for-tests', 'content-type': 'application/jwt' };
    expect((await post(one, await trusted.sign(body()), bearer)).status).toBe(200);
    expect((await post(one, await stranger.sign(body()), bearer)).status).toBe(401);
    expect((await post(one, JSON.stringify(body()), bearer)).status).toBe(415);
    const json = { ...bearer, 'content-type': 'application/json' };
    expect((await post(one, JSON.stringify(body()), json)).status).toBe(200);
  });

  it('is held to the limits and rules that hold for every envelope', async () => {
    const one = await gateway({ sources: [canvas()], limits: { bodyBytes: 4_096, depth: 8 } });
    expect((await post(one, await trusted.sign({ ...body(), more: 'x'.repeat(4_000) }))).status).toBe(413);
    const deep = JSON.parse(`${'['.repeat(12)}${']'.repeat(12)}`) as unknown;
    expect((await post(one, await trusted.sign({ ...body(), deep }))).status).toBe(400);
    expect((await post(one, await trusted.sign({ ...body(), dataVersion: 'none' }))).status).toBe(422);
  });
});

describe('keys of a configuration', () => {
  it('are read from a file beside it, and only with TLS from elsewhere', () => {
    const place = folder();
    place.file('keys.json', { keys: [trusted.publicKey] });
    place.file('none.json', { keys: 'none' });
    const configured = (keys: object) => {
      const source = { name: 'canvas', signed: { keys } };
      return readConfigurationFile(place.file('crosswalk.json', { sources: [source] }));
    };
    expect(configured({ file: 'keys.json' }).sources[0]?.signed?.keys).toEqual({
      jwks: { keys: [trusted.publicKey] },
    });
    expect(() => configured({ file: 'none.json' })).toThrow('/sources/0/signed/keys/file');
    expect(() => configured({ file: 'missing.json' })).toThrow('cannot be read');
    expect(() => configured({ url: 'http://keys.example.edu/jwks' })).toThrow('TLS');
    place.remove();
  });
});
