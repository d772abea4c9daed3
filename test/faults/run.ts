import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Sqlite from 'better-sqlite3';
import { openSqliteLog } from '../../src/audit/sqlite/index.ts';
import { smallDisk, type Disk } from './disk.ts';
import { broken, type SentRecord } from './invariants.ts';
import { Lots } from './lots.ts';
import { freePort, Killable, until } from './processes.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const TOKEN = 'a-token-for-faults';
const SECRETS = { CROSSWALK_TOKEN: TOKEN, FAULT_DESTINATION: 'destination-secret' };
const MODES = [
  'reset',
  'hang',
  'unavailable',
  'too-many',
  'slow',
  'half',
  'lost',
  'error',
  'garbage',
] as const;
const NAMES = ['lrs', 'endpoint'] as const;
const ACTORS = ['ada', 'bob', 'eve'] as const;
const SENDERS = 3;
const RECORDS = 4;

/** Milliseconds by which the clock is ahead when everything has healed: beyond every pause and lease. */
const BEYOND = 4 * 3_600_000;

/** What a run was. */
export interface RunReport {
  readonly seed: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** What was broken, in order. */
  readonly breaks: readonly string[];
  /** Kinds of breaks that this machine does not allow, with the reason. */
  readonly skipped: readonly string[];
  /** What does not hold; empty where all is well. */
  readonly broken: readonly string[];
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

/** Everything that one run needs, each part in a process of its own. */
class Scene {
  readonly sent = new Map<string, SentRecord>();
  readonly acknowledged = new Set<string>();
  readonly breaks: string[] = [];
  readonly folder: string;
  readonly data: string;
  readonly disk: Disk | null;
  readonly gateway: Killable;
  readonly destinations: Readonly<Record<'lrs' | 'endpoint', Killable>>;
  readonly files: Readonly<Record<'lrs' | 'endpoint', string>>;
  readonly url: string;
  readonly #ports: Readonly<Record<'lrs' | 'endpoint', number>>;

  constructor(folder: string, [own, lrs, endpoint]: readonly [number, number, number]) {
    this.folder = folder;
    this.disk = smallDisk(join(folder, 'disk'), 64);
    const place = this.disk?.path ?? join(folder, 'log');
    mkdirSync(place, { recursive: true });
    this.data = join(place, 'log.sqlite');
    this.files = { lrs: join(folder, 'lrs.ndjson'), endpoint: join(folder, 'endpoint.ndjson') };
    this.url = `http://127.0.0.1:${own}`;
    this.#ports = { lrs, endpoint };
    const config = join(folder, 'crosswalk.json');
    writeFileSync(config, JSON.stringify(this.#configuration(own)));
    this.shift(0);
    const clock = pathToFileURL(here('./clock.mjs')).href;
    const main = here('../../dist/cli/main.js');
    this.gateway = new Killable(
      ['--import', clock, main, 'serve', '--config', config],
      `${this.url}/healthz`,
      {
        ...SECRETS,
        FAULT_CLOCK: this.#clock,
      },
    );
    const destination = (kind: 'lrs' | 'caliper', port: number, file: string) =>
      new Killable([here('./destination.mjs'), kind, String(port), file], `http://127.0.0.1:${port}/mode`);
    this.destinations = {
      lrs: destination('lrs', lrs, this.files.lrs),
      endpoint: destination('caliper', endpoint, this.files.endpoint),
    };
  }

  get #clock() {
    return join(this.folder, 'clock');
  }

  #configuration(port: number) {
    const authorization = { scheme: 'bearer', token: { env: 'FAULT_DESTINATION' } };
    const common = {
      allowPrivate: true,
      authorization,
      timeout: 600,
      batch: { count: 5, age: 0 },
      breaker: { failures: 3, cooldown: 300 },
    };
    return {
      listen: { port },
      data: this.data,
      // The disk is to be met full, and not to be kept from it.
      backpressure: { freeBytes: 0 },
      destinations: [
        { kind: 'lrs', name: 'lrs', url: `http://127.0.0.1:${this.#ports.lrs}`, ...common },
        { kind: 'caliper', name: 'endpoint', url: `http://127.0.0.1:${this.#ports.endpoint}`, ...common },
      ],
    };
  }

