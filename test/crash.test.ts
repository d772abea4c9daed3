import { randomUUID } from 'node:crypto';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedCrosswalk } from '../src/index.ts';
import type { JsonObject } from '../src/json/index.ts';
import { smallLrs, startDestination, type LocalDestination } from './forward-destination.ts';
import { envelope, event, statement } from './runtime/gateway-records.ts';
import { ended, folder, startCrosswalk, type Folder } from './support/command-line.ts';

const SENDERS = 4;
const RECORDS_A_REQUEST = 5;
/** How many acknowledged requests the process lives through, each time. */
const LIVES = [12, 25];

type Sent = Record<string, unknown> & { id: string };

/** What a sender knows: which records were answered with success, and which were under way when the answer broke off. */
interface Ledger {
  readonly acknowledged: Map<string, Sent>;
  readonly unanswered: Set<string>;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function until(holds: () => boolean | Promise<boolean>, milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not come to pass in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a gateway that is killed', () => {
  let files: Folder;
  let lrs: LocalDestination;
  let endpoint: LocalDestination;
  let gateway: ChildProcess | undefined;
  let url: string;
  let config: string;
  const held = smallLrs();
  const ledgers = {
    events: { acknowledged: new Map(), unanswered: new Set() } as Ledger,
    statements: { acknowledged: new Map(), unanswered: new Set() } as Ledger,
  };

  beforeAll(async () => {
    files = folder();
    lrs = await startDestination(held.answer);
    endpoint = await startDestination();
    process.env.CRASH_DESTINATION = 'destination-secret';
    const port = await freePort();
    const authorization = { scheme: 'bearer', token: { env: 'CRASH_DESTINATION' } };
    url = `http://127.0.0.1:${port}`;
    config = files.file('crosswalk.json', {
      listen: { port },
      destinations: [
        {
          kind: 'lrs',
          name: 'lrs',
          url: `${lrs.url}/xapi`,
          allowPrivate: true,
          authorization,
          batch: { count: 7 },
        },
        {
          kind: 'caliper',
          name: 'endpoint',
          url: endpoint.url,
          allowPrivate: true,
          authorization,
          batch: { count: 7 },
        },
      ],
    });
  });
  afterAll(async () => {
    delete process.env.CRASH_DESTINATION;
    gateway?.kill('SIGKILL');
    await Promise.all([lrs.close(), endpoint.close()]);
    files.remove();
  });

  async function start(): Promise<void> {
    gateway = startCrosswalk(['serve', '--config', config]);
    gateway.stdout?.resume();
    gateway.stderr?.resume();
    await until(
      () =>
        fetch(`${url}/readyz`).then(
          (answer) => answer.ok,
          () => false,
        ),
      60_000,
    );
  }

  async function kill(): Promise<void> {
    if (!gateway) return;
    const gone = ended(gateway);
    gateway.kill('SIGKILL');
    await gone;
  }

  async function post(path: string, body: unknown, headers: Record<string, string>): Promise<boolean> {
    const token = readFileSync(join(files.path, 'data', 'token'), 'utf8').trim();
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }).catch(() => undefined);
    if (answer) expect(answer.status).toBe(200);
    return answer !== undefined;
  }

  /** Sends requests until one is not answered any more. */
  async function load(kind: 'events' | 'statements', answered: () => void): Promise<void> {
    const { acknowledged, unanswered } = ledgers[kind];
    for (;;) {
      const make = kind === 'events' ? event : statement;
      const records = Array.from({ length: RECORDS_A_REQUEST }, () => make(extension()));
      const success =
        kind === 'events'
          ? await post('/caliper', envelope(records), {})
          : await post('/xapi/statements', records, { 'x-experience-api-version': '1.0.3' });
      if (!success) {
        for (const { id } of records) unanswered.add(id);
        return;
      }
      for (const record of records) acknowledged.set(record.id, JSON.parse(JSON.stringify(record)) as Sent);
      answered();
    }

    function extension() {
      const extensions = { 'https://example.edu/mark': randomUUID() };
      return kind === 'events' ? { extensions } : { result: { extensions } };
    }
  }

  /** Loads the gateway, and kills it in the middle. */
  async function loadAndKill(requests: number): Promise<void> {
    let count = 0;
    let killing: Promise<void> | undefined;
    const answered = () => {
      count += 1;
      if (count === requests) killing = kill();
    };
    await Promise.all(
      Array.from({ length: SENDERS }, (_, at) => load(at % 2 === 0 ? 'events' : 'statements', answered)),
    );
    await killing;
  }

  /** Records that the endpoint got, by id: all copies of one must be the same. */
  function atEndpoint(): Map<string, JsonObject> {
    const got = new Map<string, JsonObject>();
    for (const { body } of endpoint.requests) {
      for (const record of (JSON.parse(body) as { data: (JsonObject & { id: string })[] }).data) {
        const known = got.get(record.id);
        if (known) expect(record).toEqual(known);
        got.set(record.id, record);
      }
    }
    return got;
  }

  const converted = (conversion: { ok: boolean; record?: JsonObject }) => conversion.record;

  it('delivers after its next start every record that it had acknowledged, unaltered, to every destination', async () => {
    for (const life of LIVES) {
      await start();
      await loadAndKill(life);
    }
    const { events, statements } = ledgers;
    const acknowledged = events.acknowledged.size + statements.acknowledged.size;
    expect(acknowledged).toBeGreaterThanOrEqual(LIVES.reduce((sum, life) => sum + life) * RECORDS_A_REQUEST);
    const early = held.statements.size;

    await start();
    const inLrs = (id: string) => held.statements.get(id.replace('urn:uuid:', ''));
    const inEndpoint = (id: string) => atEndpoint().get(id.startsWith('urn:') ? id : `urn:uuid:${id}`);
    await until(
      () => [...events.acknowledged.keys(), ...statements.acknowledged.keys()].every((id) => inLrs(id)),
      20_000,
    );
    await until(() => {
      const got = atEndpoint();
      return (
        [...events.acknowledged.keys()].every((id) => got.has(id)) &&
        [...statements.acknowledged.keys()].every((id) => got.has(`urn:uuid:${id}`))
      );
    }, 20_000);
    expect(early).toBeLessThan(acknowledged);

    const crosswalk = shippedCrosswalk();
    for (const [id, sent] of events.acknowledged) {
      expect(inEndpoint(id)).toEqual(sent);
      expect(converted(crosswalk.toCaliper(inLrs(id) as JsonObject))).toEqual(sent);
    }
    for (const [id, sent] of statements.acknowledged) {
      expect(inLrs(id)).toEqual(sent);
      expect(converted(crosswalk.toXapi(inEndpoint(id) ?? {}))).toEqual(sent);
    }

    const sent = new Set([
      ...[...events.acknowledged.keys(), ...events.unanswered].map((id) => id.replace('urn:uuid:', '')),
      ...statements.acknowledged.keys(),
      ...statements.unanswered,
    ]);
    expect([...held.statements.keys()].filter((id) => !sent.has(id))).toEqual([]);
    expect([...atEndpoint().keys()].filter((id) => !sent.has(id.replace('urn:uuid:', '')))).toEqual([]);
  }, 180_000);
});
