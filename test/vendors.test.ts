import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../src/gateway/node/index.ts';
import { recognise, toCaliper, toXapi, validate, type JsonObject } from '../src/index.ts';
import { runningGateway, TOKEN } from './support/running-gateway.ts';

const folder = new URL('fixtures/vendors/', import.meta.url);
const fixtures = readdirSync(folder).map((file) => {
  const text = readFileSync(new URL(file, folder), 'utf8');
  return { name: file.replace('.json', ''), text, data: (JSON.parse(text) as { data: JsonObject[] }).data };
});

describe('an envelope in the shape that a vendor documents', () => {
  let gateway: RunningGateway;
  beforeAll(async () => (gateway = await runningGateway()));
  afterAll(() => gateway.close());

  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json; charset=utf-8' };

  it.each(fixtures)('of $name is taken over HTTP, with its deviations beside it', async ({ text, data }) => {
    const answer = await fetch(`${gateway.url}/caliper`, { method: 'POST', headers, body: text });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    for (const { id } of data) {
      if (typeof id !== 'string') continue;
      const stored = await fetch(`${gateway.url}/records/${encodeURIComponent(id)}`, { headers });
      const { body } = (await stored.json()) as { body: string };
      expect(text).toContain(body);
    }
  });

  it.each(fixtures)('of $name becomes valid statements and returns value for value', ({ data }) => {
    for (const event of data.filter((record) => recognise(record) === 'event')) {
      const conversion = toXapi(event);
      if (!conversion.ok) throw new Error(JSON.stringify(conversion.diagnostics));
      expect(validate(conversion.record).errors).toEqual([]);
      const back = toCaliper(JSON.parse(JSON.stringify(conversion.record)) as JsonObject);
      expect(back.ok && back.record).toEqual(event);
    }
  });

  it('of each kind is here', () => {
    expect(fixtures.map(({ name }) => name)).toEqual([
      'blackboard-learn',
      'canvas-navigation',
      'canvas-submission',
      'etext-reader',
      'instructure-quizzes',
      'kaltura',
      'moodle-log-store',
      'open-edx',
      'thin-python-sensor',
      'unizin-lecture-capture',
    ]);
  });
});
