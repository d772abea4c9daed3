import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listOf, Utf8Writer } from '../src/forward/utf8.ts';

const text = fc.string({ unit: 'binary', maxLength: 200 });
const utf8 = (one: string) => new TextEncoder().encode(one);

describe('texts that are written as UTF-8 into shared blocks', () => {
  it('have the bytes that each would have alone, also once others were written', () => {
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const writer = new Utf8Writer();
        const written = texts.map((one) => writer.write(one));
        expect(written).toEqual(texts.map(utf8));
      }),
    );
  });

  it('fill a block and go on in the next one', () => {
    const writer = new Utf8Writer();
    const texts = Array.from({ length: 40 }, (_, at) => `${at}`.repeat(10_000));
    const written = texts.map((one) => writer.write(one));
    expect(written.map((bytes) => new TextDecoder().decode(bytes))).toEqual(texts);
    expect(new Set(written.map(({ buffer }) => buffer)).size).toBeLessThan(texts.length);
  });

  it('may be longer than a block', () => {
    const long = 'é'.repeat(1_000_000);
    expect(new Utf8Writer().write(long).byteLength).toBe(2_000_000);
  });

  it('have U+FFFD for half of a surrogate pair, as what is sent and what is stored have', () => {
    expect(new Utf8Writer().write('a\ud800b')).toEqual(utf8('a\ufffdb'));
  });
});

describe('a list of texts', () => {
  it('is what joining them would give', () => {
    fc.assert(
      fc.property(fc.array(text), text, text, (texts, before, behind) => {
        const list = listOf(texts.map(utf8), [before, behind]);
        const pieces = [before, ...texts.flatMap((one, at) => (at === 0 ? [one] : [',', one])), behind];
        expect(new TextDecoder().decode(list)).toBe(
          new TextDecoder().decode(utf8(pieces.map((piece) => piece.toWellFormed()).join(''))),
        );
      }),
    );
  });
});
