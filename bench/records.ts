import type { JsonObject } from '../src/json/index.ts';
import { classHour } from '../demo/class-hour.ts';

/** Records of both languages for a benchmark, as newline-delimited JSON and as values. */
export interface Workload {
  readonly events: readonly JsonObject[];
  readonly statements: readonly JsonObject[];
}

/** Learners of one class: enough that people, items and pages repeat as they do in a course. */
const LEARNERS = 24;

/**
 * Realistic mixed records of a seed: class hours one after another, until there are `count` of each language. The
 * same seed gives the same records, byte for byte.
 */
export function workload(seed: number, count: number): Workload {
  const events: JsonObject[] = [];
  const statements: JsonObject[] = [];
  for (let hour = 0; events.length < count || statements.length < count; hour += 1) {
    const records = classHour(seed + hour, LEARNERS);
    events.push(...records.events);
    statements.push(...records.statements);
  }
  return { events: events.slice(0, count), statements: statements.slice(0, count) };
}

/** Records as newline-delimited JSON. */
export const lines = (records: readonly JsonObject[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');
