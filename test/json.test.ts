import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closingQuote,
  elementSpans,
  equal,
  JsonSplitter,
  JsonTextError,
  ownText,
  pointer,
  repeatedMembers,
  scanElements,
  separatorsIn,
  setMember,
  steps,
  valueAt,
  valueEnd,
  type JsonObject,
  type JsonValue,
} from '../src/json/index.ts';

const values = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);
const spaces = fc.constantFrom('', ' ', '\n', '\t\r\n  ');

const textsOf = (text: string, within?: string) =>
  elementSpans(text, { ...(within !== undefined && { within }), maxDepth: 64 })?.map(({ start, end }) =>
    text.slice(start, end),
  );

describe('the source text of a list’s elements', () => {
  it('is found letter for letter, whatever stands in them and between them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(values, spaces, spaces)), spaces, (elements, outside) => {
        const written = elements.map(([value]) => JSON.stringify(value, null, value === null ? 0 : 1));
        const list = `${outside}[${elements.map(([, before, after], i) => before + written[i] + after).join(',')}]`;
        expect(textsOf(list)).toEqual(written);
        const envelope = `{"sensor":"a [ \\" ] b","data":${list},"more":{"data":[1,2]}}`;
        expect(textsOf(envelope, 'data')).toEqual(written);
      }),
    );
  });

  it('is that of the last list, where a member is written twice, as JSON.parse reads it', () => {
    expect(textsOf('{"data":[1],"data":[2,3]}', 'data')).toEqual(['2', '3']);
  });

  it('is not found where the text has no such list', () => {
    expect(textsOf('{"data":{"data":[1]}}', 'data')).toBeUndefined();
    expect(textsOf('{"a":1}')).toBeUndefined();
  });

  it('knows a member by its name, escapes resolved', () => {
    expect(textsOf(String.raw`{"d\u0061ta":[true]}`, 'data')).toEqual(['true']);
  });

  it.each([
    ['nests too deeply', `${'['.repeat(65)}${']'.repeat(65)}`, 'json-depth', 64],
    ['closes what was not opened', '[1}]', 'json-syntax', 2],
    ['ends too early', '[{"a":1}', 'json-syntax', 8],
    ['leaves a string open', '["a', 'json-syntax', 1],
  ])('is refused with its place where the text %s', (_title, text, rule, offset) => {
    try {
      textsOf(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(JsonTextError);
      expect(error).toMatchObject({ rule, offset });
    }
  });

  it('is looked for in time that grows with the text, however many backslashes it has', () => {
    const text = `["${'\\\\'.repeat(200_000)}"]`;
    const before = performance.now();
    expect(textsOf(text)).toHaveLength(1);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

function split(text: string, sizes: readonly number[]): JsonValue[] {
  const splitter = new JsonSplitter();
  const found: string[] = [];
  let at = 0;
  for (const size of sizes) {
    found.push(...splitter.push(text.slice(at, at + size)));
    at += size;
  }
  found.push(...splitter.push(text.slice(at)), ...splitter.end());
  return found.map((value) => JSON.parse(value) as JsonValue);
}

describe('a stream of JSON', () => {
  const chunks = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 200 });

  it('gives one value a line, however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(values), chunks, (lines, sizes) => {
        const records = lines.filter((value) => !Array.isArray(value));
        expect(split(records.map((value) => JSON.stringify(value)).join('\n'), sizes)).toEqual(records);
      }),
    );
  });

  it('gives the elements of a list one by one, however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(values), chunks, (list, sizes) => {
        expect(split(JSON.stringify(list, null, 2), sizes)).toEqual(list);
      }),
    );
  });

  it('gives objects that follow one another without a separator', () => {
    expect(split('{"a":1}{"b":[2]}\n\n{"c":"}"}', [3, 1, 4])).toEqual([{ a: 1 }, { b: [2] }, { c: '}' }]);
  });

  it('gives what was cut off at the end as it is, so that its fault can be told', () => {
    const splitter = new JsonSplitter();
    expect(splitter.push('{"a":1}\n{"b":')).toEqual(['{"a":1}']);
    expect(splitter.end()).toEqual(['{"b":']);
  });
});