  /** Puts the gateway's clock so many milliseconds ahead of the real one. */
  shift(milliseconds: number): void {
    writeFileSync(this.#clock, String(milliseconds));
  }

  async mode(name: 'lrs' | 'endpoint', mode: string): Promise<void> {
    const url = `http://127.0.0.1:${this.#ports[name]}/mode`;
    await fetch(url, { method: 'POST', body: mode }).catch(() => undefined);
  }

  async start(): Promise<void> {
    await Promise.all([
      this.gateway.start(),
      this.destinations.lrs.start(),
      this.destinations.endpoint.start(),
    ]);
  }

  async end(): Promise<void> {
    await Promise.all([this.gateway.kill(), this.destinations.lrs.kill(), this.destinations.endpoint.kill()]);
    this.disk?.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Sends one request; true once it is acknowledged. */
async function acknowledged(scene: Scene, language: 'caliper' | 'xapi', records: readonly SentRecord[]) {
  const texts = records.map(({ text }) => text).join(',\n');
  const [path, body] =
    language === 'xapi'
      ? ['/xapi/statements', `[${texts}]`]
      : [
          '/caliper',
          `{"sensor":"https://lms.example.edu/sensor","sendTime":"2025-09-15T09:00:01.000Z","dataVersion":"http://purl.imsglobal.org/ctx/caliper/v1p2","data":[${texts}]}`,
        ];
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
    ...(language === 'xapi' ? { 'x-experience-api-version': '1.0.3' } : {}),
  };
  const answer = await fetch(`${scene.url}${path}`, {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(8_000),
  }).catch(() => undefined);
  if (answer && ![200, 429, 503].includes(answer.status)) {
    throw new Error(`the gateway answered ${answer.status}: ${await answer.text()}`);
  }
  await answer?.body?.cancel().catch(() => undefined);
  return answer?.status === 200;
}

/** A sender that repeats a request until it is acknowledged, or the time is up: as real ones do. */
async function send(
  scene: Scene,
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

/** Holds the record log's lock as another process would. */
async function holdLock(data: string, milliseconds: number): Promise<void> {
  const other = new Sqlite(data, { timeout: 200 });
  try {
    other.exec('BEGIN IMMEDIATE');
    await pause(milliseconds);
    other.exec('COMMIT');
  } catch {
    // The gateway was faster.
  } finally {
    other.close();
  }
}

type Break = readonly [name: string, act: (scene: Scene, lots: Lots) => Promise<void>];

const BREAKS: readonly [Break, ...Break[]] = [
  [
    'kill the gateway',
    async ({ gateway }, lots) => {
      await gateway.kill();
      await pause(lots.between(0, 200));
      await gateway.start();
    },
  ],
  [
    'kill a destination',
    async ({ destinations }, lots) => {
      const destination = destinations[lots.one(NAMES)];
      await destination.kill();
      await pause(lots.between(0, 400));
      await destination.start();
    },
  ],
  [
    'break answers',
    async (scene, lots) => {
      const name = lots.one(NAMES);
      const mode = lots.one(MODES);
      scene.breaks.push(`${name} ${mode}`);
      await scene.mode(name, mode);
      await pause(lots.between(100, 700));
      await scene.mode(name, 'well');
    },
  ],
  [
    'move the clock',
    async (scene, lots) => {
      scene.shift(lots.between(-1_800_000, 3_600_000));
      await pause(lots.between(50, 300));
    },
  ],
  ['lock the log', ({ data }, lots) => holdLock(data, lots.between(50, 600))],
  [
    'fill the disk',
    async ({ disk }, lots) => {
      disk?.fill();
      await pause(lots.between(50, 400));
      disk?.empty();
    },
  ],
];

async function breakThings(scene: Scene, lots: Lots, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const [name, act] = lots.one(BREAKS);
    scene.breaks.push(name);
    await pause(lots.between(20, 250));
    await act(scene, lots);
  }
}

/** Everything runs well again, and the gateway is started once more, as after any outage. */
async function heal(scene: Scene): Promise<void> {
  scene.disk?.empty();
  await scene.gateway.kill();
  scene.shift(BEYOND);
  await scene.start();
  await Promise.all([scene.mode('lrs', 'well'), scene.mode('endpoint', 'well')]);
}

async function nothingPending(data: string): Promise<boolean> {
  const database = new Sqlite(data, { timeout: 5_000 });
  try {
    return database.prepare("SELECT 1 FROM outbox WHERE state = 'pending' LIMIT 1").get() === undefined;
  } finally {
    database.close();
  }
}

async function aftermath(scene: Scene): Promise<string[]> {
  const database = new Sqlite(scene.data, { timeout: 5_000 });
  const find = database.prepare<[number], { body: string | null }>('SELECT body FROM outbound WHERE key = ?');
  const log = await openSqliteLog(scene.data);
  try {
    const { sent, acknowledged, files } = scene;
    return await broken({
      log,
      sent,
      acknowledged,
      files,
      outbound: (key) => find.get(key)?.body ?? undefined,
    });
  } finally {
    await log.close();
    database.close();
  }
}

/**
 * One run: a real gateway and real destinations as processes, senders that send all the time, and things that break as a
 * seed says; then everything heals, and what must hold is looked at. Breaks come in the order of the seed; their
 * exact time is the machine's.
 */
export async function faultRun(seed: number, breaks = 6): Promise<RunReport> {
  const lots = new Lots(seed);
  const folder = mkdtempSync(join(tmpdir(), 'crosswalk-faults-'));
  const scene = new Scene(folder, [await freePort(), await freePort(), await freePort()]);
  const found: string[] = [];
  try {
    await scene.start();
    let over = false;
    const senders = Array.from({ length: SENDERS }, (_, at) =>
      send(scene, new Lots(seed * 31 + at), at % 2 === 0 ? 'caliper' : 'xapi', () => over),
    );
    const sending = Promise.all(senders);
    await Promise.race([breakThings(scene, lots, breaks), sending]);
    over = true;
    await heal(scene);
    await sending;
    await until('everything is delivered', () => nothingPending(scene.data), 60_000);
    await scene.gateway.kill();
    found.push(...(await aftermath(scene)));
  } catch (error) {
    found.push(String(error), scene.gateway.errors.slice(-2_000));
  } finally {
    await scene.end();
  }
  return {
    seed,
    acknowledged: scene.acknowledged.size,
    refused: [...scene.sent.values()].filter(({ refused }) => refused).length,
    breaks: scene.breaks,
    skipped: scene.disk ? [] : ['fill the disk: this user may not mount a small file system'],
    broken: found,
  };
}
