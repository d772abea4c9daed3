/** Bytes of a block: what a page of records takes is in a few of them. */
const BLOCK = 262_144;

/** A code unit takes three bytes at most. */
const MOST_A_UNIT = 3;

const ENCODER = new TextEncoder();

/**
 * Writes texts as UTF-8 into blocks that they share: a buffer for each text takes ten times as long to make. A text that is put
 * together from many parts is best written while these are fresh. Half of a surrogate pair becomes U+FFFD.
 */
export class Utf8Writer {
  #block: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #used = 0;

  /** The bytes of a text. They stay what they are. */
  write(text: string): Uint8Array<ArrayBuffer> {
    const room = text.length * MOST_A_UNIT;
    if (room > BLOCK) return ENCODER.encode(text);
    if (room > this.#block.length - this.#used) {
      this.#block = new Uint8Array(BLOCK);
      this.#used = 0;
    }
    const { written } = ENCODER.encodeInto(text, this.#block.subarray(this.#used));
    const bytes = this.#block.subarray(this.#used, this.#used + written);
    this.#used += written;
    return bytes;
  }
}

const COMMA = 0x2c;

/** JSON texts as one list, with what stands before and behind it. */
export function listOf(
  items: readonly Uint8Array[],
  [before, behind]: readonly [string, string],
): Uint8Array<ArrayBuffer> {
  const [head, tail] = [ENCODER.encode(before), ENCODER.encode(behind)];
  const commas = Math.max(items.length - 1, 0);
  const length = items.reduce((sum, { byteLength }) => sum + byteLength, head.length + commas + tail.length);
  const list = new Uint8Array(length);
  list.set(head);
  let at = head.length;
  for (const [number, item] of items.entries()) {
    if (number > 0) list[at++] = COMMA;
    list.set(item, at);
    at += item.byteLength;
  }
  list.set(tail, at);
  return list;
}
