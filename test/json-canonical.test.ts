import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, type JsonValue } from '../src/json/index.ts';

/** What the library says, undefined where it refuses. */
function plain(value: JsonValue): string | undefined {
  try {
    return canonicalize(value);
  } catch {
    return undefined;
  }
}

const names = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('1', '10', '9', '01', '__proto__', 'constructor', '', 'é', '€', '\u{1f600}', '\\ud800'),
);
const scalars: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('\ud800', 'a\udc00b', '\\ud800', '\u2028', '\u0000'),
);
const { value: values } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'value' },
    scalars,
    fc.array(tie('value'), { maxLength: 4, depthIdentifier: 'value' }),
    fc.dictionary(names, tie('value'), { maxKeys: 6, noNullPrototype: true, depthIdentifier: 'value' }),
  ),
}));

describe('canonical JSON', () => {
  it('is what RFC 8785 says, whichever way it is written', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(canonicalText(value)).toBe(plain(value));
      }),
      { numRuns: 3000 },
    );
  });

  it('puts the members of a large object in order', () => {
    const object = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`m${(at * 7919) % 300}`, at]));
    expect(canonicalText(object)).toBe(canonicalize(object));
  });

  it('has no form for half a character or an infinite number', () => {
    expect([canonicalText(['\ud800']), canonicalText({ score: Infinity })]).toEqual([undefined, undefined]);
  });
});
