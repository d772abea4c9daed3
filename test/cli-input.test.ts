import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf } from '../src/cli/input.ts';
import type { Terminal } from '../src/cli/terminal.ts';

async function read(pieces: readonly Uint8Array[]): Promise<string> {
  const terminal = {
    input: Readable.from(pieces),
    interrupted: new AbortController().signal,
  } as Partial<Terminal>;
  let text = '';
  for await (const piece of textOf('-', terminal as Terminal)) text += piece;
  return text;
}

/** Bytes cut at places, which may lie inside of characters. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  return sorted
    .slice(1)
    .map((end, at) => bytes.slice(sorted[at], end))
    .filter(({ length }) => length > 0);
}

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('text that is read in pieces', () => {
  it('is the same wherever it was cut, inside of characters too', async () => {
    const texts = fc.string({ unit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.nat(), { maxLength: 30 }), async (text, places) => {
        expect(await read(cut(utf8(text), places))).toBe(text.replace(/^\ufeff/, ''));
      }),
    );
  });

  it('loses a byte order mark at its start, in however many pieces that comes, and no other', async () => {
    const bytes = utf8('\ufeffone\ufefftwo');
    expect(await read([bytes])).toBe('one\ufefftwo');
    expect(await read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toBe('one\ufefftwo');
    expect(await read([utf8('\ufeff'), utf8('\ufeffone')])).toBe('\ufeffone');
  });

  it.each([
    ['ends within a character', utf8('né').slice(0, 2)],
    ['has a byte that begins none', Uint8Array.of(0x61, 0xff, 0x62)],
    ['goes on with none that was begun', Uint8Array.of(0x61, 0x80)],
    ['has half of a surrogate pair', Uint8Array.of(0xed, 0xa0, 0x80)],
    ['is a single byte that begins a character', Uint8Array.of(0xf0)],
  ])('is refused where it %s', async (_, bytes) => {
    await expect(read([bytes])).rejects.toThrow('is not UTF-8 text');
    await expect(read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).rejects.toThrow('is not UTF-8 text');
  });
});
