import { equal, isObject, pointer, type JsonValue } from '../json/index.ts';

const MOST = 10;

/** Where two JSON values differ, as sentences with JSON Pointers; at most ten. Nothing where they are equal. */
export function differences(found: JsonValue | undefined, expected: JsonValue | undefined): string[] {
  return [...walk(found, expected, '')].slice(0, MOST);
}

function* walk(
  found: JsonValue | undefined,
  expected: JsonValue | undefined,
  path: string,
): Generator<string> {
  if (equal(found, expected)) return;
  if (isObject(found) && isObject(expected)) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
      yield* walk(found[name], expected[name], pointer(path, name));
    }
  } else if (Array.isArray(found) && Array.isArray(expected) && found.length === expected.length) {
    for (const [i, item] of found.entries()) yield* walk(item, expected[i], pointer(path, i));
  } else {
    yield `${path || '/'} is ${shown(found)}, expected ${shown(expected)}`;
  }
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
