import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Miniflare } from 'miniflare';
import { builtWorker, compatibility } from '../support/built-worker.ts';
import { aftermath } from './aftermath.ts';
import {
  BEYOND,
  breakAnswers,
  HANG_UP,
  KILL_DESTINATION,
  reportOf,
  type Break,
  type RunReport,
} from './breaks.ts';
import {
  destinationProcesses,
  destinationsAt,
  NAMES,
  setMode,
  type DestinationProcesses,
} from './destinations.ts';
import type { SentRecord } from './invariants.ts';
import { Lots } from './lots.ts';
import { freePort, until } from './processes.ts';
import { PATIENCE, SECRETS, send, type Sending } from './senders.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SENDERS = 2;

/** Faults around the Worker: parts of the calls that fail, of the events that are cut off and of the senders that hang up, and the milliseconds of a call. */
interface WorkerFaults {
  readonly fail: number;
  readonly cut: number;
  readonly hangUp: number;
  readonly slow: number;
}
const NO_FAULTS: WorkerFaults = { fail: 0, cut: 0, hangUp: 0, slow: 0 };

/** Isolates of the Worker, as the platform runs many: none knows of the other. */
const ISOLATES = ['one', 'two'] as const;

/** Gives requests to the isolates in turn, or to the one that a request names. */
const FRONT = `
let turn = 0;
export default {
  fetch(request, isolates) {
    const name = request.headers.get('isolate') ?? ${JSON.stringify(ISOLATES)}[turn++ % ${ISOLATES.length}];
    return isolates[name].fetch(request);
  },
};`;

/** The Worker in workerd, twice on one database that outlives it, and destinations as processes. */
class WorkerScene implements Sending {
  readonly sent = new Map<string, SentRecord>();
  readonly acknowledged = new Set<string>();
  readonly breaks: string[] = [];
  patience = PATIENCE;
  readonly files: Readonly<Record<'lrs' | 'endpoint', string>>;
  readonly ports: Readonly<Record<'lrs' | 'endpoint', number>>;
  readonly destinations: DestinationProcesses['destinations'];
  readonly url: string;
  readonly #folder: string;
  readonly #port: number;
  readonly #seed: number;
  #host: Miniflare | undefined;

