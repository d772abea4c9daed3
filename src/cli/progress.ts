import { Presets, SingleBar } from 'cli-progress';
import { sizeOf } from './input.ts';
import type { Terminal } from './terminal.ts';

/** How far a command is, shown to a person who waits; silent where nobody looks. */
export interface Progress {
  /** Tells of bytes that were read. */
  readonly advance: (bytes: number) => void;
  /** Clears the bar's line, so that a message can stand there; the bar comes back below it. */
  readonly makeRoom: () => void;
  readonly end: () => void;
}

const SILENT: Progress = { advance: () => undefined, makeRoom: () => undefined, end: () => undefined };

const START_OF_CLEARED_LINE = '\r\u001b[K';

/** A bar on a terminal's error output over the bytes of the named files; none where their size is not known. */
export async function progressOver(names: readonly string[], terminal: Terminal): Promise<Progress> {
  const sizes = await Promise.all(names.map((name) => sizeOf(name)));
  if (terminal.errors.isTTY !== true || sizes.includes(null)) return SILENT;
  const total = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const options = {
    stream: terminal.errors,
    format: '{bar} {percentage}% of {size}, {eta_formatted} left',
    clearOnComplete: true,
  };
  const bar = new SingleBar(options, Presets.shades_classic);
  bar.start(total, 0, { size: inUnits(total) });
  return {
    advance: (bytes) => bar.increment(bytes),
    makeRoom: () => void terminal.errors.write(START_OF_CLEARED_LINE),
    end: () => bar.stop(),
  };
}

/** A bar on a terminal's error output over a number of rows; silent where nobody looks. */
export function progressUpTo(terminal: Terminal): {
  readonly reach: (done: number, total: number) => void;
  readonly end: () => void;
} {
  if (terminal.errors.isTTY !== true) return { reach: () => undefined, end: () => undefined };
  const options = {
    stream: terminal.errors,
    format: '{bar} {percentage}% of {total} rows, {eta_formatted} left',
    clearOnComplete: true,
  };
  const bar = new SingleBar(options, Presets.shades_classic);
  let started = false;
  return {
    reach(done, total) {
      if (started) bar.update(done);
      else bar.start(total, done);
      started = true;
    },
    end: () => bar.stop(),
  };
}

function inUnits(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
