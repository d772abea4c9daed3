import fc, { type Arbitrary } from 'fast-check';
import { isObject, setMember, type JsonObject, type JsonValue } from '../../src/json/index.ts';

/**
 * Records that differ from another in some of their texts and numbers, and sometimes in what is there: what a plan that
 * was made for the one must tell from it, or convert as the tables do.
 */

const texts = fc.oneof(
  fc.constantFrom(
    ...[
      'https://lms.example.edu/users/1',
      'https://lms.example.edu/a%20b',
      'http://x',
      'https://h.example/a[b',
    ],
    ...[
      'https://h.example/v#t=30',
      'http://purl.imsglobal.org/caliper/Person',
      'urn:uuid:',
      'urn:lms:user:7',
    ],
    ...['urn:uuid:6f0a1d5e-0e1f-4c8b-9a52-0b6c4d7e8f01', 'URN:UUID:6F0A1D5E-0E1F-4C8B-9A52-0B6C4D7E8F01'],
    ...[
      '6f0a1d5e-0e1f-4c8b-9a52-0b6c4d7e8f01',
      'ab4bd1a2-7a2c-5e3b-8d3c-0a1b2c3d4e5f',
      '_:b0',
      'mailto:a@x.edu',
    ],
    ...['2025-09-15T09:00:00.000Z', '2025-09-15T09:00:00Z', '2025-09-31T09:00:00.000Z', '20250915T0900Z'],
    ...[
      '2025-02-29T09:00:00.000Z',
      '2024-02-29T23:59:60.000Z',
      '2025-09-15T09:00:00.123456+02:00',
      '2025-09-15',
    ],
    ...['PT30S', 'PT1M', 'P1DT12H', 'P3W', 'P1Y2M', 'PT0S', 'PT0.5S', 'PT90S', 'P', 'Paper', '-00:00'],
    ...['0', '7', '-7', '007', '1e3', '1.50', '2.5', '1234567890123456789', 'true', 'false', 'likert', 'und'],
    ...[
      '',
      ' ',
      'a[,]b',
      'a[.]b',
      '[',
      'ä ö',
      'half \ud800',
      '😀',
      'a:b',
      'Learner',
      'Person',
      'Attempt',
      'x\u0000y',
    ],
    ...['constructor', '__proto__', 'https://w3id.org/crosswalk/action', 'en-US', 'Completed'],
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.webUrl(),
  fc.uuid(),
);

const numbers = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.5, 1e-7, 1e21, 1e11, 420, 3600.25, 3.141_592_653),
  fc.integer({ min: -5, max: 500 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Places in a value, as the steps to them. */
function places(
  value: JsonValue | undefined,
  steps: readonly (string | number)[] = [],
): (string | number)[][] {
  if (Array.isArray(value)) return value.flatMap((item, at) => places(item, [...steps, at]));
  if (isObject(value)) return Object.entries(value).flatMap(([name, item]) => places(item, [...steps, name]));
  return [[...steps]];
}

function at(value: JsonValue | undefined, steps: readonly (string | number)[]): JsonValue | undefined {
  return steps.reduce<JsonValue | undefined>(
    (found, step) => (typeof found === 'object' && found !== null ? (found as JsonObject)[step] : undefined),
    value,
  );
}

function write(root: JsonObject, steps: readonly (string | number)[], value: JsonValue | undefined): void {
  const parent = at(root, steps.slice(0, -1));
  const last = steps.at(-1);
  if (typeof parent !== 'object' || parent === null || last === undefined) return;
  if (Array.isArray(parent)) parent[Number(last)] = value ?? null;
  else if (value === undefined) delete parent[last];
  else setMember(parent, String(last), value);
}

/** A record with other texts and numbers in some places: new ones, or those of other places. */
export function variantsOf(record: JsonObject): Arbitrary<JsonObject> {
  const all = places(record);
  const change = fc.tuple(
    fc.constantFrom(...all),
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ text: texts, number: numbers }) },
      { weight: 3, arbitrary: fc.record({ from: fc.constantFrom(...all) }) },
      { weight: 1, arbitrary: fc.constantFrom(null, undefined, {}, [], true) },
    ),
  );
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const variant = JSON.parse(JSON.stringify(record)) as JsonObject;
    for (const [steps, becomes] of changes)
      write(variant, steps, changed(at(variant, steps), becomes, variant));
    return variant;
  });
}

function changed(
  present: JsonValue | undefined,
  becomes: unknown,
  variant: JsonObject,
): JsonValue | undefined {
  const { text, number, from } = (becomes ?? {}) as {
    text?: string;
    number?: number;
    from?: (string | number)[];
  };
  if (from !== undefined) return at(variant, from);
  if (text === undefined) return becomes as JsonValue;
  return typeof present === 'number' ? number : text;
}
