import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Benchmark, Figure } from './benchmark.ts';
import { SIZE } from './load/message.ts';
import { delivered, destinations, gateway, sender, type Listening } from './load/processes.ts';
import { residentMemory } from './load/process-statistics.ts';
import { seedOfRound } from './records.ts';
import { median } from './rounds.ts';

/** Records a second of a national consortium: five hundred million in a day. */
const RATE = 5_800;

/** Milliseconds between two looks at the gateway. */
const LOOK = 1_000;

/** What one look finds: megabytes that are resident, and records that wait to be delivered or to be indexed. */
interface Look {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  readonly resident: number;
  readonly pending: number;
  readonly unindexed: number;
}

/** Looks at a gateway from outside. */
function observed({ process: { pid = 0 } }: Listening, folder: string) {
  const database = new Sqlite(join(folder, 'gateway.sqlite'), { readonly: true });
  const pending = database.prepare<[], number>("SELECT count(*) FROM outbox WHERE state = 'pending'").pluck();
  const unindexed = database.prepare<[], number>('SELECT count(*) FROM unindexed').pluck();
  const look = (): Look => ({
    at: Date.now(),
    resident: residentMemory(pid),
    pending: pending.get() ?? 0,
    unindexed: unindexed.get() ?? 0,
  });
  return { look, close: () => void database.close() };
}

/** Middle of what is resident over a part of the time. */
const residentOver = (looks: readonly Look[], from: number, until: number) =>
  median(looks.slice(looks.length * from, looks.length * until).map(({ resident }) => resident));

function figures(records: number, seconds: number, looks: readonly Look[]): Figure[] {
  const most = (of: (look: Look) => number) => Math.max(...looks.map(of));
  const rate = records / seconds;
  const resident = residentOver(looks, 3 / 4, 1);
  const early = residentOver(looks, 1 / 4, 1 / 2);
  const queues = `at most ${most(({ pending }) => pending)} waited to be delivered and ${most(({ unindexed }) => unindexed)} to be indexed; ${looks.at(-1)?.unindexed ?? 0} did at the end`;
  return [
    {
      name: `sustained: ${records} records, until the last is delivered`,
      floor: 'the rate at which they are sent',
      unit: 'records/s',
      value: rate,
      floorValue: RATE,
      ratio: rate / RATE,
      better: 'higher',
      aim: 0.98,
      note: queues,
    },
    {
      name: 'sustained: memory of the gateway in the last quarter of the time',
      floor: 'the second quarter',
      unit: 'MB',
      value: resident,
      floorValue: early,
      ratio: resident / early,
      better: 'lower',
      aim: 1.2,
    },
  ];
}

/** The traffic of a consortium for as long as it takes to see whether all of it is kept up with. */
export const sustained: Benchmark = {
  name: 'sustained',
  about: `mixed records at ${RATE} a second, to an LRS and a Caliper endpoint: whether they are kept up with, in which memory`,
  async run({ seed, sustainedRecords: records }, tell) {
    const folder = mkdtempSync(join(tmpdir(), 'crosswalk-bench-'));
    const behind = await destinations();
    const own = await gateway(folder, behind);
    const load = sender();
    const watched = observed(own, folder);
    const looks: Look[] = [];
    let looking: NodeJS.Timeout | undefined;
    const loadOf = (round: number, count: number) => ({
      url: own.url,
      kind: 'mixed' as const,
      seed: seedOfRound(seed, round),
      records: count,
      connections: 64,
    });
    try {
      tell('sustained: learning the patterns of the records');
      await delivered(load, behind, loadOf(0, Math.min(records, 20_000)));
      tell(`sustained: ${records} records at ${RATE} a second`);
      looking = setInterval(() => looks.push(watched.look()), LOOK);
      const { begunAt, arrivedAt } = await delivered(load, behind, {
        ...loadOf(1, records),
        rate: RATE / SIZE,
      });
      return figures(
        records,
        (arrivedAt - begunAt) / 1000,
        looks.filter(({ at }) => at >= begunAt),
      );
    } finally {
      clearInterval(looking);
      watched.close();
      await Promise.all([own.close(), load.close(), behind.close()]);
      rmSync(folder, { recursive: true });
    }
  },
};