  constructor(seed: number, [own, lrs, endpoint]: readonly [number, number, number]) {
    this.#seed = seed;
    this.#port = own;
    this.#folder = mkdtempSync(join(tmpdir(), 'crosswalk-worker-faults-'));
    mkdirSync(this.#persisted);
    this.url = `http://127.0.0.1:${own}`;
    this.ports = { lrs, endpoint };
    ({ destinations: this.destinations, files: this.files } = destinationProcesses(this.#folder, this.ports));
  }

  get #persisted() {
    return join(this.#folder, 'd1');
  }

  /** The file that D1 keeps its database in. */
  get data(): string {
    const files = readdirSync(this.#persisted, { recursive: true, encoding: 'utf8' });
    const own = files.find((file) => file.endsWith('.sqlite') && !file.endsWith('metadata.sqlite'));
    if (own === undefined) throw new Error('D1 has kept no database');
    return join(this.#persisted, own);
  }

  /** Starts workerd on what the database holds, its clock so many milliseconds ahead. */
  async start(ahead = 0): Promise<void> {
    const isolates = ISOLATES.map((name, at) => ({
      name,
      modules: [
        {
          type: 'ESModule' as const,
          path: 'entry.js',
          contents: readFileSync(here('./worker-entry.mjs'), 'utf8'),
        },
        { type: 'ESModule' as const, path: 'worker.js', contents: builtWorker() },
      ],
      ...compatibility,
      d1Databases: { DB: 'log' },
      queueProducers: { DELIVERIES: 'deliveries' },
      // A queue has one consumer.
      ...(at === 0 && { queueConsumers: { deliveries: { maxBatchTimeout: 0, maxRetries: 5 } } }),
      bindings: {
        ...SECRETS,
        FAULT_SEED: String(this.#seed * ISOLATES.length + at),
        FAULT_AHEAD: String(ahead),
        CROSSWALK_CONFIG: JSON.stringify({ destinations: destinationsAt(this.ports) }),
      },
    }));
    const serviceBindings = Object.fromEntries(ISOLATES.map((name) => [name, name]));
    this.#host = new Miniflare({
      port: this.#port,
      d1Persist: this.#persisted,
      handleRuntimeStdio(out: Readable, errors: Readable) {
        out.resume();
        errors.resume();
      },
      workers: [{ name: 'front', modules: true, script: FRONT, serviceBindings }, ...isolates],
    });
    await this.#host.ready;
  }

  /** Ends workerd in the middle of what it does. */
  async stop(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    await host?.dispose();
  }

  /** The timer, once for each isolate. Resolves when its work is done, or cut off. */
  async tick(): Promise<void> {
    const done = ISOLATES.map(async (name) => {
      const worker = await this.#host?.getWorker(name);
      await worker?.scheduled({ cron: '* * * * *' }).catch(() => undefined);
    });
    await Promise.race([Promise.all(done), pause(3_000)]);
  }

  mode(name: 'lrs' | 'endpoint', mode: string): Promise<void> {
    return setMode(this.ports[name], mode);
  }

  /** Has a share of what the Worker calls and does meet a fault. */
  async fault(faults: Partial<WorkerFaults>): Promise<void> {
    const body = JSON.stringify({ ...NO_FAULTS, ...faults });
    for (const isolate of ISOLATES) {
      const answer = await fetch(`${this.url}/faults`, { method: 'POST', headers: { isolate }, body });
      const { ended } = (await answer.json()) as { ended: number };
      if (ended > 0) throw new Error(`${ended} requests ended in the middle since their senders hung up`);
    }
  }

  /** Whether the isolates that were broken take, find and show records again, without being started anew. */
  async works(): Promise<boolean> {
    const before = this.acknowledged.size;
    const headers = {
      authorization: `Bearer ${SECRETS.CROSSWALK_TOKEN}`,
      'x-experience-api-version': '1.0.3',
    };
    const questions = ISOLATES.flatMap((isolate) =>
      ['/xapi/statements?limit=1', '/records?limit=1'].map((path) => ({ isolate, path })),
    );
    const answers = await Promise.all(
      questions.map(({ isolate, path }) =>
        fetch(`${this.url}${path}`, {
          headers: { ...headers, isolate },
          signal: AbortSignal.timeout(PATIENCE),
        }).then(
          async (answer) => answer.ok && (await answer.text()) !== '',
          () => false,
        ),
      ),
    );
    return answers.every(Boolean) && this.acknowledged.size > before;
  }

  async nothingPending(): Promise<boolean> {
    await this.tick();
    const headers = { authorization: `Bearer ${SECRETS.CROSSWALK_TOKEN}` };
    const answer = await fetch(`${this.url}/records?state=pending&limit=1`, { headers });
    if (!answer.ok) return false;
    return ((await answer.json()) as { records: unknown[] }).records.length === 0;
  }

  async end(): Promise<void> {
    await this.stop();
    await Promise.all([this.destinations.lrs.kill(), this.destinations.endpoint.kill()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const BREAKS: readonly [Break<WorkerScene>, ...Break<WorkerScene>[]] = [
  [
    'end workerd',
    async (scene, lots) => {
      await scene.stop();
      await pause(lots.between(0, 200));
      await scene.start();
    },
  ],
  KILL_DESTINATION,
  breakAnswers(200, 900),
  [
    'hang up on a slow database',
    async (scene, lots) => {
      await scene.fault({ hangUp: 0.5, slow: 20 });
      await HANG_UP[1](scene, lots);
      await scene.fault({});
    },
  ],
  [
    'cut off what follows an answer',
    async (scene, lots) => {
      await scene.fault({ cut: 0.3, slow: 10 });
      await pause(lots.between(200, 900));
      await scene.tick();
      await scene.fault({});
    },
  ],
  [
    'fail the database and the queue',
    async (scene, lots) => {
      await scene.fault({ fail: 0.3 });
      await pause(lots.between(200, 900));
      await scene.tick();
      await scene.fault({});
    },
  ],
];

/** Each kind of break once, in an order that the seed decides, and then others. */
async function breakThings(scene: WorkerScene, lots: Lots, count: number): Promise<void> {
  const left = [...BREAKS];
  for (let at = 0; at < count; at += 1) {
    const [drawn] = left.splice(lots.between(0, left.length - 1), 1);
    const [name, act] = drawn ?? lots.one(BREAKS);
    scene.breaks.push(name);
    await pause(lots.between(50, 300));
    await act(scene, lots);
    await until(`it works after "${name}"`, () => scene.works(), 60_000);
  }
}

/**
 * One run on workerd: the Worker in two isolates with D1 and Queues, destinations as processes, senders that send all the time, and things
 * that break as a seed says. Then everything heals, a day's retries come due, and what must hold is looked at.
 */
export async function workerFaultRun(seed: number, breaks = BREAKS.length): Promise<RunReport> {
  const lots = new Lots(seed);
  const scene = new WorkerScene(seed, [await freePort(), await freePort(), await freePort()]);
  const found: string[] = [];
  let over = false;
  try {
    await Promise.all([scene.start(), scene.destinations.lrs.start(), scene.destinations.endpoint.start()]);
    const sending = Promise.all(
      Array.from({ length: SENDERS }, (_, at) =>
        send(scene, new Lots(seed * 31 + at), at % 2 === 0 ? 'caliper' : 'xapi', () => over),
      ),
    );
    await Promise.race([breakThings(scene, lots, breaks), sending]);
    over = true;
    await sending;
    await scene.stop();
    await Promise.all([scene.destinations.lrs.start(), scene.destinations.endpoint.start()]);
    await Promise.all(NAMES.map((name) => scene.mode(name, 'well')));
    await scene.start(BEYOND);
    await until('everything is delivered', () => scene.nothingPending(), 60_000);
    await scene.stop();
    found.push(...(await aftermath(scene)));
  } catch (error) {
    found.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    over = true;
    await scene.end();
  }
  return reportOf(seed, scene, { skipped: [], broken: found });
}
