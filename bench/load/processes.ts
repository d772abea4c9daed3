import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { TOKEN, type Load, type Sent } from './message.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const words = (text: string) => text.split(' ').filter((word) => word !== '');

/** Options with which `npm start` runs Node: both sides of a comparison run as the README has it. */
function optionsOfStart(): string[] {
  const { scripts } = JSON.parse(readFileSync(path('../../package.json'), 'utf8')) as {
    readonly scripts: { readonly start: string };
  };
  return words(scripts.start).filter((word) => word.startsWith('--'));
}

/** A process that listens. */
export interface Listening {
  /** Address without a slash at its end. */
  readonly url: string;
  readonly process: ChildProcess;
  readonly close: () => Promise<void>;
}

/** The next message of a process; rejects where it ends before. */
async function answerOf<Message>(process: ChildProcess): Promise<Message> {
  const ended = new AbortController();
  const gone = once(process, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${String(code)}`);
  });
  gone.catch(() => undefined);
  try {
    const [message] = (await Promise.race([once(process, 'message'), gone])) as [Message];
    return message;
  } finally {
    ended.abort();
  }
}

async function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
}

const script = (name: string, options: readonly string[] = [], ...arguments_: string[]) =>
  fork(path(name), arguments_, { execArgv: [...options, '--import', import.meta.resolve('tsx')] });

/** The bare route over a database file that is not there yet. */
export async function bareRoute(folder: string): Promise<Listening> {
  const process = script('bare-route.ts', optionsOfStart(), join(folder, 'bare.sqlite'));
  const url = await answerOf<string>(process);
  return {
    url,
    process,
    async close() {
      process.disconnect();
      await ended(process);
    },
  };
}

/** Where a gateway of a benchmark forwards to. */
export interface Addresses {
  readonly caliper: string;
  readonly lrs: string;
}

function configurationOf(folder: string, destinations: Addresses | undefined) {
  const source = {
    name: 'sensor',
    credentials: [
      { scheme: 'bearer', token: { env: 'BENCH_TOKEN' } },
      { scheme: 'basic', user: 'local', password: { env: 'BENCH_TOKEN' } },
    ],
    strict: true,
    read: 'all',
  };
  const authorization = { scheme: 'bearer', token: { env: 'BENCH_TOKEN' } };
  return {
    listen: { port: 0 },
    data: join(folder, 'gateway.sqlite'),
    sources: [source],
    destinations: destinations
      ? [
          { name: 'lrs', kind: 'lrs', url: destinations.lrs, allowPrivate: true, authorization },
          {
            name: 'analytics',
            kind: 'caliper',
            url: destinations.caliper,
            allowPrivate: true,
            authorization,
          },
        ]
      : [],
  };
}

/** The address of a gateway that starts, from its own log. What it says of faults goes on to the terminal. */
async function startedAt(process: ChildProcess): Promise<string> {
  if (!process.stderr) throw new Error('the gateway has no log');
  const lines = createInterface({ input: process.stderr });
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const notice = JSON.parse(line) as { level?: string; event?: string; url?: string };
      if (notice.event === 'started' && notice.url !== undefined) resolve(notice.url);
      else if (notice.level !== 'info') console.error(line);
    });
    lines.on('close', () => reject(new Error('the gateway did not start')));
  });
  return url;
}

/** The built gateway as `npm start` runs it, over a log in the folder. `BENCH_NODE_OPTIONS` go to its Node, too. */
export async function gateway(folder: string, destinations?: Addresses): Promise<Listening> {
  const file = join(folder, 'crosswalk.json');
  writeFileSync(file, JSON.stringify(configurationOf(folder, destinations)));
  const options = [...optionsOfStart(), ...words(process.env['BENCH_NODE_OPTIONS'] ?? '')];
  const command = [...options, path('../../dist/cli/main.js'), 'serve', '--config', file];
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, BENCH_TOKEN: TOKEN },
  });
  const url = await startedAt(child);
  return {
    url,
    process: child,
    async close() {
      child.kill('SIGTERM');
      await ended(child);
    },
  };
}

/** A process that sends load. */
export interface Sender {
  readonly send: (load: Load) => Promise<Sent>;
  readonly close: () => Promise<void>;
}

export function sender(): Sender {
  const process = script('sender.ts');
  return {
    async send(load) {
      process.send(load);
      return answerOf<Sent>(process);
    },
    async close() {
      process.disconnect();
      await ended(process);
    },
  };
}

/** When both destinations had got a number of records, and what each had got by then. */
export interface Arrival {
  readonly at: number;
  readonly counts: readonly number[];
}

/** A process with a Caliper endpoint and an LRS that count. */
export interface Destinations extends Addresses {
  /** Counts from now on; resolves with the arrival once both have got `records`. */
  readonly expect: (records: number) => Promise<{ readonly arrived: Promise<Arrival> }>;
  readonly close: () => Promise<void>;
}

/**
 * Sends a load to a gateway before both destinations, and waits until they have all of it, each record once. Both times are
 * milliseconds since 1970-01-01T00:00:00Z.
 */
export async function delivered(
  { send }: Sender,
  { expect }: Destinations,
  load: Load,
): Promise<{ readonly begunAt: number; readonly arrivedAt: number }> {
  const { records } = load;
  const { arrived } = await expect(records);
  const { begunAt } = await send(load);
  const { at, counts } = await arrived;
  if (counts.some((count) => count !== records)) {
    throw new Error(`${records} records were sent, and ${counts.join(' and ')} arrived`);
  }
  return { begunAt, arrivedAt: at };
}

export async function destinations(): Promise<Destinations> {
  const process = script('destinations.ts');
  const addresses = await answerOf<Addresses>(process);
  return {
    ...addresses,
    async expect(records) {
      process.send(records);
      await answerOf<'counting'>(process);
      return { arrived: answerOf<Arrival>(process) };
    },
    async close() {
      process.disconnect();
      await ended(process);
    },
  };
}