describe('a member that stands twice in its object', () => {
  it('is found, and nothing else, wherever it stands', () => {
    expect(repeatedMembers('{"a":1,"a":2}')).toEqual(['/a']);
    expect(repeatedMembers('[{"a":{"b":1}},{"a":[{"b":1,"c":"\\"b\\":","b":{"b":1}}]}]')).toEqual([
      '/1/a/0/b',
    ]);
    expect(repeatedMembers('{"a":[1,"a",{"a":"a:a"}],"b":"a"}')).toEqual([]);
    expect(repeatedMembers('{"a/b":1,"\\u0061/b":2,"a/b":3}')).toEqual(['/a~1b']);
    expect(repeatedMembers('{"__proto__":1,"__proto__":2}')).toEqual(['/__proto__']);
  });

  it('is not found in what a writer of JSON has written', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(repeatedMembers(JSON.stringify(value))).toEqual([]);
      }),
    );
  });

  it('is told of no more often than asked', () => {
    const text = `[${Array.from({ length: 500 }, () => '{"a":1,"a":1}').join(',')}]`;
    expect(repeatedMembers(text, 7)).toHaveLength(7);
  });

  it('is told by the number of commas and colons, for any JSON', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0, 1, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const { separators } = scanElements(text, { maxDepth: 100 });
        expect(separators).toBe(separatorsIn(JSON.parse(text) as JsonValue));
      }),
    );
    for (const text of ['{"a":1,"a":1}', '[{"__proto__":{},"__proto__":1}]']) {
      const { separators } = scanElements(text, { maxDepth: 100 });
      expect(separators).toBeGreaterThan(separatorsIn(JSON.parse(text) as JsonValue));
    }
  });
});

describe('a JSON Pointer', () => {
  it('leads to every member that it was made for', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), values, (outer, inner, value) => {
        const object: JsonObject = {};
        const nested: JsonObject = {};
        setMember(nested, inner, [value]);
        setMember(object, outer, nested);
        const path = pointer('', outer, inner, 0);
        expect(steps(path)).toEqual([outer, inner, '0']);
        expect(valueAt(object, path)).toEqual(value);
      }),
    );
  });

  it('does not reach what every object inherits', () => {
    expect(valueAt({}, '/constructor')).toBeUndefined();
    expect(valueAt({}, '/__proto__/toString')).toBeUndefined();
  });
});

describe('equality of JSON values', () => {
  it('takes no notice of the order of members, and much of that of lists', () => {
    expect(equal({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(equal([1, 2], [2, 1])).toBe(false);
    expect(equal({ a: 1 }, { a: 1, b: null })).toBe(false);
    expect(equal({}, [])).toBe(false);
  });

  it('holds for a copy of any value', () => {
    fc.assert(fc.property(values, (value) => equal(value, structuredClone(value))));
  });
});

describe('the extent of a value in a text', () => {
  it('ends where the value does, whatever stands in it and behind it', () => {
    const behind = fc.constantFrom('', ' ', ',', '}', ']', ',"a":1}');
    fc.assert(
      fc.property(fc.string(), values, fc.constantFrom(0, 2), behind, (before, value, indent, rest) => {
        const text = JSON.stringify(value, null, indent);
        expect(valueEnd(before + text + rest, before.length)).toBe(before.length + text.length);
      }),
    );
  });

  it('is none where nothing begins or does not end', () => {
    for (const text of ['', ' 1', ',', '{"a":1', '["]', '"\\"', 'nul', '-'])
      expect(valueEnd(text, 0)).toBe(-1);
    expect(closingQuote('"a\\"', 0)).toBe(-1);
  });
});

describe('a text of its own', () => {
  it('is the same text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => ownText(text.slice(1)) === text.slice(1)));
    expect(ownText('half \ud83d')).toBe('half \ud83d');
  });
});
