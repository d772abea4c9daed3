import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../src/gateway/node/index.ts';
import { startDestination, type LocalDestination } from './forward-destination.ts';
import { envelope, event, statement, V1P2 } from './runtime/gateway-records.ts';
import { runningGateway, TOKEN } from './support/running-gateway.ts';

describe('what a record names', () => {
  let gateway: RunningGateway;
  let trap: LocalDestination;
  beforeAll(async () => {
    trap = await startDestination(() => ({ status: 200, body: '{"@context":{}}' }));
    gateway = await runningGateway();
  });
  afterAll(async () => {
    await gateway.close();
    await trap.close();
  });

  const authorization = `Bearer ${TOKEN}`;
  const ask = (path: string, accept: string) =>
    fetch(`${gateway.url}${path}`, {
      headers: { authorization, accept, 'x-experience-api-version': '1.0.3' },
    });
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        'x-experience-api-version': '1.0.3',
      },
      body: JSON.stringify(body),
    });
    await answer.text();
    return answer.status;
  };

  it('is never fetched: contexts, attachments, links, in whatever form it is then asked for', async () => {
    const there = (name: string) => `${trap.url}/${name}`;
    const contexts = [
      there('context'),
      [V1P2, there('listed')],
      { '@import': there('import') },
      { vendor: { '@id': there('id'), '@context': there('nested') } },
    ];
    const events = contexts.map((context) =>
      event({
        '@context': context,
        object: { id: there('page'), type: 'WebPage' },
        extensions: { '@context': there('inner'), $ref: there('reference') },
      }),
    );
    for (const one of events) expect([200, 400]).toContain(await post('/caliper', envelope([one])));
    const sha2 = createHash('sha256').update('data').digest('hex');
    const attached = statement({
      object: {
        id: there('activity'),
        definition: {
          type: there('type'),
          moreInfo: there('more'),
          extensions: { [there('name')]: there('value') },
        },
      },
      attachments: [
        {
          usageType: there('usage'),
          display: { en: 'work' },
          contentType: 'text/plain',
          length: 4,
          sha2,
          fileUrl: there('file'),
        },
      ],
    });
    expect(await post('/xapi/statements', [attached])).toBe(200);
    const { records } = (await (await ask('/records', 'application/json')).json()) as {
      records: { seq: number }[];
    };
    expect(records.length).toBeGreaterThan(1);
    for (const { seq } of records) {
      for (const form of ['text/turtle', 'application/n-quads', 'application/ld+json', 'application/json']) {
        await (await ask(`/records/${seq}`, form)).text();
      }
      for (const as of ['caliper', 'xapi', 'received'])
        await (await ask(`/records/${seq}?as=${as}`, '*/*')).text();
    }
    await (await ask(`/xapi/statements?attachments=true`, '*/*')).text();
    await (await ask(`/xapi/activities?activityId=${encodeURIComponent(there('activity'))}`, '*/*')).text();
    expect(trap.requests).toEqual([]);
  });
});
