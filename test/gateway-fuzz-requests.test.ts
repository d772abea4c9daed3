import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appInMemory, ENVIRONMENT } from './support/app.ts';
import { ENDPOINTS, OPEN } from './support/endpoints.ts';

/** Each endpoint without its query, and what there is none at. */
const PATHS = [
  ...new Set([...OPEN, ...ENDPOINTS.map(([, path]) => path.split('?')[0] ?? path)]),
  ...['/', '/records/1/statement', '/dead/1/mapping', '/health', '/erasures/1'],
];

const NAMES = [
  ...['statementId', 'voidedStatementId', 'agent', 'verb', 'activity', 'registration', 'related_agents'],
  ...['since', 'until', 'limit', 'format', 'attachments', 'ascending', 'more', 'cursor', 'from', 'method'],
  ...['activityId', 'stateId', 'profileId', 'after', 'before', 'order', 'source', 'type', 'status', 'kind'],
  ...['destination', 'actor', 'language', 'course', 'text', '__proto__', 'constructor'],
];

const AGENT = { mbox: 'mailto:ada@example.edu' };
const ID = '6690e6c9-3ef0-4ed3-8b37-7f3964730bee';
const STATEMENT = {
  id: ID,
  actor: AGENT,
  verb: { id: 'http://adlnet.gov/expapi/verbs/experienced' },
  object: { id: 'https://example.edu/a' },
};

const ODD = [
  ...[
    '',
    '0',
    '-1',
    '1',
    '1e400',
    '99999999999999999999',
    'NaN',
    'true',
    'null',
    '\u0000',
    '\ud800',
    '%',
    '%ff',
  ],
  ...[
    '2018-13-45T99:99:99Z',
    '2020-01-01T00:00:00Z',
    '+275760-09-13T00:00:00.001Z',
    '0000-00-00',
    '[',
    '{}',
    '[]',
  ],
  ...[
    'https://example.edu/a',
    'http://[',
    ID,
    'exact',
    'ids',
    'canonical',
    'PUT',
    'GET',
    'DELETE',
    'caliper',
  ],
  ...[
    JSON.stringify(AGENT),
    '{"mbox":1}',
    '{"member":[{}]}',
    'x'.repeat(5_000),
    "' OR 1=1 --",
    'e30',
    'eyJ9',
    'MQ==',
  ],
];

const value = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...ODD) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

/** Requests that are good but for the part that is drawn: complete ones of each resource that takes parameters. */
const GOOD: readonly Readonly<Record<string, string>>[] = [
  {},
  { statementId: ID },
  { activityId: 'https://example.edu/a', agent: JSON.stringify(AGENT), stateId: 's' },
  { activityId: 'https://example.edu/a', profileId: 'p' },
  { agent: JSON.stringify(AGENT), profileId: 'p' },
  { agent: JSON.stringify(AGENT) },
];

const query = fc
  .tuple(
    fc.constantFrom(...GOOD),
    fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 3 }),
    fc.option(fc.constantFrom('%', '%zz', '%ff', '&&=', '?', '#x'), { freq: 8 }),
  )
  .map(([good, drawn, tail]) => {
    const search = new URLSearchParams([...Object.entries(good), ...drawn]).toString();
    return `${search === '' ? '' : `?${search}`}${tail ?? ''}`;
  });

const BOUNDARY = 'edge';
const SHA2 = '495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a';

/** A statement that announces an attachment, with or without the part that holds it. */
function multipart(hash: string, type: string, more: string): string {
  const attachment = {
    usageType: 'https://example.edu/use',
    display: { en: 'a' },
    contentType: 'text/plain',
    length: 27,
    sha2: hash,
  };
  const statement = JSON.stringify({ ...STATEMENT, attachments: [attachment] });
  return [
    `--${BOUNDARY}\r\nContent-Type:${type}\r\n\r\n${statement}`,
    `--${BOUNDARY}\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: ${hash}\r\n\r\n${more}`,
    `--${BOUNDARY}--\r\n`,
  ].join('\r\n');
}

const whole = fc.oneof(
  fc.constantFrom(
    JSON.stringify(STATEMENT),
    JSON.stringify([STATEMENT, { ...STATEMENT, id: undefined }]),
    '[]',
    '{}',
    '{"languagePreference":"en"}',
    '{"source":"lms","scopes":["read-own"]}',
    '{"actor":{"mbox":"mailto:ada@example.edu"}}',
  ),
  fc
    .tuple(fc.constantFrom(SHA2, 'x', ''), fc.constantFrom('application/json', '', 'x/y; a="'), value)
    .map((parts) => multipart(...parts)),
  fc
    .array(
      fc.tuple(fc.constantFrom('content', 'Authorization', 'If-Match', 'Content-Type', ...NAMES), value),
      {
        maxLength: 4,
      },
    )
    .map((fields) => new URLSearchParams(fields).toString()),
  fc.json({ maxDepth: 3 }),
);

