import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from './benchmark.ts';
import { lines, workload } from './records.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Records of the short conversion. */
const FEW = 10_000;

/** Lines of a block, made when they are asked for: no more of the input exists at once than its reader takes. */
const BLOCK = 2_000;

function* blocks(seed: number, count: number): Generator<string> {
  for (let made = 0; made < count; made += BLOCK) {
    yield lines(workload(seed + made, Math.min(BLOCK, count - made)).events);
  }
}

/** Most memory that `convert` has resident while it reads a number of records, in MB. */
async function peak(seed: number, count: number): Promise<number> {
  const words = ['--import', path('load/peak-memory.mjs'), path('../dist/cli/main.js')];
  const child = spawn(process.execPath, [...words, 'convert', '--to', 'xapi'], {
    stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
  });
  let told = '';
  child.stdio[3]?.on('data', (piece: Buffer) => (told += piece.toString()));
  const closed = once(child, 'close');
  if (!child.stdin) throw new Error('the command has no standard input');
  await pipeline(Readable.from(blocks(seed, count)), child.stdin);
  await closed;
  return Number(told) / 1024;
}

/** Memory of a long conversion against that of a short one. */
export const memory: Benchmark = {
  name: 'memory',
  about:
    'memory while converting many records, against 10 thousand (--memory-records 10000000 for the whole)',
  async run({ seed, memoryRecords }, tell) {
    tell(`memory: converting ${FEW} records`);
    const floorValue = await peak(seed, FEW);
    tell(`memory: converting ${memoryRecords} records`);
    const value = await peak(seed, memoryRecords);
    const name = `memory while converting ${memoryRecords} records`;
    const floor = `${FEW} records`;
    return [
      { name, floor, unit: 'MB', value, floorValue, ratio: value / floorValue, better: 'lower', aim: 1.2 },
    ];
  },
};
