import { setTimeout as pause } from 'node:timers/promises';
import type { SentRecord } from './invariants.ts';
import type { Lots } from './lots.ts';

export const SECRETS = { CROSSWALK_TOKEN: 'a-token-for-faults', FAULT_DESTINATION: 'destination-secret' };
const ACTORS = ['ada', 'bob', 'eve'] as const;
const RECORDS = 4;

/** The patience of senders where nothing is to break. */
export const PATIENCE = 8_000;

/** A gateway that is sent to, and what it was sent and acknowledged. */
export interface Sending {
  readonly url: string;
  /** Milliseconds after which a sender hangs up. */
  readonly patience: number;
  readonly sent: Map<string, SentRecord>;
  readonly acknowledged: Set<string>;
}

/** A UUID that lots decide, so that a run can be repeated with the same ids. */
function uuidOf(lots: Lots): string {
  const hex = Array.from({ length: 32 }, () => lots.between(0, 15).toString(16));
  hex[12] = '4';
  hex[16] = '8';
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
    '-',
  );
}

function recordsOf(lots: Lots, language: 'caliper' | 'xapi', time: number): SentRecord[] {
  return Array.from({ length: RECORDS }, () => {
    const uuid = uuidOf(lots);
    const who = lots.one(ACTORS);
    const refused = lots.next() < 0.04;
    const mark = { 'https://example.edu/mark': refused ? 'refuse me' : lots.between(0, 1e9) };
    const at = new Date(time).toISOString();
    const record =
      language === 'xapi'
        ? {
            id: uuid,
            actor: { mbox: `mailto:${who}@example.edu` },
            verb: { id: 'http://adlnet.gov/expapi/verbs/completed' },
            object: { id: 'https://lms.example.edu/units/1' },
            timestamp: at,
            result: { extensions: mark },
          }
        : {
            '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p2',
            id: `urn:uuid:${uuid}`,
            type: 'NavigationEvent',
            actor: { id: `https://lms.example.edu/users/${who}`, type: 'Person' },
            action: 'NavigatedTo',
            object: { id: 'https://lms.example.edu/pages/1', type: 'WebPage' },
            eventTime: at,
            extensions: mark,
          };
    // White space as a sender may write it: what is kept is the text, not the value.
    return { id: record.id, text: JSON.stringify(record, null, lots.between(0, 2)), refused };
  });
}

/** Sends one request; true once it is acknowledged. */
async function acknowledged(scene: Sending, language: 'caliper' | 'xapi', records: readonly SentRecord[]) {
  const texts = records.map(({ text }) => text).join(',\n');
  const [path, body] =
    language === 'xapi'
      ? ['/xapi/statements', `[${texts}]`]
      : [
          '/caliper',
          `{"sensor":"https://lms.example.edu/sensor","sendTime":"2025-09-15T09:00:01.000Z","dataVersion":"http://purl.imsglobal.org/ctx/caliper/v1p2","data":[${texts}]}`,
        ];
  const headers = {
    authorization: `Bearer ${SECRETS.CROSSWALK_TOKEN}`,
    'content-type': 'application/json',
    ...(language === 'xapi' ? { 'x-experience-api-version': '1.0.3' } : {}),
  };
  const answer = await fetch(`${scene.url}${path}`, {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(scene.patience),
  }).catch(() => undefined);
  if (answer && ![200, 429, 503].includes(answer.status)) {
    throw new Error(`the gateway answered ${answer.status}: ${await answer.text()}`);
  }
  await answer?.body?.cancel().catch(() => undefined);
  return answer?.status === 200;
}

/** A sender that repeats a request until it is acknowledged, or the time is up: as real ones do. */
export async function send(
  scene: Sending,
  lots: Lots,
  language: 'caliper' | 'xapi',
  over: () => boolean,
): Promise<void> {
  while (!over()) {
    const records = recordsOf(lots, language, Date.parse('2025-09-15T09:00:00Z') + scene.sent.size * 1_000);
    for (const record of records) scene.sent.set(record.id, record);
    for (;;) {
      if (await acknowledged(scene, language, records)) {
        for (const { id } of records) scene.acknowledged.add(id);
        break;
      }
      if (over()) return;
      await pause(50);
    }
    await pause(lots.between(5, 60));
  }
}
