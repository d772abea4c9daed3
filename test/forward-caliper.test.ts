import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startDestination, type LocalDestination } from './forward-destination.ts';
import { createStage, endpointAt, fullEvent, fullStatement, type Stage } from './forward-stage.ts';
import { event } from './runtime/log-records.ts';

const CONTEXT = 'http://purl.imsglobal.org/ctx/caliper/';

describe('forwarding to a Caliper endpoint', () => {
  let stage: Stage;
  let server: LocalDestination;

  const envelopes = () =>
    server.requests.map(
      ({ body }) => JSON.parse(body) as { dataVersion: string; data: { id: string }[]; sendTime: string },
    );

  beforeEach(async () => {
    stage = await createStage();
    server = await startDestination(({ body }) =>
      body.includes('"bad"') ? { status: 400, body: 'an event is bad' } : { status: 200 },
    );
  });
  afterEach(async () => {
    await stage.log.close();
    await server.close();
  });

  it('posts events and describes in one envelope, in order and letter for letter', async () => {
    const records = [
      fullEvent('a'),
      event('urn:b', { kind: 'describe', body: '{"id":"urn:b" }' }),
      fullEvent('c'),
    ];
    await stage.append(records, 'endpoint');
    await stage.forwarder([endpointAt(server.url)]).deliver('endpoint');
    expect(server.requests).toHaveLength(1);
    const head = {
      sensor: 'https://crosswalk.example.org/sensor',
      sendTime: new Date(stage.clock.time).toISOString(),
      dataVersion: `${CONTEXT}v1p2`,
    };
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/caliper',
      headers: { authorization: 'Bearer token-1', 'content-type': 'application/json' },
      body: `${JSON.stringify(head).slice(0, -1)},"data":[${records.map((one) => one.body).join(',')}]}`,
    });
    expect(await stage.states('endpoint')).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('sends one envelope for each run of one data version', async () => {
    const versions = ['1.1', '1.1', '1.2', '1.0'];
    await stage.append(
      versions.map((version, index) => ({ ...fullEvent(`e${index}`), version })),
      'endpoint',
    );
    await stage.forwarder([endpointAt(server.url)]).deliver('endpoint');
    expect(envelopes().map(({ dataVersion, data }) => [dataVersion, data.map((one) => one.id)])).toEqual([
      [`${CONTEXT}v1p1`, ['e0', 'e1']],
      [`${CONTEXT}v1p2`, ['e2']],
      [`${CONTEXT}v1/Context`, ['e3']],
    ]);
  });

  it('sends statements as the crosswalk writes them, in the version that was asked', async () => {
    await stage.append([fullStatement('a')], 'endpoint');
    await stage.forwarder([endpointAt(server.url, { version: '1.1' })]).deliver('endpoint');
    expect(envelopes()[0]).toMatchObject({
      dataVersion: `${CONTEXT}v1p1`,
      data: [{ id: 'urn:made:a', asked: { target: '1.1', receivedAt: '2023-11-14T22:13:20.000Z' } }],
    });
  });

  it('splits a refused envelope until the bad event stands alone', async () => {
    await stage.append(
      ['a', 'b', 'c', 'd', 'e'].map((id) => fullEvent(id, id === 'd' ? ',"bad":1' : '')),
      'endpoint',
    );
    const report = await stage.forwarder([endpointAt(server.url)]).deliver('endpoint');
    expect(report).toMatchObject({ delivered: 4, dead: 1 });
    expect(await stage.states('endpoint')).toEqual([
      'delivered',
      'delivered',
      'delivered',
      'dead: refused',
      'delivered',
    ]);
    expect((await stage.log.history(4))[0]?.attempts.at(-1)?.answer).toBe('an event is bad');
  });

  it('gives up events of a data version that the endpoint does not know', async () => {
    await stage.append([{ ...fullEvent('a'), version: '1.1' }, fullEvent('b')], 'endpoint');
    server.next.push({ status: 422, body: 'only v1p2' });
    await stage.forwarder([endpointAt(server.url)]).deliver('endpoint');
    expect(await stage.states('endpoint')).toEqual(['dead: refused', 'delivered']);
  });
});
