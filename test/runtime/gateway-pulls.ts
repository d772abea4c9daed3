import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningGateway } from '../../src/gateway/node/index.ts';
import { runningGateway, TOKEN } from '../support/running-gateway.ts';
import { multipart } from './gateway-attachments.ts';
import { statement } from './gateway-records.ts';
import { bearer, CONFIGURATION, eventually, SECRETS, type Stage, type StageHost } from './gateway-stage.ts';

/** How a gateway reads another LRS, which is another gateway, as its configuration says. */
export function pullCases(host: StageHost): void {
  let read: RunningGateway;
  let stage: Stage;
  const version = { 'x-experience-api-version': '1.0.3' };

  beforeAll(async () => {
    read = await runningGateway();
    const authorization = { scheme: 'bearer' as const, token: { env: 'BEHIND' } };
    const pull = { name: 'old-lrs', url: `${read.url}/xapi`, authorization, every: 1, limit: 2 };
    stage = await host.open({ ...CONFIGURATION, pulls: [pull] }, { ...SECRETS, BEHIND: TOKEN });
  });
  afterAll(async () => {
    await stage.close();
    await read.close();
  });

  const keep = async (body: BodyInit, type: string) => {
    const headers = { authorization: `Bearer ${TOKEN}`, ...version, 'content-type': type };
    const answer = await fetch(`${read.url}/xapi/statements`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
  };
  const pulled = async () => {
    const answer = await stage.request('/records?source=old-lrs&order=ascending', {
      headers: bearer('CAMPUS'),
    });
    return ((await answer.json()) as { records: { id: string }[] }).records.map(({ id }) => id);
  };

  it('takes all pages once, with the data of attachments, and then what is new', async () => {
    const data = Buffer.from('kept there \u0000\u0001');
    const sha2 = createHash('sha256').update(data).digest('hex');
    const attached = statement({
      attachments: [
        {
          usageType: 'https://example.edu/usage',
          display: { en: 'work' },
          contentType: 'application/octet-stream',
          length: data.length,
          sha2,
        },
      ],
    });
    const others = Array.from({ length: 4 }, () => statement());
    await keep(JSON.stringify(others), 'application/json');
    await keep(new Uint8Array(multipart([attached], data)), 'multipart/mixed; boundary=frontier');
    const all = [...others, attached].map(({ id }) => id);
    await eventually(stage, async () => expect(await pulled()).toEqual(all));
    const query = new URLSearchParams({ statementId: attached.id, attachments: 'true' }).toString();
    const answer = await stage.request(`/xapi/statements?${query}`, {
      headers: { ...bearer('CAMPUS'), ...version },
    });
    expect(Buffer.from(await answer.arrayBuffer()).includes(data)).toBe(true);
    const late = statement();
    await keep(JSON.stringify(late), 'application/json');
    await eventually(stage, async () => expect(await pulled()).toEqual([...all, late.id]));
  });
}
