import fc from 'fast-check';
import { describe, it, expect } from 'vitest';
import { insertions } from '../src/audit/lists.ts';

const rowsOf = (count: number, width: number) =>
  Array.from({ length: count }, (_, row) => Array.from({ length: width }, (__, at) => row * width + at));
const sql = (count: number) => `${count} rows`;

describe('rows that are inserted', () => {
  it('all go into statements, once and in their order, each within what the engine binds', () => {
    const sizes = fc.record({
      count: fc.nat({ max: 1_000 }),
      width: fc.integer({ min: 1, max: 13 }),
      most: fc.integer({ min: 13, max: 2_000 }),
    });
    fc.assert(
      fc.property(sizes, ({ count, width, most }) => {
        const rows = rowsOf(count, width);
        const statements = insertions(rows, sql, { mostParameters: most });
        expect(statements.flatMap(({ parameters }) => parameters)).toEqual(rows.flat());
        for (const { sql: text, parameters } of statements) {
          expect(text).toBe(`${parameters.length / width} rows`);
          expect(parameters.length).toBeGreaterThan(0);
          expect(parameters.length).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('need few different statements, however many they are: each is compiled and kept', () => {
    const counts = Array.from({ length: 100 }, (_, at) => at * 7);
    const statements = counts.flatMap((count) =>
      insertions(rowsOf(count, 13), sql, { mostParameters: 1_664 }),
    );
    expect(new Set(statements.map((one) => one.sql)).size).toBeLessThanOrEqual(20);
  });
});
