/**
 * Measures conversion as a ratio to a floor in the same run, on the same machine and input: absolute times mean little
 * on shared machines. Prints a table and writes `bench/results.json`.
 *
 * `npm run bench -- --records 20000 --rounds 5 --seed 1`
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { JsonObject } from '../src/json/index.ts';
import { toCaliper, toXapi } from '../src/index.ts';
import { lines, workload } from './records.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    records: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '5' },
  },
});
const [seed, count, rounds] = [Number(values.seed), Number(values.records), Number(values.rounds)];

/** One benchmark: what it measures, what its floor is, and which share of the floor's rate is the aim. */
interface Benchmark {
  readonly name: string;
  readonly floor: string;
  readonly aim: number;
  /** Seconds that a round takes. */
  readonly run: () => number;
  readonly runFloor: () => number;
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function seconds(work: () => void): number {
  const begin = performance.now();
  work();
  return (performance.now() - begin) / 1000;
}

/** Wall seconds of a whole process whose output is read and dropped. */
function processSeconds(words: readonly string[]): number {
  return seconds(() => {
    const done = spawnSync(process.execPath, words, {
      maxBuffer: 2 ** 31,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (done.status !== 0) throw new Error(`${words.join(' ')} ended with status ${done.status}`);
  });
}

function conversionOf(target: 'xapi' | 'caliper', file: string): Benchmark {
  return {
    name: `convert --to ${target}, whole process`,
    floor: 'read lines, JSON.parse, JSON.stringify, write',
    aim: 0.33,
    run: () => processSeconds([path('../dist/cli/main.js'), 'convert', '--strict', '--to', target, file]),
    runFloor: () => processSeconds(['--import', 'tsx', path('floor-lines.ts'), file]),
  };
}

function inProcess(
  name: string,
  convert: (record: JsonObject) => unknown,
  records: readonly JsonObject[],
): Benchmark {
  const each = (work: (record: JsonObject) => unknown) => () => seconds(() => records.forEach(work));
  return {
    name,
    floor: 'structuredClone',
    aim: 1,
    run: each(convert),
    runFloor: each((r) => structuredClone(r)),
  };
}

const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;

/** Rounds of the benchmark and its floor in turn, after one of each that does not count. */
function measure({ run, runFloor }: Benchmark): { rate: number; floorRate: number; ratio: number } {
  run();
  runFloor();
  const pairs = Array.from({ length: rounds }, () => [run(), runFloor()] as const);
  return {
    rate: count / median(pairs.map(([own]) => own)),
    floorRate: count / median(pairs.map(([, floor]) => floor)),
    ratio: median(pairs.map(([own, floor]) => floor / own)),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'crosswalk-bench-'));
try {
  const { events, statements } = workload(seed, count);
  const files = { events: join(folder, 'events.ndjson'), statements: join(folder, 'statements.ndjson') };
  writeFileSync(files.events, lines(events));
  writeFileSync(files.statements, lines(statements));
  const benchmarks = [
    conversionOf('xapi', files.events),
    conversionOf('caliper', files.statements),
    inProcess('toXapi', (record) => toXapi(record), events),
    inProcess('toCaliper', (record) => toCaliper(record), statements),
  ];
  const results = benchmarks.map((benchmark) => {
    const { name, floor, aim } = benchmark;
    const { rate, floorRate, ratio } = measure(benchmark);
    const row = {
      name,
      floor,
      aim,
      ratio: Number(ratio.toFixed(3)),
      rate: Math.round(rate),
      floorRate: Math.round(floorRate),
    };
    console.log(
      `${row.ratio.toFixed(3)} of the floor (aim ${aim})  ${name}: ${row.rate}/s, ${floor}: ${row.floorRate}/s`,
    );
    return row;
  });
  const machine = { processor: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version };
  writeFileSync(
    path('results.json'),
    `${JSON.stringify({ seed, count, rounds, machine, results }, null, 2)}\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
