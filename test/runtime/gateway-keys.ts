import { expect, it } from 'vitest';
import { envelope, event, statement } from './gateway-records.ts';
import { bearer, type Stage } from './gateway-stage.ts';
import { problemOf } from './gateway-requests.ts';

interface Made {
  id: string;
  key: string;
}

/** How keys are made, used and taken away over HTTP. */
export function keyCases(stage: () => Stage): void {
  const request = (method: string, path: string, body?: object, secret: 'ADMIN' | 'CAMPUS' = 'ADMIN') =>
    stage().request(path, {
      method,
      headers: { ...bearer(secret), 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const made = async (wanted: object): Promise<Made> => {
    const answer = await request('POST', '/keys', wanted);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    return (await answer.json()) as Made;
  };
  const listed = async (): Promise<Record<string, unknown>[]> =>
    ((await (await request('GET', '/keys')).json()) as { keys: Record<string, unknown>[] }).keys;
  const sends = async (token: string) =>
    (
      await stage().request('/caliper', {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(envelope([event()])),
      })
    ).status;
  const posts = async (user: string, password: string) =>
    (
      await stage().request('/xapi/statements', {
        method: 'POST',
        headers: {
          authorization: `Basic ${btoa(`${user}:${password}`)}`,
          'content-type': 'application/json',
          'x-experience-api-version': '1.0.3',
        },
        body: JSON.stringify(statement()),
      })
    ).status;

  it('proves a source as a bearer token, and as the password of the user with its id, within its scopes', async () => {
    const { id, key } = await made({ source: 'campus', scopes: ['send-caliper', 'send-xapi'] });
    expect(await sends(key)).toBe(200);
    expect(await posts(id, key)).toBe(200);
    expect(await posts('campus', key)).toBe(401);
    expect(await sends(`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`)).toBe(401);
    const read = await stage().request('/dead', { headers: { authorization: `Bearer ${key}` } });
    expect(read.status).toBe(403);
    expect((await listed()).find((one) => one.id === id)).toMatchObject({
      source: 'campus',
      scopes: ['send-caliper', 'send-xapi'],
      createdBy: 'admin',
      lastUsedAt: expect.any(String) as string,
    });
    expect(JSON.stringify(await listed())).not.toContain(key.slice(-20));
  });

  it('is as strict as the source of the configuration that it stands for', async () => {
    const strict = await made({ source: 'strict', scopes: ['send-caliper'] });
    const broken = JSON.stringify(envelope([event({ profile: 'NoSuchProfile' })]));
    const answer = await stage().request('/caliper', {
      method: 'POST',
      headers: { authorization: `Bearer ${strict.key}`, 'content-type': 'application/json' },
      body: broken,
    });
    expect(answer.status).toBe(422);
  });

  it('is rotated, the former text holding for the grace that is given, and no longer', async () => {
    const { id, key } = await made({ source: 'campus', scopes: ['send-caliper'] });
    const rotated = (await (await request('POST', `/keys/${id}/rotate`, {})).json()) as Made;
    expect([await sends(key), await sends(rotated.key)]).toEqual([200, 200]);
    const again = (await (await request('POST', `/keys/${id}/rotate`, { graceSeconds: 0 })).json()) as Made;
    expect([await sends(key), await sends(rotated.key), await sends(again.key)]).toEqual([401, 401, 200]);
  });

  it('is revoked at once, and for good', async () => {
    const { id, key } = await made({ source: 'campus', scopes: ['send-caliper'] });
    expect(await sends(key)).toBe(200);
    expect((await request('DELETE', `/keys/${id}`)).status).toBe(204);
    expect(await sends(key)).toBe(401);
    expect((await request('DELETE', `/keys/${id}`)).status).toBe(409);
    expect((await request('POST', `/keys/${id}/rotate`, {})).status).toBe(409);
    expect((await request('DELETE', '/keys/0000000000000000')).status).toBe(404);
  });

  it('ends when it was to end', async () => {
    const ended = await made({
      source: 'campus',
      scopes: ['send-caliper'],
      expiresAt: '2020-01-01T00:00:00Z',
    });
    expect(await sends(ended.key)).toBe(401);
  });

  it('gives nobody more than an administrator has', async () => {
    for (const wanted of [
      { source: 'x', scopes: ['operate'] },
      { source: 'x', scopes: ['read-own', 'monitor'] },
      { source: 'x', scopes: ['read-all'], tenant: 'another' },
    ]) {
      const answer = await request('POST', '/keys', wanted);
      expect(answer.status).toBe(403);
      await problemOf(answer);
    }
    expect((await request('POST', '/keys', { source: 'x', scopes: ['read-own'] }, 'CAMPUS')).status).toBe(
      403,
    );
    expect((await request('GET', '/keys', undefined, 'CAMPUS')).status).toBe(403);
    for (const wrong of [{}, { source: 'x', scopes: [] }, { source: 'a b', scopes: ['read-own'] }]) {
      expect((await request('POST', '/keys', wrong)).status).toBe(400);
    }
  });
}
