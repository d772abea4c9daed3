import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../src/json/index.ts';
import { toCaliper, toXapi } from '../src/index.ts';
import type { Benchmark } from './benchmark.ts';
import { lines, workload } from './records.ts';
import { comparedRates, seconds, type Compared } from './rounds.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

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

function command(target: 'xapi' | 'caliper', file: string): Compared {
  return {
    name: `convert --to ${target}, whole process`,
    floor: 'read lines, JSON.parse, JSON.stringify, write',
    aim: 0.33,
    own: () => processSeconds([path('../dist/cli/main.js'), 'convert', '--strict', '--to', target, file]),
    floorOf: () => processSeconds([path('load/floor-lines.mjs'), file]),
  };
}

function inProcess(
  name: string,
  convert: (record: JsonObject) => unknown,
  records: readonly JsonObject[],
): Compared {
  const each = (work: (record: JsonObject) => unknown) => () => seconds(() => records.forEach(work));
  return {
    name,
    floor: 'structuredClone',
    aim: 1,
    own: each(convert),
    floorOf: each((record) => structuredClone(record)),
  };
}

/**
 * How many times as many records a whole process converts as others do in a round: the command's start, with what its
 * plans learn of the first records, takes 0.4 s.
 */
const LONGER = 5;

/** Conversion by the command, as a whole process. */
export const conversion: Benchmark = {
  name: 'convert',
  about: 'conversion in both directions by the whole command',
  async run(given, tell) {
    const settings = { ...given, records: given.records * LONGER };
    const folder = mkdtempSync(join(tmpdir(), 'crosswalk-bench-'));
    try {
      const { events, statements } = workload(settings.seed, settings.records);
      const files = { events: join(folder, 'events.ndjson'), statements: join(folder, 'statements.ndjson') };
      writeFileSync(files.events, lines(events));
      writeFileSync(files.statements, lines(statements));
      return [
        await comparedRates(command('xapi', files.events), settings, tell),
        await comparedRates(command('caliper', files.statements), settings, tell),
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** Conversion by the library, of parsed records. */
export const inProcessConversion: Benchmark = {
  name: 'in-process',
  about: 'toXapi and toCaliper alone, of parsed records',
  async run(settings, tell) {
    const { events, statements } = workload(settings.seed, settings.records);
    return [
      await comparedRates(
        inProcess('toXapi', (record) => toXapi(record), events),
        settings,
        tell,
      ),
      await comparedRates(
        inProcess('toCaliper', (record) => toCaliper(record), statements),
        settings,
        tell,
      ),
    ];
  },
};
