import { readdirSync, readFileSync } from 'node:fs';
import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classHour } from '../demo/class-hour.ts';
import type { JsonObject } from '../src/json/index.ts';
import { compileEngine } from '../src/mappings/engine.ts';
import { createCrosswalk, shippedTables, type ConversionOptions } from '../src/mappings/index.ts';
import { createPlans } from '../src/mappings/plans/index.ts';
import { RareTexts } from '../src/mappings/plans/rare-texts.ts';
import { TEXT_KINDS, type TextKind } from '../src/mappings/plans/text-kinds.ts';
import { ontology } from '../src/ontology/index.ts';
import { events } from './arbitraries/events.ts';
import { statements } from './arbitraries/statements.ts';
import { variantsOf } from './arbitraries/variants.ts';
import { caliperEvents, xapiStatements } from './support/reference.ts';

const tables = shippedTables();
const plain = createCrosswalk(tables, ontology, { plans: false });
const engine = compileEngine(tables, ontology);

/** Plans that have seen nothing yet. */
function freshPlans() {
  const plans = createPlans(engine, tables, ontology);
  if (!plans) throw new Error('the shipped tables allow no plans');
  return plans;
}

type Way = 'toXapi' | 'toCaliper';

const copyOf = (record: JsonObject) => JSON.parse(JSON.stringify(record)) as JsonObject;

const MORE_THAN_SIGHTED = 4;

const options: ConversionOptions[] = [
  {},
  { receivedAt: '2024-05-06T07:08:09.000Z', language: 'de' },
  {
    envelope: {
      sensor: 'https://lms.example.edu/sensor',
      sendTime: '2025-09-15T09:00:01.000Z',
      index: 3,
      size: 9,
    },
  },
];

function shouldConvertAlike(
  way: Way,
  record: JsonObject,
  plans = freshPlans(),
  chosen: ConversionOptions = {},
) {
  const before = JSON.stringify(record);
  const expected = plain[way](record, chosen);
  expect(JSON.stringify(plans[way].convert(record, chosen))).toBe(JSON.stringify(expected));
  expect(plans[way].write(record, chosen)).toEqual(
    expected.ok
      ? { ok: true, text: JSON.stringify(expected.record), diagnostics: expected.diagnostics }
      : expected,
  );
  expect(JSON.stringify(record)).toBe(before);
}

const runs = (numRuns: number) => ({ numRuns, interruptAfterTimeLimit: 8_000 });

/** Records, each with variants of it: the plan that the record brought about must not be wrong for them. */
const withVariants = (records: Arbitrary<JsonObject>) =>
  fc.tuple(
    records.chain((record) =>
      fc.tuple(fc.constant(record), fc.array(variantsOf(record), { minLength: 6, maxLength: 10 })),
    ),
    fc.constantFrom(...options),
  );

function shouldServeVariants(way: Way, records: Arbitrary<JsonObject>, numRuns: number) {
  const plans = freshPlans();
  fc.assert(
    fc.property(withVariants(records), ([[record, variants], chosen]) => {
      for (let i = 0; i < MORE_THAN_SIGHTED; i += 1) shouldConvertAlike(way, copyOf(record), plans, chosen);
      for (const variant of variants) shouldConvertAlike(way, variant, plans, chosen);
    }),
    runs(numRuns),
  );
  return plans[way].served;
}

const { events: hourEvents, statements: hourStatements } = classHour(7, 12);
const vendors = new URL('fixtures/vendors/', import.meta.url);
const vendorEvents = readdirSync(vendors).flatMap(
  (file) => (JSON.parse(readFileSync(new URL(file, vendors), 'utf8')) as { data: JsonObject[] }).data,
);