const body = fc
  .tuple(whole, fc.option(fc.tuple(fc.nat(900), fc.nat(12), fc.string({ unit: 'binary', maxLength: 4 }))))
  .map(([text, damage]) => {
    if (!damage) return text;
    const [at, length, instead] = damage;
    return text.slice(0, at) + instead + text.slice(at + length);
  });

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'content-type': [
    'application/json',
    'application/json; charset=utf-16',
    `multipart/mixed; boundary=${BOUNDARY}`,
    'multipart/mixed',
    'multipart/mixed; boundary="',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'text/plain',
    ';',
  ],
  'x-experience-api-version': ['1.0.3', '2.0.0', '1.0', '0.9', '9', 'x'],
  'content-encoding': ['gzip', 'deflate', 'br', 'identity', 'gzip, gzip', 'x'],
  'content-length': ['0', '-1', '99999999999', 'x'],
  'if-match': ['*', '"a"', 'W/"a"', 'a', '"', '"a", "b"'],
  'if-none-match': ['*', '"a"', 'W/"a"', '"'],
  'if-modified-since': ['Thu, 01 Jan 1970 00:00:00 GMT', 'x'],
  accept: ['*/*', 'text/turtle', 'application/ld+json', 'x', 'a/b;q=9'],
  'accept-language': ['en', '*', 'en;q=x', '-'.repeat(300), 'xx-'.repeat(200)],
  'accept-encoding': ['gzip', 'br', '*;q=0'],
  traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '00-0-0-0'],
  'x-request-id': ['x', 'y'.repeat(5_000)],
  origin: ['https://evil.example', 'null'],
  authorization: ['Bearer', 'Bearer a.b.c', 'Basic', 'Basic %', 'Basic YTpi', 'Digest x', ''],
};

const headers = fc
  .dictionary(fc.constantFrom(...Object.keys(HEADERS)), fc.nat(20), { maxKeys: 4 })
  .map((drawn) =>
    Object.fromEntries(
      Object.entries(drawn).map(([name, at]) => {
        const values = HEADERS[name] ?? [];
        return [name, values[at % values.length] ?? ''];
      }),
    ),
  );

const request = fc.record({
  method: fc.constantFrom('GET', 'GET', 'POST', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'),
  path: fc.constantFrom(...PATHS),
  query,
  headers,
  body,
  plain: fc.boolean(),
});

const SCOPES = ['send-caliper', 'send-xapi', 'read-all', 'administer', 'monitor', 'operate'] as const;

/** `npm run soak:caliper` sends a million; CROSSWALK_FUZZ_RUNS and CROSSWALK_FUZZ_SEED choose other runs. */
const RUNS = Number(process.env['CROSSWALK_FUZZ_RUNS'] ?? 3_000);
const SEED = Number(process.env['CROSSWALK_FUZZ_SEED'] ?? 20260115);
const SLOWEST = 2_000;
const MOST_GROWTH = 150e6;

describe('whatever is sent to any endpoint', () => {
  it(
    'gets an answer that lays no fault on the gateway, in bounded time and memory',
    async () => {
      const { app, log, notices } = await appInMemory({
        sources: [
          {
            name: 'all',
            scopes: [...SCOPES],
            credentials: [{ scheme: 'bearer', token: { env: 'CROSSWALK_TOKEN' } }],
          },
        ],
      });
      const seen = new Map<string, Set<number>>();
      let runs = 0;
      let heap = 0;
      await fc.assert(
        fc.asyncProperty(
          request,
          async ({ method, path, query: search, headers: drawn, body: text, plain }) => {
            runs += 1;
            if (runs === Math.ceil(RUNS / 10)) heap = process.memoryUsage().heapUsed;
            const common = {
              authorization: `Bearer ${ENVIRONMENT.CROSSWALK_TOKEN}`,
              'x-experience-api-version': '1.0.3',
              'content-type': 'application/json',
            };
            const bodyless = method === 'GET' || method === 'HEAD';
            const start = performance.now();
            const answer = await app.request(`${path}${search}`, {
              method,
              headers: plain ? common : { ...common, ...drawn },
              ...(!bodyless && { body: text }),
            });
            const written = await answer.text();
            expect(performance.now() - start).toBeLessThan(SLOWEST);
            expect(answer.status).toBeLessThan(500);
            seen.set(path, (seen.get(path) ?? new Set()).add(answer.status));
            if (answer.headers.get('content-type')?.includes('problem+json') && method !== 'HEAD') {
              expect(JSON.parse(written)).toMatchObject({
                status: answer.status,
                code: expect.any(String) as string,
              });
            }
          },
        ),
        { numRuns: RUNS, seed: SEED, endOnFailure: RUNS > 10_000 },
      );
      expect(process.memoryUsage().heapUsed - heap).toBeLessThan(MOST_GROWTH);
      expect(notices.filter(({ level }) => level === 'error')).toEqual([]);
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(seen.size).toBe(PATHS.length);
      expect([...(seen.get('/xapi/statements') ?? [])]).toEqual(expect.arrayContaining([200, 400, 401]));
      await log.close();
    },
    60_000 + RUNS * 20,
  );
});
