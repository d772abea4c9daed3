import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { envelope, event, statement } from './gateway-records.ts';
import { basic, bearer, type Stage } from './gateway-stage.ts';

interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
  errors: { path: string; message: string; rule: string }[];
}

/** The problem document of an answer, which must be a whole one. */
export async function problemOf(answer: Response): Promise<ProblemDocument> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await answer.json()) as ProblemDocument;
  expect(problem).toMatchObject({ type: 'about:blank', status: answer.status });
  for (const text of [problem.title, problem.detail, problem.code, problem.requestId]) {
    expect(text).toMatch(/\S/);
  }
  expect(JSON.stringify(problem)).not.toMatch(/\.ts:\d|\.js:\d|node_modules/);
  return problem;
}

const PATHS = ['/caliper', '/xapi/statements', '/records', '/records/1', '/xapi/about', '/healthz'];

/** Requests that resemble real ones and are broken somewhere. */
const brokenRequest = fc.record({
  path: fc.oneof(fc.constantFrom(...PATHS), fc.webPath()),
  query: fc.oneof(fc.constant(''), fc.webQueryParameters()),
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
  authorization: fc.oneof(
    fc.constantFrom(
      bearer('CAMPUS').authorization,
      basic('campus', 'CAMPUS').authorization,
      'Basic',
      'Basic %%%',
    ),
    fc.string({ unit: 'grapheme-ascii' }).map((text) => text.trim()),
  ),
  version: fc.constantFrom('1.0.3', '2.0.0', '0.95', 'x'),
  type: fc.constantFrom('application/json', 'multipart/mixed; boundary=x', 'text/plain', ''),
  encoding: fc.constantFrom('', 'gzip', 'br', 'zip'),
  body: fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .constantFrom(
        ...[envelope([event()]), statement(), [statement()]].map((value) => JSON.stringify(value)),
      )
      .chain((text) =>
        fc
          .tuple(fc.nat(text.length), fc.nat(12), fc.string({ maxLength: 6 }))
          .map(([at, length, put]) => text.slice(0, at) + put + text.slice(at + length)),
      ),
  ),
});

/** What holds for every path. */
export function requestCases(stage: () => Stage): void {
  it('says that it is up, and that its record log answers', async () => {
    expect((await stage().request('/healthz')).status).toBe(200);
    expect(await (await stage().request('/readyz')).json()).toEqual({ status: 'ready', accepting: true });
  });

  it('answers an unknown path with 404 and a wrong method with 405 and Allow', async () => {
    const unknown = await stage().request('/nothing/here');
    expect(unknown.status).toBe(404);
    expect((await problemOf(unknown)).code).toBe('not-found');
    const wrong = await stage().request('/caliper', { method: 'DELETE' });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'POST']);
    expect((await problemOf(wrong)).code).toBe('method-not-allowed');
  });

  it('says when it answered (RFC 9110 section 6.6.1), also where it refuses without reading', async () => {
    const health = await stage().request('/healthz');
    expect(Date.parse(health.headers.get('date') ?? '')).toBeGreaterThan(0);
    for (let times = 0; times < 3; times += 1) {
      const body = 'x'.repeat(50_000);
      const headers = { ...basic('player', 'PLAYER'), 'content-type': 'text/plain' };
      const refused = await stage().request('/xapi/statements', { method: 'POST', headers, body });
      expect(refused.status).toBe(400);
      expect(Date.parse(refused.headers.get('date') ?? '')).toBeGreaterThan(0);
    }
  });

  it('gives each request an id, and keeps the one that it comes with', async () => {
    const own = await stage().request('/nowhere');
    expect(own.headers.get('x-request-id')).toBe((await problemOf(own)).requestId);
    const given = await stage().request('/nowhere', { headers: { 'x-request-id': 'trace-77' } });
    expect(given.headers.get('x-request-id')).toBe('trace-77');
    expect((await problemOf(given)).requestId).toBe('trace-77');
  });

  it('lets pages of configured origins in, also to read what was refused, and no others', async () => {
    const preflight = (origin: string) =>
      stage().request('/caliper', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      });
    const known = await preflight('https://lms.example.edu');
    expect(known.headers.get('access-control-allow-origin')).toBe('https://lms.example.edu');
    expect(known.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const refused = await stage().request('/caliper', {
      method: 'POST',
      headers: { origin: 'https://lms.example.edu' },
    });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://lms.example.edu');
  });

  it('shows a record with its lineage to those who may read it, by number or by id', async () => {
    const sent = statement();
    const post = await stage().request('/xapi/statements', {
      method: 'POST',
      headers: {
        ...basic('player', 'PLAYER'),
        'content-type': 'application/json',
        'x-experience-api-version': '1.0.3',
      },
      body: JSON.stringify(sent),
    });
    expect(post.status).toBe(200);
    const get = (key: string, headers: Record<string, string>) =>
      stage().request(`/records/${encodeURIComponent(key)}`, { headers });
    const found = await get(sent.id, bearer('CAMPUS'));
    const record = (await found.json()) as { seq: number; body: string; source: string };
    expect(record).toMatchObject({
      id: sent.id,
      source: 'player',
      language: 'xapi',
      body: JSON.stringify(sent),
    });
    expect((await get(String(record.seq), basic('player', 'PLAYER'))).status).toBe(200);
    expect((await get(sent.id, bearer('STRICT'))).status).toBe(404);
    expect((await get(sent.id, bearer('SENSOR'))).status).toBe(403);
    expect((await get(sent.id, {})).status).toBe(401);
    expect((await problemOf(await get(randomUUID(), bearer('CAMPUS')))).status).toBe(404);
  });

  it('answers no broken request with a fault of its own', async () => {
    await fc.assert(
      fc.asyncProperty(brokenRequest, async ({ path, query, method, body, ...headers }) => {
        const answer = await stage().request(`${path}${query === '' ? '' : `?${query}`}`, {
          method,
          headers: {
            authorization: headers.authorization,
            'x-experience-api-version': headers.version,
            ...(headers.type === '' ? {} : { 'content-type': headers.type }),
            ...(headers.encoding === '' ? {} : { 'content-encoding': headers.encoding }),
          },
          ...(method === 'GET' ? {} : { body }),
        });
        const text = await answer.text();
        expect({ status: answer.status, text }).toSatisfy(() => answer.status < 500);
        if (answer.status >= 400) {
          expect(answer.headers.get('content-type')).toBe('application/problem+json');
          expect(JSON.parse(text)).toMatchObject({ status: answer.status });
        }
      }),
      { numRuns: 150 },
    );
  });
}
