import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compared } from '../bench/baseline.ts';
import type { Row } from '../bench/report.ts';

const folder = mkdtempSync(join(tmpdir(), 'crosswalk-baseline-'));
const file = join(folder, 'baseline.json');

afterAll(() => rmSync(folder, { recursive: true }));

const row = (ratio: number, better: Row['better'] = 'higher', name = 'ingest'): Row => ({
  benchmark: 'some',
  name,
  floor: 'a bare route',
  unit: 'records/s',
  value: ratio,
  floorValue: 1,
  ratio,
  better,
  aim: null,
});

function told(baseline: Readonly<Record<string, number>>, ...rows: readonly Row[]): string {
  writeFileSync(file, JSON.stringify(baseline));
  return compared(rows, file);
}

const QUIET = `No ratio is worse by more than a third than in ${file}.`;

describe('a comparison with the baseline', () => {
  it('tells a ratio that is worse by more than a third', () => {
    expect(told({ ingest: 0.6 }, row(0.39))).toBe(`Against ${file}:\n  REGRESSION ingest: 0.39, was 0.6`);
  });

  it('passes over one that is worse by less, the same, or better', () => {
    expect(told({ ingest: 0.6 }, row(0.41))).toBe(QUIET);
    expect(told({ ingest: 0.6 }, row(0.6))).toBe(QUIET);
    expect(told({ ingest: 0.6 }, row(6))).toBe(QUIET);
  });

  it('knows that of answer times the higher ratio is the worse', () => {
    expect(told({ p99: 2 }, row(3.1, 'lower', 'p99'))).toContain('REGRESSION p99: 3.1, was 2');
    expect(told({ p99: 2 }, row(2.9, 'lower', 'p99'))).toBe(QUIET);
    expect(told({ p99: 2 }, row(0.2, 'lower', 'p99'))).toBe(QUIET);
  });

  it('tells each one, and what has no baseline yet', () => {
    expect(
      told({ a: 1, b: 1 }, row(0.5, 'higher', 'a'), row(0.9, 'higher', 'b'), row(2, 'higher', 'c')),
    ).toBe(`Against ${file}:\n  REGRESSION a: 0.5, was 1\n  c: 2, with no baseline yet`);
  });
});
