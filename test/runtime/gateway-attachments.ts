import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningGateway } from '../../src/gateway/node/index.ts';
import { runningGateway, TOKEN } from '../support/running-gateway.ts';
import { statement } from './gateway-records.ts';
import {
  basic,
  bearer,
  CONFIGURATION,
  eventually,
  SECRETS,
  type Stage,
  type StageHost,
} from './gateway-stage.ts';

const sha2Of = (data: Buffer) => createHash('sha256').update(data).digest('hex');

const attachment = (data: Buffer, more: object = {}) => ({
  usageType: 'https://example.edu/usage',
  display: { en: 'work' },
  contentType: 'application/octet-stream',
  length: data.length,
  sha2: sha2Of(data),
  ...more,
});

/** A request of a list of statements with the data of their attachments. */
export function multipart(statements: unknown, ...data: readonly Buffer[]): Buffer {
  const part = (head: string, content: Buffer) => [
    Buffer.from(`--frontier\r\n${head}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ];
  return Buffer.concat([
    ...part('Content-Type: application/json', Buffer.from(JSON.stringify(statements))),
    ...data.flatMap((one) =>
      part(
        `Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: ${sha2Of(one)}`,
        one,
      ),
    ),
    Buffer.from('--frontier--\r\n'),
  ]);
}

/** How the data of attachments reach an LRS behind the gateway, which is another gateway: byte for byte. */
export function attachmentCases(host: StageHost): void {
  let behind: RunningGateway;
  let stage: Stage;
  const version = { 'x-experience-api-version': '1.0.3' };

  beforeAll(async () => {
    behind = await runningGateway();
    const authorization = { scheme: 'bearer' as const, token: { env: 'BEHIND' } };
    stage = await host.open(
      {
        ...CONFIGURATION,
        destinations: [
          {
            kind: 'lrs',
            name: 'lrs',
            url: `${behind.url}/xapi`,
            allowPrivate: true,
            authorization,
            batch: { bytes: 1_500 },
          },
        ],
      },
      { ...SECRETS, BEHIND: TOKEN },
    );
  });
  afterAll(async () => {
    await stage.close();
    await behind.close();
  });

  const send = async (body: Buffer) => {
    const headers = {
      ...basic('player', 'PLAYER'),
      ...version,
      'content-type': 'multipart/mixed; boundary=frontier',
    };
    const answer = await stage.request('/xapi/statements', {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
    });
    expect(answer.status).toBe(200);
  };
  const fromBehind = async (id: string) => {
    const query = new URLSearchParams({ statementId: id, attachments: 'true' }).toString();
    const answer = await fetch(`${behind.url}/xapi/statements?${query}`, {
      headers: { authorization: `Bearer ${TOKEN}`, ...version },
    });
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  };

  it('gives the data of attachments on, byte for byte, each in a request that fits', async () => {
    const data = [0, 1, 2].map((at) =>
      Buffer.from(Array.from({ length: 1_000 }, (_, byte) => (byte * 7 + at) % 256)),
    );
    const sent = data.map((one) => statement({ attachments: [attachment(one)] }));
    await send(multipart(sent, ...data));
    await eventually(stage, async () => {
      for (const { id } of sent) expect((await fromBehind(id)).status).toBe(200);
    });
    for (const [at, { id }] of sent.entries()) {
      const { bytes } = await fromBehind(id);
      expect(bytes.includes(data[at] ?? '')).toBe(true);
      expect(bytes.toString('latin1')).toContain(`X-Experience-API-Hash: ${sha2Of(data[at] ?? Buffer.of())}`);
    }
  });

  it('gives data on that several statements share, and leaves what lies elsewhere where it is', async () => {
    const shared = Buffer.from('shared \u0000 data');
    const elsewhere = attachment(Buffer.from('elsewhere'), { fileUrl: 'https://files.example.edu/1' });
    const sent = [
      statement({ attachments: [attachment(shared), elsewhere] }),
      statement({ attachments: [attachment(shared)] }),
      statement({ attachments: [elsewhere] }),
    ];
    await send(multipart(sent, shared));
    await eventually(stage, async () => {
      for (const { id } of sent) expect((await fromBehind(id)).status).toBe(200);
    });
    expect((await fromBehind(sent[1]?.id ?? '')).bytes.includes(shared)).toBe(true);
    const kept = await fromBehind(sent[2]?.id ?? '');
    expect(kept.bytes.toString('utf8')).toContain('https://files.example.edu/1');
    expect(kept.bytes.includes('X-Experience-API-Hash')).toBe(false);
    const log = await stage.request('/records?state=dead', { headers: bearer('CAMPUS') });
    expect(await log.json()).toMatchObject({ records: [] });
  });
}
