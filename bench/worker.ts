import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Miniflare } from 'miniflare';
import type { Benchmark, Figure, Settings } from './benchmark.ts';
import { SIZE, TOKEN } from './load/message.ts';
import { processorTimeOf } from './load/process-statistics.ts';
import { workload } from './records.ts';
import { median } from './rounds.ts';
import { compatibility } from '../test/support/built-worker.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** The floor: a Hono Worker that answers, and parses what it gets. */
const BARE_WORKER = `
import { Hono } from 'hono';
const app = new Hono();
app.get('/healthz', (c) => c.text('ok'));
app.post('/caliper', async (c) => {
  const { data } = await c.req.json();
  return c.text(String(data.length));
});
export default app;
`;

/** A Worker as `wrangler deploy` would upload it: its one module. */
function built(entry: string, folder: string): string {
  const words = [
    join(ROOT, 'node_modules/wrangler/bin/wrangler.js'),
    'deploy',
    entry,
    '--dry-run',
    '--minify',
  ];
  execFileSync(process.execPath, [...words, '--outdir', folder], {
    cwd: ROOT,
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
    stdio: 'pipe',
  });
  const module = readdirSync(folder).find((name) => name.endsWith('.js'));
  return readFileSync(join(folder, module ?? ''), 'utf8');
}

interface Started {
  readonly host: Miniflare;
  readonly url: string;
}

async function start(module: string): Promise<Started> {
  const host = new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.js', contents: module }],
    ...compatibility,
    d1Databases: ['DB'],
    handleRuntimeStdio(out: Readable, errors: Readable) {
      out.resume();
      errors.resume();
    },
    bindings: {
      SECRET: TOKEN,
      CROSSWALK_CONFIG: JSON.stringify({
        sources: [
          { name: 'sensor', strict: true, credentials: [{ scheme: 'bearer', token: { env: 'SECRET' } }] },
        ],
      }),
    },
  });
  return { host, url: (await host.ready).origin };
}

/** Milliseconds from the start of workerd to its first answer. */
async function coldStart(module: string): Promise<number> {
  const begin = performance.now();
  const { host, url } = await start(module);
  const answer = await fetch(`${url}/healthz`);
  await answer.text();
  const took = performance.now() - begin;
  await host.dispose();
  if (!answer.ok) throw new Error(`the Worker answered ${answer.status}`);
  return took;
}

const ENVELOPES = 60;

/** CPU milliseconds of workerd for an envelope of 100 events, its D1 included, once it is warm. */
async function timeOfEnvelope(module: string, seed: number): Promise<number> {
  const { host, url } = await start(module);
  try {
    const { events } = workload(seed, (ENVELOPES + 20) * SIZE);
    const post = async (at: number) => {
      const answer = await fetch(`${url}/caliper`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          sensor: 'https://lms.example.edu/sensor',
          sendTime: '2025-09-15T10:00:00.000Z',
          dataVersion: 'http://purl.imsglobal.org/ctx/caliper/v1p2',
          data: events.slice(at * SIZE, (at + 1) * SIZE),
        }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`the Worker answered ${answer.status}: ${text}`);
    };
    for (let at = 0; at < 20; at += 1) await post(at);
    const before = processorTimeOf('workerd');
    for (let at = 20; at < 20 + ENVELOPES; at += 1) await post(at);
    return (processorTimeOf('workerd') - before) / ENVELOPES;
  } finally {
    await host.dispose();
  }
}

async function starts(own: string, bare: string, settings: Settings, tell: (step: string) => void) {
  const pairs: (readonly [number, number])[] = [];
  for (let round = 0; round <= settings.rounds; round += 1) {
    tell(`worker: start ${round} of ${settings.rounds}`);
    const pair = [await coldStart(own), await coldStart(bare)] as const;
    if (round > 0) pairs.push(pair);
  }
  return {
    value: median(pairs.map(([mine]) => mine)),
    floorValue: median(pairs.map(([, floor]) => floor)),
    ratio: median(pairs.map(([mine, floor]) => mine / floor)),
  };
}

async function figures(
  own: string,
  bare: string,
  settings: Settings,
  tell: (step: string) => void,
): Promise<Figure[]> {
  const begun = await starts(own, bare, settings, tell);
  tell('worker: CPU time of envelopes');
  const time = await timeOfEnvelope(own, settings.seed);
  const bareTime = await timeOfEnvelope(bare, settings.seed);
  const size = gzipSync(own).length;
  const bareSize = gzipSync(bare).length;
  const better = 'lower' as const;
  return [
    {
      name: 'Worker: cold start to the first answer',
      floor: 'an empty Hono Worker',
      unit: 'ms',
      ...begun,
      better,
      aim: 3,
      note: 'the start of workerd itself is in both',
    },
    {
      name: 'Worker: bundle, minified and compressed',
      floor: '1 MB',
      unit: 'bytes',
      value: size,
      floorValue: 1_000_000,
      ratio: size / 1_000_000,
      better,
      aim: 1,
      note: `an empty Hono Worker has ${bareSize}`,
    },
    {
      name: `Worker: CPU time of a ${SIZE}-event envelope`,
      floor: 'a Hono Worker that only parses it',
      unit: 'ms',
      value: time,
      floorValue: bareTime,
      ratio: time / bareTime,
      better,
      aim: null,
      note: 'all of workerd, with the D1 that it simulates',
    },
  ];
}

/** The Worker: how fast it starts, how large it is, and what an envelope costs it. Needs Linux for CPU times. */
export const worker: Benchmark = {
  name: 'worker',
  about: 'the Worker in workerd: cold start, size, and CPU time of an envelope',
  async run(settings, tell) {
    // Inside the project, so that the bundler finds what the Workers import.
    const cache = join(ROOT, 'node_modules/.cache');
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, 'crosswalk-bench-'));
    try {
      tell('worker: building');
      const entry = join(folder, 'bare.js');
      writeFileSync(entry, BARE_WORKER);
      const own = built(join(ROOT, 'src/gateway/worker.ts'), join(folder, 'own'));
      const bare = built(entry, join(folder, 'bare'));
      return await figures(own, bare, settings, tell);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
