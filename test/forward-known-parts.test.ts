import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownParts, type Beside, type KnownPart } from '../src/forward/known-parts.ts';
import { redacted } from '../src/forward/index.ts';
import type { JsonObject } from '../src/json/index.ts';

/** What replaces a part: the number of its spelling, so that a wrong one shows. */
const marked = (parts: readonly KnownPart<number>[], text: string) =>
  new KnownParts(parts).replace(text, (found, number) => `<${number}:${found}>`);

const BESIDE: Readonly<Record<Beside, string>> = {
  nothing: '',
  digits: String.raw`\d`,
  letters: String.raw`[\p{L}\p{N}]`,
};

/** The same by a regular expression, which takes as many steps at each place as there are parts. */
function expected(parts: readonly KnownPart<number>[], text: string): string {
  const known = [...parts].sort((one, other) => other.spelling.length - one.spelling.length);
  const sources = known.map(({ spelling, beside }) => {
    const escaped = spelling.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    const not = BESIDE[beside];
    return beside === 'nothing' ? escaped : `(?:(?<=%[0-9a-f]{2})|(?<!${not}))${escaped}(?!${not})`;
  });
  if (sources.length === 0) return text;
  return text.replace(
    new RegExp(sources.map((source) => `(${source})`).join('|'), 'giu'),
    (found, ...groups) => {
      const at = groups.slice(0, known.length).findIndex((group) => group !== undefined);
      return `<${known[at]?.meaning}:${found}>`;
    },
  );
}

const pieces = fc.constantFrom(
  'a',
  'b',
  'A',
  'ab',
  'aab',
  '1',
  '11',
  '2',
  '%',
  '%41',
  ' ',
  '.',
  'ä',
  'Ä',
  'k',
  'K',
  'ſ',
  'ς',
  'Σ',
  '𝒳',
  '-',
);
const textOf = (most: number) =>
  fc.array(pieces, { minLength: 1, maxLength: most }).map((list) => list.join(''));

const partsOf = fc
  .uniqueArray(textOf(5), { maxLength: 8, selector: (text) => text.toLowerCase().toUpperCase() })
  .chain((spellings) =>
    fc.tuple(
      ...spellings.map((spelling, meaning) =>
        fc.constantFrom<Beside>('nothing', 'letters').map((beside) => ({
          spelling,
          meaning,
          beside: /^\d+$/.test(spelling) ? ('digits' as const) : beside,
        })),
      ),
    ),
  );

describe('values that are looked for in texts', () => {
  it('are found as a regular expression of all of them would find them, the longest at each place', () => {
    let found = 0;
    fc.assert(
      fc.property(partsOf, textOf(20), (parts, text) => {
        const result = marked(parts, text);
        expect(result).toBe(expected(parts, text));
        if (result !== text) found += 1;
      }),
      { numRuns: 2_000 },
    );
    expect(found).toBeGreaterThan(200);
  });

  it.each([
    ['İbrahim', 'from İBRAHiM to İbrahim', 'from <0:İBRAHiM> to <0:İbrahim>'],
    ['Straße', 'STRAẞE and STRASSE', '<0:STRAẞE> and STRASSE'],
    ['Σωκράτης', 'ΣΩΚΡΆΤΗΣ', '<0:ΣΩΚΡΆΤΗΣ>'],
    ['𝒳-1', 'a𝒳-1b', 'a<0:𝒳-1>b'],
    ['', 'nothing', 'nothing'],
  ])('are found in any case, and each text is as long as it was: %s', (spelling, text, result) => {
    expect(marked([{ spelling, beside: 'nothing', meaning: 0 }], text)).toBe(result);
  });

  /** Texts and values that make others take the square of their size, or worse. */
  const attacks: readonly (readonly [string, readonly string[], string])[] = [
    [
      'many values',
      Array.from({ length: 20_000 }, (_, at) => `person number ${at}`),
      'person numbe '.repeat(20_000),
    ],
    [
      'values that begin alike',
      Array.from({ length: 500 }, (_, at) => `${'a'.repeat(500 + at)}b`),
      'a'.repeat(300_000),
    ],
    ['values in values', Array.from({ length: 1_000 }, (_, at) => 'a'.repeat(at + 4)), 'a'.repeat(300_000)],
    [
      'numbers in numbers',
      Array.from({ length: 1_000 }, (_, at) => '1'.repeat(at + 1)),
      `a${'1'.repeat(300_000)}`,
    ],
    ['encoded numbers', Array.from({ length: 1_000 }, (_, at) => '1'.repeat(at + 1)), '%11'.repeat(100_000)],
    ['short ones', Array.from({ length: 900 }, (_, at) => (at + 100).toString(36)), 'abc'.repeat(100_000)],
  ];

  it.each(attacks)('take time in proportion to the text, also with %s', (_, spellings, text) => {
    const parts = spellings.map((spelling, meaning) => ({
      spelling,
      meaning,
      beside: /^\d+$/.test(spelling)
        ? ('digits' as const)
        : spelling.length < 4
          ? ('letters' as const)
          : ('nothing' as const),
    }));
    const before = process.cpuUsage();
    marked(parts, text);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(5_000);
  });

  it('are too many only where they would take the memory of the gateway', () => {
    const parts = Array.from({ length: 5 }, (_, at) => ({
      spelling: String(at).repeat(1_000_000),
      beside: 'digits' as const,
      meaning: at,
    }));
    expect(() => new KnownParts(parts)).toThrow(/5000000 characters to be kept back, of which 4000000/);
  });

  it('let no sender hold the gateway up by a group of many and a text that nearly names them', () => {
    const member = Array.from({ length: 3_000 }, (_, at) => ({
      objectType: 'Agent',
      name: `Person Number ${at}`,
      account: { homePage: 'https://lms.example.edu', name: `user-${at}` },
    }));
    const record: JsonObject = {
      actor: { objectType: 'Group', member },
      result: { response: 'x Person Numbe '.repeat(20_000) + 'Person Number 2999' },
    };
    const before = process.cpuUsage();
    const { value } = redacted(record, 'lrs', {
      key: { id: 'k', secret: 's' },
      actor: 'hash',
      names: 'hash',
    });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(10_000);
    const digest = 'abcd'.repeat(100_000);
    const opaque = { actor: { account: { homePage: 'https://x.example', name: 'abcd' } }, digest };
    const between = process.cpuUsage();
    expect(redacted(opaque, 'lrs', { actor: 'drop' }).value).toMatchObject({ digest });
    const after = process.cpuUsage(between);
    expect((after.user + after.system) / 1_000).toBeLessThan(10_000);
    expect(JSON.stringify(value)).not.toContain('Person Number');
  });
});
