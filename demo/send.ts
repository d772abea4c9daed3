import type { JsonObject } from '../src/json/index.ts';
import { CALIPER_CONTEXT, LMS } from './learning-platform.ts';
import type { ClassHour } from './class-hour.ts';

const ENVELOPE_SIZE = 25;
const BATCH_SIZE = 20;

/** How the two senders of the class hour prove themselves. */
export interface Secrets {
  readonly platformToken: string;
  readonly playerPassword: string;
}

/** How many requests brought the hour to the gateway. */
export interface Sent {
  readonly envelopes: number;
  readonly batches: number;
}

/** Sends the hour to a gateway: the platform its envelopes, the player its batches, both at once. Throws on any refusal. */
export async function sendHour(gateway: string, hour: ClassHour, secrets: Secrets): Promise<Sent> {
  const envelopes = inParts([...hour.describes, ...hour.events], ENVELOPE_SIZE).map(envelopeOf);
  const batches = inParts(hour.statements, BATCH_SIZE);
  const platform = { authorization: `Bearer ${secrets.platformToken}` };
  const basic = Buffer.from(`player:${secrets.playerPassword}`).toString('base64');
  const player = { authorization: `Basic ${basic}`, 'x-experience-api-version': '1.0.3' };
  await Promise.all([
    postEach(`${gateway}/caliper`, envelopes, platform),
    postEach(`${gateway}/xapi/statements`, batches, player),
  ]);
  return { envelopes: envelopes.length, batches: batches.length };
}

function envelopeOf(data: readonly JsonObject[]): JsonObject {
  const last = data.at(-1)?.['eventTime'];
  return {
    sensor: `${LMS}/sensor`,
    sendTime: typeof last === 'string' ? last : '2025-09-15T08:59:00.000Z',
    dataVersion: CALIPER_CONTEXT,
    data: [...data],
  };
}

async function postEach(
  url: string,
  bodies: readonly unknown[],
  headers: Record<string, string>,
): Promise<void> {
  for (const body of bodies) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  }
}

function inParts<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
