/**
 * `npm run soak -- --runs 1000 --seed N [--host workers] [--breaks B] [--jobs 2]`: many fault runs on a host; names the seed
 * of each that failed.
 */
import { parseArgs } from 'node:util';
import type { RunReport } from './breaks.ts';
import { faultRun } from './run.ts';
import { workerFaultRun } from './worker-run.ts';

/** A run on each host that the gateway is made for. */
const HOSTS: ReadonlyMap<string, (seed: number, breaks?: number) => Promise<RunReport>> = new Map([
  ['node', faultRun],
  ['workers', workerFaultRun],
]);

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    host: { type: 'string', default: 'node' },
    breaks: { type: 'string' },
    jobs: { type: 'string', default: '1' },
  },
});
const { host } = values;
const run = HOSTS.get(host);
if (!run) throw new Error(`--host is "${host}"; it must be one of ${[...HOSTS.keys()].join(', ')}`);
const breaks = values.breaks === undefined ? undefined : Number(values.breaks);
/** How a run is repeated. */
const again = (seed: number) =>
  `npm run soak -- --host ${host} --runs 1 --seed ${seed}${breaks === undefined ? '' : ` --breaks ${breaks}`}`;
const runs = Number(values.runs);
let next = Number(values.seed);
const end = next + runs;
const counts = { runs: 0, acknowledged: 0, failed: [] as number[] };

async function work(one: (seed: number, breaks?: number) => Promise<RunReport>): Promise<void> {
  while (next < end) {
    const report = await one(next++, breaks);
    counts.runs += 1;
    counts.acknowledged += report.acknowledged;
    if (report.broken.length > 0) {
      counts.failed.push(report.seed);
      console.log(JSON.stringify(report));
      console.log(`seed ${report.seed} failed; again: ${again(report.seed)}`);
    } else if (counts.runs % 10 === 0) {
      console.log(`${counts.runs} of ${runs} runs, ${counts.acknowledged} records acknowledged`);
    }
  }
}

await Promise.all(Array.from({ length: Number(values.jobs) }, () => work(run)));
console.log(JSON.stringify(counts));
process.exitCode = counts.failed.length === 0 ? 0 : 1;
