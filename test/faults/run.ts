import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Sqlite from 'better-sqlite3';
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
import { destinationProcesses, destinationsAt, setMode } from './destinations.ts';
import { smallDisk, type Disk } from './disk.ts';
import type { SentRecord } from './invariants.ts';
import { Lots } from './lots.ts';
import { freePort, Killable, until } from './processes.ts';
import { PATIENCE, SECRETS, send } from './senders.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const SENDERS = 3;

/** Everything that one run needs, each part in a process of its own. */
class Scene {
  readonly sent = new Map<string, SentRecord>();
  readonly acknowledged = new Set<string>();
  readonly breaks: string[] = [];
  patience = PATIENCE;
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
    ({ destinations: this.destinations, files: this.files } = destinationProcesses(folder, this.#ports));
  }

  get #clock() {
    return join(this.folder, 'clock');
  }

  #configuration(port: number) {
    return {
      listen: { port },
      data: this.data,
      // The disk is to be met full, and not to be kept from it.
      backpressure: { freeBytes: 0 },
      destinations: destinationsAt(this.#ports),
    };
  }

  /** Puts the gateway's clock so many milliseconds ahead of the real one. */
  shift(milliseconds: number): void {
    writeFileSync(this.#clock, String(milliseconds));
  }

  mode(name: 'lrs' | 'endpoint', mode: string): Promise<void> {
    return setMode(this.#ports[name], mode);
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

const BREAKS: readonly [Break<Scene>, ...Break<Scene>[]] = [
  [
    'kill the gateway',
    async ({ gateway }, lots) => {
      await gateway.kill();
      await pause(lots.between(0, 200));
      await gateway.start();
    },
  ],
  KILL_DESTINATION,
  breakAnswers(100, 700),
  HANG_UP,
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
  let over = false;
  try {
    await scene.start();
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
    over = true;
    await scene.end();
  }
  const skipped = scene.disk ? [] : ['fill the disk: this user may not mount a small file system'];
  return reportOf(seed, scene, { skipped, broken: found });
}
