import { readFileSync } from 'node:fs';
import { short, type Row } from './report.ts';

/** Which part of its ratio a figure may lose before that is told: what noise does stays below it. */
const TOLERANCE = 1 / 3;

/** How much worse a ratio is than it was, as a part of what it was; negative where it is better. */
function loss({ ratio, better }: Row, former: number): number {
  return better === 'higher' ? 1 - ratio / former : 1 - former / ratio;
}

/**
 * Says in words how ratios stand to those of a committed file (a JSON object of ratios by the figures' names): which
 * are worse by more than a third, and which are new. A ratio is no error, since the machine may have been busy.
 */
export function compared(rows: readonly Row[], file: string): string {
  const former = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, number>>;
  const told = rows.flatMap((row) => {
    const before = former[row.name];
    if (before === undefined) return [`  ${row.name}: ${short(row.ratio)}, with no baseline yet`];
    if (loss(row, before) <= TOLERANCE) return [];
    return [`  REGRESSION ${row.name}: ${short(row.ratio)}, was ${short(before)}`];
  });
  if (told.length === 0) return `No ratio is worse by more than a third than in ${file}.`;
  return [`Against ${file}:`, ...told].join('\n');
}