describe('a plan', () => {
  it.each([
    ['toXapi', hourEvents.map(copyOf)],
    ['toCaliper', hourStatements.map(copyOf)],
  ] as const)(
    'serves nearly all records of a class hour, and converts them as the tables do: %s',
    (way, records) => {
      const plans = freshPlans();
      for (const record of records) shouldConvertAlike(way, record, plans);
      const afterwards = plans[way].served;
      for (const record of records) shouldConvertAlike(way, record, plans);
      expect((plans[way].served - afterwards) / records.length).toBeGreaterThan(0.9);
    },
  );

  it.each([
    ['toXapi', [...caliperEvents.map(({ record }) => record), ...vendorEvents]],
    ['toCaliper', xapiStatements.map(({ record }) => record)],
  ] as const)('gives for every published record what the tables give: %s', (way, records) => {
    const plans = freshPlans();
    for (const [number, record] of records.entries()) {
      const chosen = options[number % options.length];
      for (let i = 0; i < MORE_THAN_SIGHTED; i += 1) shouldConvertAlike(way, record, plans, chosen);
    }
    if (records.length > vendorEvents.length) expect(plans[way].served).toBeGreaterThan(records.length / 3);
  });

  it('gives for events of any shape, and for others like them, what the tables give', () => {
    expect(shouldServeVariants('toXapi', events, 150)).toBeGreaterThan(0);
  });

  it('gives for events of real traffic with odd values what the tables give', () => {
    expect(shouldServeVariants('toXapi', fc.constantFrom(...hourEvents.map(copyOf)), 120)).toBeGreaterThan(0);
  });

  it.each(['1.0', '2.0'] as const)(
    'gives for statements of any shape of %s what the tables give',
    (version) => {
      expect(shouldServeVariants('toCaliper', statements(version), 80)).toBeGreaterThan(0);
    },
  );

  it('gives for statements of real traffic with odd values what the tables give', () => {
    expect(
      shouldServeVariants('toCaliper', fc.constantFrom(...hourStatements.map(copyOf)), 120),
    ).toBeGreaterThan(0);
  });

  it('tells records in which two texts are the same from those in which they differ', () => {
    const plans = freshPlans();
    const graded = hourEvents.map(copyOf).find(({ type }) => type === 'GradeEvent');
    const { object, generated } = graded as { object: { id: string }; generated: JsonObject };
    const withAttempt = (attempt: string) => ({ ...graded, generated: { ...generated, attempt } });
    for (let n = 0; n < MORE_THAN_SIGHTED; n += 1) {
      shouldConvertAlike('toXapi', withAttempt(object.id.replace(/.$/, String(n))), plans);
    }
    expect(plans.toXapi.served).toBeGreaterThan(0);
    shouldConvertAlike('toXapi', withAttempt(object.id), plans);
  });

  it('tells UUIDs of version 4 from others, which a video profile does not take', () => {
    const during = (uuid: string) => ({
      '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p2',
      id: 'urn:uuid:c70ef2f1-3a8b-4e9e-9c2d-1a2b3c4d5e6f',
      type: 'MediaEvent',
      actor: { id: 'https://lms.example.edu/users/u1', type: 'Person' },
      action: 'Paused',
      object: { id: 'https://lms.example.edu/videos/4', type: 'VideoObject', duration: 'PT20M' },
      eventTime: '2025-09-15T10:15:00.000Z',
      session: { id: `urn:uuid:${uuid}`, type: 'Session' },
    });
    const fourth = (n: number) => during(`fd41c918-b88b-4b20-a0a5-a4c32391aaa${n}`);
    const first = (n: number) => during(`fd41c918-b88b-1b20-a0a5-a4c32391aaa${n}`);
    for (const [learned, other] of [
      [first, fourth],
      [fourth, first],
    ] as const) {
      const plans = freshPlans();
      for (let n = 0; n < MORE_THAN_SIGHTED; n += 1) shouldConvertAlike('toXapi', learned(n), plans);
      expect(plans.toXapi.served).toBeGreaterThan(0);
      shouldConvertAlike('toXapi', other(0), plans);
    }
  });

  it('is not made for tables that look into texts or compare numbers with others than zero', () => {
    const [row, ...rest] = tables.eventFields;
    if (!row) throw new Error('no rows');
    for (const when of [
      'object.name contains "exam"',
      'generated.scoreGiven > 5',
      'generated.scoreGiven = 10',
    ]) {
      expect(
        createPlans(engine, { ...tables, eventFields: [{ ...row, when }, ...rest] }, ontology),
      ).toBeUndefined();
    }
  });
});

describe('a text of a plan', () => {
  /** A text of the kind with something else in it, which it may still be of the kind with. */
  const alteredOf = (kind: TextKind) =>
    fc
      .tuple(fc.nat(40), fc.nat(2), fc.nat(60), fc.constantFrom('', 'grapheme', 'binary'), fc.nat(0x7f))
      .chain(([number, round, at, unit, code]) => {
        const text = kind.sample(number, round);
        const inserted = unit === '' ? fc.constant(String.fromCharCode(code)) : fc.string({ unit: unit });
        return inserted.map((more) => text.slice(0, at) + more + text.slice(at));
      });

  it.each(TEXT_KINDS.filter(({ isVerbatim }) => isVerbatim).map((kind) => [kind.name, kind] as const))(
    'is written as it is only where JSON escapes nothing in it: %s',
    (_name, kind) => {
      expect(kind.test(kind.sample(1, 1))).toBe(true);
      fc.assert(
        fc.property(alteredOf(kind), (text) => {
          if (kind.test(text)) expect(JSON.stringify(text)).toBe(`"${text}"`);
        }),
        runs(2_000),
      );
    },
  );

  it('is known to be named by its whole, and not by its place alone', () => {
    const short = fc.string({ maxLength: 3 });
    fc.assert(
      fc.property(fc.array(short), fc.array(short), (named, others) => {
        const texts = new RareTexts(new Set(named));
        for (const text of named) expect(texts.has(text)).toBe(true);
        for (const text of others) expect(texts.has(text)).toBe(named.includes(text));
      }),
    );
  });
});
