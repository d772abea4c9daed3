import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Figure, Settings } from './benchmark.ts';
import { SIZE, type Load } from './load/message.ts';
import { bareRoute, gateway, sender, type Listening, type Sender } from './load/processes.ts';
import { seedOfRound } from './records.ts';
import { median } from './rounds.ts';
import { comparedServers } from './servers.ts';

const BARE = 'a bare Hono route that parses and inserts each record in one transaction, as durable';

/** Requests under way at once when as much is sent as is answered. */
const CONNECTIONS = 8;

interface Stage {
  readonly own: Listening;
  readonly bare: Listening;
  readonly load: Sender;
}

/** Runs work against a gateway without destinations and a bare route, each with an empty database. */
async function staged<Result>(work: (stage: Stage) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'crosswalk-bench-'));
  const own = await gateway(folder);
  const bare = await bareRoute(folder);
  const load = sender();
  try {
    return await work({ own, bare, load });
  } finally {
    await Promise.all([own.close(), bare.close(), load.close()]);
    rmSync(folder, { recursive: true });
  }
}

const loadOf = (
  kind: Load['kind'],
  settings: Settings,
  round: number,
): Omit<Load, 'url' | 'connections'> => ({
  kind,
  seed: seedOfRound(settings.seed, round),
  records: settings.records,
});

async function ingestOf(
  kind: 'envelopes' | 'batches',
  aim: number | null,
  settings: Settings,
  tell: (step: string) => void,
): Promise<Figure[]> {
  return staged(async ({ own, bare, load }) => {
    const seconds = async ({ url }: Listening, round: number) =>
      (await load.send({ ...loadOf(kind, settings, round), url, connections: CONNECTIONS })).seconds;
    const what = kind === 'envelopes' ? `${SIZE}-event envelopes` : `batches of ${SIZE} statements`;
    return comparedServers(
      {
        name: `ingest of ${what}`,
        floor: BARE,
        aim,
        servers: { own, floor: bare },
        own: (round) => seconds(own, round),
        floorOf: (round) => seconds(bare, round),
      },
      settings,
      tell,
    );
  });
}

/** Receiving over HTTP, validated and durable, without destinations. */
export const ingest: Benchmark = {
  name: 'ingest',
  about: `records received over HTTP in requests of ${SIZE}, validated, and on disk before the answer`,
  async run(settings, tell) {
    const envelopes = await ingestOf('envelopes', 0.6, settings, tell);
    return [...envelopes, ...(await ingestOf('batches', null, settings, tell))];
  },
};

/** The time that a share of all stays below. */
function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}

/** Requests that a p99 is told from, at least. */
const REQUESTS = 200;

async function answerTimes(settings: Settings, tell: (step: string) => void): Promise<Figure> {
  return staged(async ({ own, bare, load }) => {
    const records = Math.max(settings.records, REQUESTS * SIZE);
    const p99 = async ({ url }: Listening, rate: number, round: number) => {
      const paced = { ...loadOf('envelopes', settings, round), records, url, rate, connections: 64 };
      return quantile((await load.send(paced)).times, 0.99);
    };
    const saturated = async ({ url }: Listening, round: number) => {
      const whole = { ...loadOf('envelopes', settings, round), url, connections: CONNECTIONS };
      return settings.records / SIZE / (await load.send(whole)).seconds;
    };
    tell('answer time: looking for the rate of saturation');
    await saturated(own, 0);
    await saturated(bare, 0);
    const rate = (await saturated(own, 1)) / 2;
    const pairs: (readonly [number, number])[] = [];
    for (let round = 0; round < settings.rounds; round += 1) {
      tell(`answer time: round ${round + 1} of ${settings.rounds}`);
      pairs.push([await p99(own, rate, round + 2), await p99(bare, rate, round + 2)]);
    }
    return {
      name: 'p99 answer time at half the saturation rate',
      floor: 'the bare route at the same rate',
      unit: 'ms',
      value: median(pairs.map(([mine]) => mine)),
      floorValue: median(pairs.map(([, floor]) => floor)),
      ratio: median(pairs.map(([mine, floor]) => mine / floor)),
      better: 'lower',
      aim: 3,
      note: `${rate.toFixed(1)} envelopes of ${SIZE} events a second, half of what the gateway takes`,
    };
  });
}

/** How long an answer takes while the gateway is half busy. */
export const answerTime: Benchmark = {
  name: 'answer-time',
  about: 'p99 of answer times at half the rate at which the gateway is saturated',
  run: async (settings, tell) => [await answerTimes(settings, tell)],
};
