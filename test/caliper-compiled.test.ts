import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepsRules } from '../src/caliper/validation/keeps-rules.ts';
import { findingsOf } from '../src/caliper/validation/records.ts';
import { validateRecord } from '../src/caliper/index.ts';
import { isObject, type JsonObject, type JsonValue } from '../src/json/index.ts';
import { classHour } from '../demo/class-hour.ts';
import { events as caliperEvents } from './arbitraries/events.ts';
import { validExamples } from './support/caliper-reference.ts';

const hour = classHour(3, 4);
const examples: JsonValue[] = [
  ...hour.events,
  ...hour.describes,
  ...validExamples.flatMap(({ value }) => (Array.isArray(value['data']) ? value['data'] : [value])),
];

/** Every object and list in a value, itself included. */
function parts(value: JsonValue | undefined): (JsonObject | JsonValue[])[] {
  if (Array.isArray(value)) return [value, ...value.flatMap(parts)];
  return isObject(value) ? [value, ...Object.values(value).flatMap(parts)] : [];
}

const replacement: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue[]>(null, 0, -1, 1.5, true, '', 'x', '2025-02-30T10:00:00.000Z', 'PT1S', [], {}),
  fc.constantFrom<JsonValue[]>('Person', 'Event', 'Started', 'Learner', 'https://example.edu/1', '_:b'),
  fc.constantFrom<JsonValue[]>(
    { id: 'https://example.edu/1', type: 'Person' },
    { type: 'Frame' },
    { '@context': { mood: 'https://example.edu/mood' }, id: 'https://example.edu/1', type: 'Person' },
  ),
);

interface Change {
  readonly part: number;
  readonly member: number;
  readonly does: 'replace' | 'remove' | 'add' | 'wrap';
  readonly name: string;
  readonly value: JsonValue;
}

const change: fc.Arbitrary<Change> = fc.record({
  part: fc.nat(40),
  member: fc.nat(20),
  does: fc.constantFrom<Change['does'][]>('replace', 'replace', 'remove', 'add', 'wrap'),
  name: fc.constantFrom(
    'verb',
    'name',
    '@id',
    '@type',
    'mood',
    '@context',
    'extensions',
    'action',
    'profile',
  ),
  value: replacement,
});

/** A copy of a record with some of its parts changed. */
function changed(record: JsonValue, changes: readonly Change[]): JsonValue {
  const copy = structuredClone(record);
  for (const { part, member, does, name, value } of changes) {
    const all = parts(copy);
    const place = all[part % Math.max(all.length, 1)];
    if (!place) continue;
    const names = Object.keys(place);
    const chosen = names[member % Math.max(names.length, 1)];
    const target = place as JsonObject;
    if (does === 'add' && !Array.isArray(place)) target[name] = structuredClone(value);
    if (chosen === undefined) continue;
    if (does === 'replace') target[chosen] = structuredClone(value);
    if (does === 'wrap') target[chosen] = [target[chosen] ?? null];
    if (does === 'remove' && !Array.isArray(place)) delete target[chosen];
  }
  return copy;
}

describe('the compiled check of Caliper records', () => {
  it('passes no example that the plain check finds anything in', () => {
    for (const record of examples) {
      if (keepsRules(record)) expect(findingsOf(record)).toEqual([]);
    }
  });

  it('passes what most senders write: every record of a class hour', () => {
    expect([...hour.events, ...hour.describes].filter((record) => !keepsRules(record))).toEqual([]);
  });

  it('passes nearly all examples of 1.1 and 1.2 that keep the rules', () => {
    const plain = validExamples.filter(
      ({ name, value }) => !name.startsWith('v1p0') && !('data' in value) && findingsOf(value).length === 0,
    );
    const passed = plain.filter(({ value }) => keepsRules(value));
    expect(passed.length).toBeGreaterThanOrEqual(0.9 * plain.length);
  });

  it('passes no changed record that the plain check finds anything in', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...examples),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        (example, changes) => {
          const record = changed(example, changes);
          if (keepsRules(record)) expect(findingsOf(record)).toEqual([]);
          expect(validateRecord(record)).toEqual(findingsOf(record));
        },
      ),
      { numRuns: 4000 },
    );
  });

  it('passes no event made from the model that the plain check finds anything in', () => {
    fc.assert(
      fc.property(caliperEvents, (event) => {
        if (keepsRules(event)) expect(findingsOf(event)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
