import { describe, expect, it } from 'vitest';
import type { ConfigurationInput } from '../src/gateway/index.ts';
import { appInMemory } from './support/app.ts';
import { anEnvelope, anEvent, aStatement, events, uuid } from './support/records.ts';
import { runningGateway, TOKEN } from './support/running-gateway.ts';

const bearer = { authorization: 'Bearer a-token-for-tests' };
const json = { ...bearer, 'content-type': 'application/json', 'x-experience-api-version': '1.0.3' };

async function gateway(limits: NonNullable<ConfigurationInput['limits']>, now: () => number = Date.now) {
  const opened = await appInMemory({ limits }, { now });
  const post = (path: string, body: string) =>
    opened.app.request(path, { method: 'POST', headers: json, body });
  return { ...opened, post };
}

describe('what is past a limit', () => {
  it.each<[string, string, string]>([
    ['a string', 'json-string', JSON.stringify(anEnvelope([anEvent({ note: 'x'.repeat(2_000) })]))],
    ['an escaped string', 'json-string', `{"data":"${'\\n'.repeat(1_000)}"}`],
    ['a name of a member', 'json-string', `{"${'x'.repeat(2_000)}":1}`],
    ['a number', 'json-number', `{"n":1${'0'.repeat(2_000)}}`],
    ['a fraction', 'json-number', `[0.${'1'.repeat(2_000)}]`],
    ['a list', 'json-members', `[${'1,'.repeat(1_500)}1]`],
    ['an object', 'json-members', `{${Array.from({ length: 1_500 }, (_, n) => `"m${n}":1`).join(',')}}`],
    ['nesting', 'json-depth', `${'['.repeat(100)}${']'.repeat(100)}`],
  ])('is refused before anything is made of it: %s', async (_, code, body) => {
    const { post, log } = await gateway({ stringLength: 1_024, members: 1_000 });
    for (const path of ['/caliper', '/xapi/statements']) {
      const answer = await post(path, body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code });
    }
    await log.close();
  });

  it('is not what lies within it', async () => {
    const { post, log } = await gateway({ stringLength: 1_024, members: 1_000 });
    const longest = anEvent({ extensions: { note: 'x'.repeat(1_024), n: 1e300, list: Array(900).fill(0) } });
    expect((await post('/caliper', JSON.stringify(anEnvelope([longest])))).status).toBe(200);
    await log.close();
  });
});

describe('a credential', () => {
  it('sends no more records a second than it may, and is told when it may again', async () => {
    let time = Date.parse('2026-01-15T09:00:00Z');
    const { post, log } = await gateway({ recordsPerSecond: 2 }, () => time);
    let next = 0;
    const statement = () => post('/xapi/statements', JSON.stringify(aStatement({ id: uuid((next += 1)) })));
    expect((await post('/caliper', JSON.stringify(anEnvelope(events(24))))).status).toBe(200);
    const refused = await statement();
    expect(refused.status).toBe(429);
    // four records beyond the twenty that may come at once
    expect(refused.headers.get('retry-after')).toBe('3');
    expect(await refused.json()).toMatchObject({ code: 'too-fast' });
    time += 3_000;
    expect((await statement()).status).toBe(200);
    expect((await statement()).status).toBe(200);
    expect((await statement()).status).toBe(429);
    await log.close();
  });

  it('reads while it may not send, and holds no other one back', async () => {
    const time = Date.parse('2026-01-15T09:00:00Z');
    const configuration: ConfigurationInput = {
      limits: { recordsPerSecond: 1 },
      sources: ['a', 'b'].map((name) => ({
        name,
        credentials: [{ scheme: 'bearer' as const, token: { env: `T_${name}` } }],
      })),
    };
    const environment = { T_a: 'a-token', T_b: 'b-token' };
    const { app, log } = await appInMemory(configuration, { now: () => time, environment });
    const send = async (token: string, n: number) =>
      (
        await app.request('/caliper', {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(anEnvelope(events(n))),
        })
      ).status;
    expect(await send('a-token', 12)).toBe(200);
    expect(await send('a-token', 1)).toBe(429);
    expect(await send('b-token', 1)).toBe(200);
    const read = await app.request('/records', { headers: { authorization: 'Bearer a-token' } });
    expect(read.status).toBe(200);
    await log.close();
  });

  it('has no more requests answered at once than it may', async () => {
    const { app, log } = await gateway({ concurrent: 2 });
    let finish = () => {};
    const held = new Promise<void>((resolve) => (finish = resolve));
    const kept = { ...log.dead };
    Object.assign(log.dead, {
      list: async (...asked: Parameters<typeof kept.list>) => held.then(() => kept.list(...asked)),
    });
    const ask = () => app.request('/dead', { headers: bearer });
    const [first, second] = [ask(), ask()];
    await new Promise((resolve) => setTimeout(resolve, 20));
    const third = await ask();
    expect(third.status).toBe(429);
    expect(third.headers.get('retry-after')).toBe('1');
    finish();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect((await ask()).status).toBe(200);
    await log.close();
  });
});

describe('headers', () => {
  it('that are too many bytes are refused, and none leads to a header of the answer', async () => {
    const running = await runningGateway();
    const headers = { authorization: `Bearer ${TOKEN}` };
    const big = await fetch(`${running.url}/dead`, { headers: { ...headers, 'x-more': 'x'.repeat(20_000) } });
    expect(big.status).toBe(431);
    for (const id of ['a b', 'a,b', '<script>', 'é', 'x'.repeat(300)]) {
      const answer = await fetch(`${running.url}/dead`, {
        headers: { ...headers, 'x-request-id': encodeURIComponent(id) + ';' },
      });
      expect(answer.headers.get('x-request-id')).toMatch(/^[\w=-]{1,255}$/);
    }
    await running.close();
  });

  it('of every answer are strict, and those of credentials keep it out of stores', async () => {
    const opened = await appInMemory({ publicUrl: 'https://crosswalk.example.edu' });
    for (const path of ['/healthz', '/nothing', '/dead', '/xapi/about', '/records']) {
      const answer = await opened.app.request(path, { headers: json });
      expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(answer.headers.get('x-frame-options')).toBe('DENY');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    }
    for (const path of ['/dead', '/records', '/xapi/statements', '/keys']) {
      const answer = await opened.app.request(path, { headers: json });
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    opened.log.read = async () => {
      throw new Error('a fault of ours');
    };
    const failed = await opened.app.request('/readyz');
    expect(failed.status).toBe(500);
    expect(failed.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(failed.headers.get('cache-control')).toBe('no-store');
    expect(await failed.text()).not.toContain('a fault of ours');
    await opened.log.close();
    const plain = await appInMemory();
    expect((await plain.app.request('/healthz')).headers.get('strict-transport-security')).toBeNull();
    await plain.log.close();
  });
});
