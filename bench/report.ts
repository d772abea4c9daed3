import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Figure, Settings } from './benchmark.ts';

/** A figure with the benchmark that it belongs to. */
export type Row = Figure & { readonly benchmark: string };

/** A number as a reader takes it in: three significant digits, no exponent. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** True where the ratio is on the right side of its aim. A figure without an aim reaches none and misses none. */
export function isReached({ ratio, aim, better }: Figure): boolean | null {
  if (aim === null) return null;
  return better === 'higher' ? ratio >= aim : ratio <= aim;
}

function aimOf({ aim, better }: Figure): string {
  if (aim === null) return '';
  return `${better === 'higher' ? '≥' : '≤'} ${aim}`;
}

const REACHED = { true: 'reached', false: 'not reached', null: '' } as const;

function cells(row: Row): string[] {
  const numbers = [row.ratio, row.value, row.floorValue].map(short);
  return [
    row.name,
    numbers[0] ?? '',
    aimOf(row),
    REACHED[`${isReached(row)}`],
    ...numbers.slice(1),
    row.unit,
  ];
}

const HEAD = ['benchmark', 'ratio', 'aim', '', 'value', 'floor', 'unit'];

/** The rows as a table for a terminal, with the floors and notes below it. */
export function table(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => [...(line[column] ?? '')].length)));
  const padded = (cell: string, column: number) => {
    const space = ' '.repeat((widths[column] ?? 0) - [...cell].length);
    return column === 0 ? cell + space : space + cell;
  };
  return [
    ...lines.map((line) => line.map(padded).join('  ').trimEnd()),
    '',
    'Floors, each measured in the same run:',
    ...floors(rows),
  ].join('\n');
}

/** What each floor is, once for all rows that have it and the same note. */
function floors(rows: readonly Row[]): string[] {
  const told = new Map<string, string[]>();
  for (const { name, floor, note } of rows) {
    const text = note === undefined ? floor : `${floor} (${note})`;
    told.set(text, [...(told.get(text) ?? []), name]);
  }
  return [...told].map(([text, [first = '', ...others]]) => {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return `  ${first}${more}: ${text}`;
  });
}

const rounded = (value: number) => Number(value.toPrecision(5));

/** Writes the rows with what they were measured on and with. */
export function writeResults(file: string, settings: Settings, rows: readonly Row[]): void {
  const machine = {
    processor: cpus()[0]?.model ?? '',
    cores: cpus().length,
    memory: totalmem(),
    node: process.version,
  };
  const results = rows.map((row) => ({
    ...row,
    value: rounded(row.value),
    floorValue: rounded(row.floorValue),
    ratio: rounded(row.ratio),
    reached: isReached(row),
  }));
  writeFileSync(file, `${JSON.stringify({ settings, machine, results }, null, 2)}\n`);
}
