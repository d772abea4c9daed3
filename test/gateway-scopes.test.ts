import { describe, expect, it } from 'vitest';
import type { ConfigurationInput } from '../src/gateway/index.ts';
import { aStatement, anEnvelope, anEvent } from './support/records.ts';
import { appInMemory } from './support/app.ts';

type Scopes = NonNullable<NonNullable<ConfigurationInput['sources']>[number]['scopes']>;

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

const agent = encodeURIComponent('{"mbox":"mailto:a@example.edu"}');
const document = `/xapi/agents/profile?agent=${agent}&profileId=p`;
const body = { '/caliper': anEnvelope([anEvent()]), '/xapi/statements': aStatement() };

/** Every endpoint that is not open to all, with the scopes that open it. */
const ENDPOINTS: readonly [method: string, path: string, allowed: readonly Scopes[number][]][] = [
  ['GET', '/caliper', ['send-caliper']],
  ['POST', '/caliper', ['send-caliper']],
  ['POST', '/xapi/statements', ['send-xapi']],
  ['PUT', '/xapi/statements?statementId=6f0a1d5e-0e1f-4c8b-9a52-000000000900', ['send-xapi']],
  ['GET', '/xapi/statements', ['read-own', 'read-all']],
  ['GET', `/xapi/agents?agent=${agent}`, ['read-own', 'read-all']],
  ['GET', '/xapi/activities?activityId=https://a.example', ['read-own', 'read-all']],
  ['GET', document, ['read-own', 'read-all']],
  ['PUT', document, ['send-xapi']],
  ['POST', document, ['send-xapi']],
  ['DELETE', document, ['send-xapi']],
  ['GET', '/records', ['read-own', 'read-all']],
  ['GET', '/records?format=ndjson', ['read-own', 'read-all']],
  ['GET', '/records/1', ['read-own', 'read-all']],
  ['GET', '/dead', ['read-own', 'read-all']],
  ['GET', '/dead/1', ['read-own', 'read-all']],
  ['GET', '/dead/1/remapped', ['read-own', 'read-all']],
  ['POST', '/dead/replay', ['administer', 'operate']],
  ['POST', '/dead/1/replay', ['administer', 'operate']],
  ['PUT', '/dead/1/outbound', ['administer', 'operate']],
  ['DELETE', '/dead/1', ['administer', 'operate']],
  ['GET', '/terms', ['read-own', 'read-all']],
  ['GET', '/metrics', ['monitor', 'operate']],
  ['GET', '/destinations', ['monitor', 'operate']],
  ['POST', '/destinations/lrs/resume', ['operate']],
  ['GET', '/records/proof', ['operate']],
  ['GET', '/keys', ['administer', 'operate']],
  ['POST', '/keys', ['administer', 'operate']],
  ['POST', '/keys/1/rotate', ['administer', 'operate']],
  ['DELETE', '/keys/1', ['administer', 'operate']],
];

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
  it.each(ENDPOINTS)('opens %s %s with its scopes only', async (method, path, allowed) => {
    const { app, log } = await gateway();
    const send = (authorization?: string) =>
      app.request(path, {
        method,
        headers: {
          ...(authorization === undefined ? {} : { authorization }),
          'content-type': 'application/json',
          'x-experience-api-version': '1.0.3',
          'if-none-match': '"x"',
        },
        ...(method === 'GET' || method === 'DELETE'
          ? {}
          : { body: JSON.stringify(path === '/caliper' ? body['/caliper'] : body['/xapi/statements']) }),
      });
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
