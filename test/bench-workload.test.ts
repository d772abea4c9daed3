import { describe, expect, it } from 'vitest';
import { workload } from '../bench/records.ts';
import { median } from '../bench/rounds.ts';
import type { JsonObject } from '../src/json/index.ts';
import { validate } from '../src/index.ts';

const COUNT = 600;
const sizes = (records: readonly JsonObject[]) =>
  records.map((record) => Buffer.byteLength(JSON.stringify(record)));

describe('the workload of the benchmarks', () => {
  const { events, statements } = workload(1, COUNT);

  it('has as many records of each language as were asked for, each with an id of its own', () => {
    expect([events.length, statements.length]).toEqual([COUNT, COUNT]);
    expect(new Set([...events, ...statements].map(({ id }) => id)).size).toBe(2 * COUNT);
  });

  it('is the same for one seed, byte for byte, and another for another', () => {
    expect(JSON.stringify(workload(1, COUNT))).toBe(JSON.stringify({ events, statements }));
    expect(JSON.stringify(workload(2, COUNT))).not.toBe(JSON.stringify({ events, statements }));
  });

  it('goes on with the clock, as traffic does: each class hour is an hour later than the one before', () => {
    const times = (records: readonly JsonObject[], name: string) =>
      records.map((record) => record[name] as string);
    for (const some of [times(events, 'eventTime'), times(statements, 'timestamp')]) {
      expect([...some].sort()).toEqual(some);
      expect(some.at(-1)?.slice(0, 13)).not.toBe(some[0]?.slice(0, 13));
    }
  });

  it('begins with the records of a shorter one', () => {
    expect(workload(1, 50)).toEqual({ events: events.slice(0, 50), statements: statements.slice(0, 50) });
  });

  it.each([
    ['events', events, 1_500],
    ['statements', statements, 2_000],
  ] as const)('has %s of 2 to 3 KB', (_, records, least) => {
    expect(median(sizes(records))).toBeGreaterThanOrEqual(2_048);
    expect(Math.min(...sizes(records))).toBeGreaterThanOrEqual(least);
    expect(Math.max(...sizes(records))).toBeLessThanOrEqual(3 * 1_024);
  });

  it('keeps every rule of both specifications: strict sources send it', () => {
    for (const record of [...events, ...statements]) expect(validate(record).errors).toEqual([]);
  });

  it('is mixed: no kind of event or verb makes up more than a third', () => {
    const most = (names: readonly unknown[]) =>
      Math.max(...[...new Set(names)].map((name) => names.filter((one) => one === name).length));
    expect(most(events.map(({ type, action }) => JSON.stringify([type, action])))).toBeLessThan(COUNT / 3);
    expect(most(statements.map(({ verb }) => (verb as JsonObject).id))).toBeLessThan(COUNT / 3);
  });
});
