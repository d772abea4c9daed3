import { afterAll, beforeAll, expect, it } from 'vitest';
import { SCOPE_NAMES } from '../../src/gateway/scopes.ts';
import { ENDPOINTS, OPEN, requestTo } from '../support/endpoints.ts';
import { envelope, event } from './gateway-records.ts';
import { bearer, SECRETS, type Stage, type StageHost } from './gateway-stage.ts';

/** What every answer has, whoever asks for what (OWASP Secure Headers; there is no page that runs anything). */
const STRICT = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
};

/** What of that an answer lacks; empty where all is there. */
export function lacking(answer: Response, expected: Readonly<Record<string, string>> = STRICT): string[] {
  const missing = Object.entries(expected).filter(([name, value]) => answer.headers.get(name) !== value);
  const told = ['server', 'x-powered-by'].filter((name) => answer.headers.has(name));
  return [...missing.map(([name]) => `without ${name}`), ...told.map((name) => `with ${name}`)];
}

/** Without TLS in front nothing promises that there will be. */
export const STRICT_WITHOUT_TLS = Object.fromEntries(
  Object.entries(STRICT).filter(([name]) => name !== 'strict-transport-security'),
);

const ORIGIN = 'https://lms.example.edu';

/** What holds for every answer of every endpoint. */
export function headerCases(host: StageHost): void {
  let stage: Stage;
  const open = (more: object = {}) =>
    host.open(
      {
        publicUrl: 'https://crosswalk.example.edu',
        cors: { origins: [ORIGIN] },
        limits: { bodyBytes: 60_000, batch: 5_000, recordsPerSecond: 2 },
        sources: [
          {
            name: 'all',
            scopes: [...SCOPE_NAMES],
            credentials: (['ADMIN', 'SENSOR'] as const).map((env) => ({ scheme: 'bearer', token: { env } })),
          },
          {
            name: 'none',
            scopes: ['monitor'],
            credentials: [{ scheme: 'bearer', token: { env: 'PLAYER' } }],
          },
        ],
        ...more,
      },
      SECRETS,
    );
  beforeAll(async () => {
    stage = await open();
  });
  afterAll(() => stage.close());

  const seen = new Set<number>();
  const ask = async (path: string, init: RequestInit = {}, of = stage) => {
    const answer = await of.request(path, init);
    await answer.arrayBuffer();
    seen.add(answer.status);
    const { authorization } = (init.headers ?? {}) as Record<string, string>;
    const caching = answer.headers.get('cache-control');
    // How an endpoint is configured a sensor may keep for itself (Caliper 1.2, 4.4).
    const configuration = path === '/caliper' && init.method === 'GET' && answer.ok;
    const wanted = configuration ? /^private,/ : /^no-store$/;
    const open_ = answer.ok && authorization === undefined;
    const kept = open_ || wanted.test(caching ?? '') ? [] : [`may be stored: ${caching}`];
    return [...lacking(answer), ...kept].map(
      (fault) => `${init.method ?? 'GET'} ${path} ${answer.status}: ${fault}`,
    );
  };

  it('are strict at every endpoint, for those who may and those who may not', async () => {
    const faults: string[] = [];
    for (const path of OPEN) faults.push(...(await ask(path)));
    for (const [method, path] of ENDPOINTS) {
      for (const headers of [bearer('ADMIN'), bearer('PLAYER'), {}, { authorization: 'Basic Og==' }])
        faults.push(...(await ask(path, requestTo(method, path, headers))));
    }
    expect(faults).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining([200, 204, 400, 401, 403, 404]));
  });

  it('are strict where nothing is there, a method has no meaning, or a browser asks first', async () => {
    const faults: string[] = [];
    const known = [...OPEN, ...ENDPOINTS.map(([, path]) => path)];
    for (const path of ['/', '/nothing', '/%00', '/records/../..//etc/passwd', ...known]) {
      for (const method of ['PATCH', 'HEAD']) faults.push(...(await ask(path, { method })));
      for (const origin of [ORIGIN, 'https://evil.example']) {
        const headers = { origin, 'access-control-request-method': 'POST' };
        faults.push(...(await ask(path, { method: 'OPTIONS', headers })));
        faults.push(...(await ask(path, { headers: { origin } })));
      }
    }
    expect(faults).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining([204, 404, 405]));
  });

  it('are strict where a request is too large, of no known kind, too fast, or comes to a full gateway', async () => {
    const faults: string[] = [];
    const headers = { ...bearer('SENSOR'), 'content-type': 'application/json' };
    const post = (more: Record<string, string>, body: string, of = stage) =>
      ask('/caliper', { method: 'POST', headers: { ...headers, ...more }, body }, of);
    faults.push(...(await post({}, ' '.repeat(100_000))));
    faults.push(...(await post({ 'content-type': 'text/plain' }, 'x')));
    faults.push(...(await post({ 'content-encoding': 'zip' }, '{}')));
    const many = JSON.stringify(envelope(Array.from({ length: 60 }, () => event())));
    for (const _ of [1, 2]) faults.push(...(await post({}, many)));
    const full = await open({
      limits: {},
      backpressure: { pending: 2, share: 1 },
      destinations: [
        {
          kind: 'lrs',
          name: 'lrs',
          url: 'https://lrs.invalid',
          authorization: { scheme: 'bearer', token: { env: 'DESTINATION' } },
        },
      ],
    });
    for (const _ of [1, 2]) faults.push(...(await post({}, many, full)));
    await full.close();
    expect(faults).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining([413, 415, 429, 503]));
  });
}
