import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../src/gateway/node/index.ts';
import { runningGateway, TOKEN } from './support/running-gateway.ts';

const V1P1 = 'http://purl.imsglobal.org/ctx/caliper/v1p1';

/**
 * Sends an envelope as version 1.1 of the sensor that was published as `ims-caliper` does: HTTP/1.1 with an explicit
 * Content-Length, `application/json` without parameters, Caliper 1.1, nulls and empty members left out, nested
 * contexts removed, and a `sendTime` whose zone is written `+0000`.
 */
function sendAsSensor(
  url: string,
  token: string,
  envelope: object,
): Promise<{ status: number; body: string }> {
  const dropEmpty = (_: string, value: unknown) =>
    value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
      ? undefined
      : value;
  const body = JSON.stringify(envelope, dropEmpty);
  const headers = {
    Authorization: `Bearer ${token}`,
    'Content-Length': Buffer.byteLength(body),
    'Content-Type': 'application/json',
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const sessionEvent = (id: string) => ({
  '@context': V1P1,
  id,
  type: 'SessionEvent',
  actor: { id: 'https://example.edu/users/554433', type: 'Person', name: null, otherIdentifiers: [] },
  action: 'LoggedIn',
  object: { id: 'https://example.edu', type: 'SoftwareApplication', version: 'v2' },
  eventTime: '2016-11-15T10:15:00.000Z',
  session: {
    id: 'https://example.edu/sessions/1f6442a482de72ea6ad134943812bff564a76259',
    type: 'Session',
    startedAtTime: '2016-11-15T10:00:00.000Z',
  },
  extensions: {},
});

describe('a Caliper sensor of the old kind', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await runningGateway();
  });
  afterAll(() => gateway.close());

  const envelope = (data: object[]) => ({
    sensor: 'https://example.edu/sensors/1',
    sendTime: '2016-11-15T11:05:01.000+0000',
    dataVersion: V1P1,
    data,
  });

  it('sends events and described entities, and each is kept', async () => {
    const id = `urn:uuid:${randomUUID()}`;
    const person = { '@context': V1P1, id: 'https://example.edu/users/554433', type: 'Person' };
    const answer = await sendAsSensor(`${gateway.url}/caliper`, TOKEN, envelope([sessionEvent(id), person]));
    expect(answer).toEqual({ status: 200, body: '' });
    const records = async (key: string) =>
      (await (
        await fetch(`${gateway.url}/records/${encodeURIComponent(key)}`, {
          headers: { authorization: `Bearer ${TOKEN}` },
        })
      ).json()) as object;
    expect(await records(id)).toMatchObject({ language: 'caliper', version: '1.1', deviations: [] });
    expect(await records(person.id)).toMatchObject({ kind: 'describe', version: '1.1' });
  });

  it('is answered 401 with a wrong token', async () => {
    const answer = await sendAsSensor(
      `${gateway.url}/caliper`,
      'wrong',
      envelope([sessionEvent('urn:uuid:1')]),
    );
    expect(answer.status).toBe(401);
  });
});
