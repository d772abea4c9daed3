import canonicalize from 'canonicalize';
import type { JsonValue } from './value.ts';

/** An engine puts such names first in an object, by their numbers; the name of the prototype is no plain member. */
const OUT_OF_ORDER = /^(?:\d+|__proto__)$/;

/** True for such a name. Nearly every other one begins with a letter: then nothing has to be matched. */
function isOutOfOrder(name: string): boolean {
  const first = name.charCodeAt(0);
  return (first < LETTERS || first === UNDERSCORE) && OUT_OF_ORDER.test(name);
}

const LETTERS = 0x41;
const UNDERSCORE = 0x5f;

/** What {@link inOrder} gives where an object cannot hold its members in canonical order. */
const NOT_THIS_WAY = Symbol('not this way');

/** Names in the order of their UTF-16 code units. Objects are small: insertion is faster than any general sort. */
function sort(names: string[]): string[] {
  for (let at = 1; at < names.length; at += 1) {
    const name = names[at]!;
    let place = at;
    for (; place > 0 && names[place - 1]! > name; place -= 1) names[place] = names[place - 1]!;
    names[place] = name;
  }
  return names;
}

/** Past this an insertion sort would let a sender's object cost the square of its size. */
const MANY = 64;

function inOrder(value: JsonValue | undefined): JsonValue | undefined | typeof NOT_THIS_WAY {
  if (typeof value === 'number') return Number.isFinite(value) ? value : NOT_THIS_WAY;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const copy: JsonValue[] = [];
    for (const item of value) {
      const own = inOrder(item);
      if (own === NOT_THIS_WAY) return NOT_THIS_WAY;
      copy.push(own ?? null);
    }
    return copy;
  }
  const names = Object.keys(value);
  const copy: Record<string, JsonValue | undefined> = {};
  for (const name of names.length > MANY ? names.sort() : sort(names)) {
    if (isOutOfOrder(name)) return NOT_THIS_WAY;
    const own = inOrder(value[name]);
    if (own === NOT_THIS_WAY) return NOT_THIS_WAY;
    copy[name] = own;
  }
  return copy;
}

/**
 * Canonical JSON (RFC 8785); undefined for a value that has none: one with half a character or a number beyond what a
 * double holds. Nearly every value goes the short way, as a copy with its members in order that the engine writes;
 * the library has the last word on the others.
 */
export function canonicalText(value: JsonValue): string | undefined {
  const ordered = inOrder(value);
  const text = ordered === NOT_THIS_WAY ? undefined : JSON.stringify(ordered);
  // half a character is written as an escape; RFC 8785 forbids what JSON.stringify lets pass
  if (text !== undefined && !text.includes('\\ud')) return text;
  try {
    return canonicalize(value);
  } catch {
    return undefined;
  }
}
