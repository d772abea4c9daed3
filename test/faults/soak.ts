/** `npm run soak -- --runs 1000 --seed N [--jobs 2]`: many fault runs; names the seed of each that failed. */
import { parseArgs } from 'node:util';
import { faultRun } from './run.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    breaks: { type: 'string', default: '6' },
    jobs: { type: 'string', default: '1' },
  },
});
const runs = Number(values.runs);
let next = Number(values.seed);
const end = next + runs;
const counts = { runs: 0, acknowledged: 0, failed: [] as number[] };

async function work(): Promise<void> {
  while (next < end) {
    const report = await faultRun(next++, Number(values.breaks));
    counts.runs += 1;
    counts.acknowledged += report.acknowledged;
    if (report.broken.length > 0) {
      counts.failed.push(report.seed);
      console.log(JSON.stringify(report));
      console.log(`seed ${report.seed} failed; again: npm run soak -- --runs 1 --seed ${report.seed}`);
    } else if (counts.runs % 10 === 0) {
      console.log(`${counts.runs} of ${runs} runs, ${counts.acknowledged} records acknowledged`);
    }
  }
}

await Promise.all(Array.from({ length: Number(values.jobs) }, work));
console.log(JSON.stringify(counts));
process.exitCode = counts.failed.length === 0 ? 0 : 1;
