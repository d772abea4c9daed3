import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { syntaxFault } from '../src/json/index.ts';
import { inputValues, untangled, type InputValue } from '../src/cli/values.ts';

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('the place where a text stops being JSON', () => {
  const cases: readonly [string, number, number, string][] = [
    ['', 1, 1, 'ends where a value should stand'],
    ['{"a": 1,}', 1, 9, 'found "}" where a member name in double quotes should stand'],
    ['{"a": 1\n "b": 2}', 2, 2, 'found "\\"b\\"" where a comma or a closing bracket should stand'],
    ['{\n  "a": undefined\n}', 2, 8, 'found "undefined" where a value should stand'],
    ['[1, 2', 1, 6, 'ends where a comma or a closing bracket should stand'],
    ["{'a': 1}", 1, 2, 'found "\'" where a member name in double quotes or } should stand'],
    ['{"a" 1}', 1, 6, 'found "1" where a colon should stand'],
    ['{} {}', 1, 4, 'found "{" where the end of the text should stand'],
    ['[1, 02]', 1, 6, 'found "2" where a comma or a closing bracket should stand'],
  ];
  for (const [text, line, column, message] of cases) {
    it(`is line ${line}, column ${column} of ${JSON.stringify(text)}`, () => {
      const unquoted = message.replace(/^found ".*?" where/, 'something else stands where');
      expect(syntaxFault(text)).toEqual({ line, column, message, unquoted });
    });
  }

  it('is named for every text that is no JSON, and for none that is', () => {
    const edited = fc.tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', ',', '}', ']', '"', '\\', '0', '-', 'e', 'x', '\n'),
    );
    fc.assert(
      fc.property(edited, ([text, at, inserted]) => {
        const place = at % (text.length + 1);
        const changed = text.slice(0, place) + inserted + text.slice(place + (at % 2));
        expect(syntaxFault(changed) === undefined).toBe(isJson(changed));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a stream of JSON values', () => {
  const valuesOf = async (text: string, size: number, parsed: boolean) => {
    const chunks = async function* () {
      for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
    };
    const found: InputValue[] = [];
    for await (const values of inputValues(chunks(), 'the test', { parsed })) found.push(...values);
    return found;
  };
  const split = async (text: string, size: number) =>
    (await valuesOf(text, size, true)).map((value) => value.text);

  it('comes out value by value, however it is cut and written', async () => {
    const records = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 5 });
    const forms = fc.constantFrom<(values: unknown[]) => string>(
      (values) => values.map((value) => JSON.stringify(value)).join('\n'),
      (values) => values.map((value) => JSON.stringify(value, null, 2)).join(''),
      (values) => JSON.stringify(values, null, 1),
      (values) => ` ${JSON.stringify(values)}\n`,
    );
    await fc.assert(
      fc.asyncProperty(records, forms, fc.integer({ min: 1, max: 40 }), async (values, write, size) => {
        const found = await split(write(values), size);
        expect(found.map((text) => JSON.parse(text) as unknown)).toEqual(JSON.parse(JSON.stringify(values)));
      }),
    );
  });

  it('is the same whether its lines are parsed at once or its values are looked for, also where it is broken', async () => {
    const whole = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value));
    const pretty = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value, null, 1));
    const odd = fc.constantFrom(
      '',
      ' ',
      '{}',
      '[{},',
      '{"a": [',
      '} ',
      '"text"',
      '12',
      '{"a":1} {"b":2}',
      ' {"c":3} ',
      ',',
    );
    const line = fc.oneof({ weight: 4, arbitrary: whole }, pretty, odd);
    const end = fc.constantFrom('\n', '\r\n', '\n\n', ' ');
    const text = fc.array(fc.tuple(line, end)).map((parts) => parts.flat().join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 60 }), async (input, size) => {
        const found = await valuesOf(input, size, true);
        expect(found.map((one) => one.text)).toEqual(
          (await valuesOf(input, size, false)).map((one) => one.text),
        );
        for (const one of found) {
          if (one.value !== undefined) expect(one.value).toEqual(JSON.parse(one.text));
        }
      }),
      { numRuns: 1_000 },
    );
    const lines = await valuesOf('{"a":1}\n{"b":2}\n', 5, true);
    expect(lines.map(({ value }) => value)).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('gives back the lines that an unclosed bracket above them swallowed', () => {
    expect(untangled('{"a": [\n{"id": 1}\n{"id": 2}')).toEqual(['{"a": [', '{"id": 1}', '{"id": 2}']);
    expect(untangled('{"a": {\n  "b": }\n}')).toEqual(['{"a": {\n  "b": }\n}']);
  });

  it('goes on after an unclosed bracket without holding the rest of the stream', async () => {
    const line = `{"id": "${'x'.repeat(1000)}"}`;
    const found = await split(`{"broken": [\n${`${line}\n`.repeat(9000)}`, 65_536);
    expect(found).toHaveLength(9001);
    expect(found[0]).toBe('{"broken": [');
    expect(new Set(found.slice(1))).toEqual(new Set([line]));
  });
});
