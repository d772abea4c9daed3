/**
 * Sends load over HTTP, in a process of its own so that making it does not take from what is measured. A parent sends
 * {@link Load} messages and gets {@link Sent} back. Ends with its parent, and with an error at any refusal.
 */
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { workload } from '../records.ts';
import { SIZE, TOKEN, type Load, type Sent } from './message.ts';

interface Outgoing {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const json = { 'content-type': 'application/json' };
const BEARER = { ...json, authorization: `Bearer ${TOKEN}` };
const BASIC = {
  ...json,
  authorization: `Basic ${Buffer.from(`local:${TOKEN}`).toString('base64')}`,
  'x-experience-api-version': '1.0.3',
};

function envelope(data: readonly unknown[]): Outgoing {
  const body = {
    sensor: 'https://lms.example.edu/sensor',
    sendTime: '2025-09-15T10:00:00.000Z',
    dataVersion: 'http://purl.imsglobal.org/ctx/caliper/v1p2',
    data,
  };
  return { path: '/caliper', headers: BEARER, body: Buffer.from(JSON.stringify(body)) };
}

const batch = (statements: readonly unknown[]): Outgoing => ({
  path: '/xapi/statements',
  headers: BASIC,
  body: Buffer.from(JSON.stringify(statements)),
});

/** One request in four holds statements where they are mixed. */
const MIXED = 4;

function requestsOf({ kind, seed, records }: Load): Outgoing[] {
  const count = Math.ceil(records / SIZE);
  const { events, statements } = workload(seed, records);
  const part = <Item>(items: readonly Item[], at: number) => items.slice(at * SIZE, (at + 1) * SIZE);
  return Array.from({ length: count }, (_, at) => {
    const isBatch = kind === 'batches' || (kind === 'mixed' && at % MIXED === MIXED - 1);
    return isBatch ? batch(part(statements, at)) : envelope(part(events, at));
  });
}

function send(agent: Agent, base: string, { path, headers, body }: Outgoing): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { agent, method: 'POST', headers: { ...headers, 'content-length': body.length } };
    const outgoing = request(`${base}${path}`, options, (answer) => {
      const { statusCode = 0 } = answer;
      let text = '';
      answer.on('data', (piece: Buffer) => (text += statusCode < 300 ? '' : piece.toString()));
      answer.on('end', () => (statusCode < 300 ? resolve() : reject(new Error(`${statusCode}: ${text}`))));
      answer.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** As many requests at once as there are connections, each begun when one before it was answered. */
async function closed(load: Load, requests: readonly Outgoing[], agent: Agent): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  const work = async () => {
    for (let one = requests[next++]; one !== undefined; one = requests[next++]) {
      const begin = performance.now();
      await send(agent, load.url, one);
      times.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: load.connections }, work));
  return times;
}

/** Requests at a rate, whatever the answers take: a slow answer is told by all that were due behind it. */
async function paced(load: Load, requests: readonly Outgoing[], agent: Agent): Promise<number[]> {
  const gap = 1000 / (load.rate ?? 1);
  const begin = performance.now();
  return Promise.all(
    requests.map(async (one, at) => {
      const due = begin + at * gap;
      await pause(due - performance.now());
      await send(agent, load.url, one);
      return performance.now() - due;
    }),
  );
}

async function run(load: Load): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const requests = requestsOf(load);
  const begunAt = Date.now();
  const begin = performance.now();
  const times = await (load.rate === undefined ? closed : paced)(load, requests, agent);
  const seconds = (performance.now() - begin) / 1000;
  agent.destroy();
  return { seconds, begunAt, times };
}

process.on('message', (load: Load) => {
  run(load).then(
    (sent) => process.send?.(sent),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
