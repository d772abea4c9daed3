import { afterAll, beforeAll, expect, it } from 'vitest';
import { signer, type Signer } from '../support/signing.ts';
import { envelope, event, V1P2 } from './gateway-records.ts';
import { problemOf } from './gateway-requests.ts';
import { bearer, CONFIGURATION, SECRETS, type Stage, type StageHost } from './gateway-stage.ts';

const SENSOR = 'https://canvas.example.edu/';

/** Bodies that their source has signed (JWS), in place of a credential, as Canvas Live Events sends them. */
export function signedCases(host: StageHost): void {
  let stage: Stage | undefined;
  let trusted: Signer;
  let stranger: Signer;
  const from = (sensor: string, data: object[]) => ({ ...envelope(data), sensor, dataVersion: V1P2 });
  const post = (body: string, type = 'application/jwt') =>
    stage!.request('/caliper', { method: 'POST', headers: { 'content-type': type }, body });
  const statusOf = async (id: string) =>
    (await stage!.request(`/records/${encodeURIComponent(id)}`, { headers: bearer('CAMPUS') })).status;

  beforeAll(async () => {
    [trusted, stranger] = await Promise.all([signer('2026-01'), signer('2026-01')]);
    const canvas = {
      name: 'canvas',
      languages: ['caliper' as const],
      signed: { keys: { jwks: { keys: [trusted.publicKey] } }, sensors: [SENSOR] },
    };
    const sources = [...(CONFIGURATION.sources ?? []), canvas];
    stage = await host.open({ ...CONFIGURATION, sources }, SECRETS);
  });
  afterAll(() => stage?.close());

  it.each(['application/jwt', 'text/plain; charset=utf-8'])(
    'are taken as %s, and kept as what they hold',
    async (type) => {
      const sent = event();
      const answer = await post(await trusted.sign(from(SENSOR, [sent])), type);
      expect([answer.status, await answer.text()]).toEqual([200, '']);
      const kept = await stage!.request(`/records/${encodeURIComponent(sent.id)}`, {
        headers: bearer('CAMPUS'),
      });
      expect(await kept.json()).toMatchObject({ source: 'canvas', body: JSON.stringify(sent) });
    },
  );

  it('are refused where a stranger signed them, or brought the key, or another sensor sent them, or nobody signed', async () => {
    const sent = event();
    const body = from(SENSOR, [sent]);
    for (const text of [
      await stranger.sign(body),
      await stranger.sign(body, { jwk: stranger.publicKey }),
      await trusted.sign(from('https://other.example.edu/', [sent])),
      JSON.stringify(body),
      '',
    ]) {
      const answer = await post(text);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
      await problemOf(answer);
    }
    expect(await statusOf(sent.id)).toBe(404);
  });

  it('are held to the rules of every envelope', async () => {
    const { sendTime: _sendTime, ...broken } = from(SENSOR, [event()]);
    expect((await post(await trusted.sign(broken))).status).toBe(400);
    expect((await post(await trusted.sign(from(SENSOR, [event({ actor: undefined })])))).status).toBe(422);
  });
}
