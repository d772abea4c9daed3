import { describe, expect, it } from 'vitest';
import { appInMemory } from './support/app.ts';
import { ENDPOINTS, OPEN, requestTo } from './support/endpoints.ts';

const SCOPES = [
  'send-caliper',
  'send-xapi',
  'read-own',
  'read-all',
  'administer',
  'monitor',
  'operate',
] as const;
const ENVIRONMENT = Object.fromEntries(
  SCOPES.map((scope) => [`T_${scope.replace('-', '_')}`, `token-${scope}`]),
);
const tokenOf = (scope: string) => ({ env: `T_${scope.replace('-', '_')}` });

/** A source for each scope, and no other one. */
const gateway = () =>
  appInMemory(
    {
      sources: SCOPES.map((scope) => ({
        name: scope,
        scopes: [scope],
        credentials: [{ scheme: 'bearer' as const, token: tokenOf(scope) }],
      })),
    },
    { environment: ENVIRONMENT },
  );

describe('a credential', () => {
  it('is asked for by every endpoint that is not open to all: the list of endpoints is whole', async () => {
    const { app, log } = await gateway();
    const routes = app.routes.filter(({ method }) => method !== 'ALL');
    const unlisted = routes.filter(({ method, path }) => {
      const form = new RegExp(`^${path.replace('{.+}', '').replace(/:[a-z]+/g, '[^/?]+')}(?:\\?|$)`);
      return !OPEN.includes(path) && !ENDPOINTS.some(([asked, at]) => asked === method && form.test(at));
    });
    expect(unlisted.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
    expect(routes.length).toBeGreaterThan(30);
    for (const path of OPEN) expect((await app.request(path)).status).toBe(200);
    await log.close();
  });

  it.each(ENDPOINTS)('opens %s %s with its scopes only', async (method, path, allowed) => {
    const { app, log } = await gateway();
    const send = (authorization?: string) =>
      app.request(path, requestTo(method, path, authorization === undefined ? {} : { authorization }));
    const opened: string[] = [];
    for (const scope of SCOPES) {
      const { status } = await send(`Bearer token-${scope}`);
      expect(status).toBeLessThan(500);
      if (status !== 401 && status !== 403) opened.push(scope);
      else expect(status).toBe(path === '/caliper' ? 401 : 403);
    }
    expect(opened).toEqual(allowed);
    for (const wrong of [undefined, 'Bearer nobody', 'Basic Og==', 'Bearer ']) {
      expect((await send(wrong)).status).toBe(401);
    }
    await log.close();
  });

  it('may have fewer scopes than its source, and says which one it lacks', async () => {
    const { app, log } = await appInMemory(
      {
        sources: [
          {
            name: 'lms',
            credentials: [
              { scheme: 'bearer', token: tokenOf('send-xapi'), scopes: ['send-xapi'] },
              { scheme: 'bearer', token: tokenOf('read-own') },
            ],
          },
        ],
      },
      { environment: ENVIRONMENT },
    );
    const dead = (token: string) =>
      app.request('/dead', { headers: { authorization: `Bearer token-${token}` } });
    expect((await dead('read-own')).status).toBe(200);
    const refused = await dead('send-xapi');
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope", scope="read-own"');
    expect(await refused.json()).toMatchObject({ code: 'insufficient-scope' });
    await log.close();
  });
});
