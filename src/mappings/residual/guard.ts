import { isObject, type JsonObject, type JsonValue } from '../../json/index.ts';
import { instantOf } from '../../xapi/index.ts';
import { isDuration, secondsOf } from '../time.ts';

/**
 * Equality of a stored native value with the one that came back, with what an LRS may legally rewrite absorbed:
 * timestamps as instants at millisecond precision, durations to 0.01 s, a missing `objectType` as its default, the
 * order of a Group's members (xAPI Data 2.3.1, 4.2.2 and 4.6).
 */
export function sameNative(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a === 'string' && typeof b === 'string') return sameText(a, b);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => sameNative(item, b[i]));
  }
  return isObject(a) && isObject(b) && sameObject(a, b);
}

function sameText(a: string, b: string): boolean {
  const instant = instantOf(a);
  if (instant !== undefined) return instant === instantOf(b);
  if (!isDuration(a) || !isDuration(b)) return false;
  const [first, second] = [secondsOf(a), secondsOf(b)];
  return first !== undefined && second !== undefined && Math.trunc(first * 100) === Math.trunc(second * 100);
}

const DEFAULT_OBJECT_TYPES = new Set<JsonValue | undefined>(['Agent', 'Activity']);

function sameObject(a: JsonObject, b: JsonObject): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const name of names) {
    const [first, second] = [a[name], b[name]];
    if (name === 'objectType' && (first === undefined || second === undefined)) {
      if (!DEFAULT_OBJECT_TYPES.has(first ?? second)) return false;
    } else if (name === 'member' && Array.isArray(first) && Array.isArray(second)) {
      if (!sameMembers(first, second)) return false;
    } else if (!sameNative(first, second)) return false;
  }
  return true;
}

function sameMembers(a: readonly JsonValue[], b: readonly JsonValue[]): boolean {
  const rest = [...b];
  return (
    a.length === b.length &&
    a.every((item) => {
      const at = rest.findIndex((candidate) => sameNative(item, candidate));
      if (at < 0) return false;
      rest.splice(at, 1);
      return true;
    })
  );
}
