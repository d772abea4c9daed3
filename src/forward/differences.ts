import { equal, isObject, pointer, type JsonValue } from '../json/index.ts';

/** One place in which two JSON values differ. A side that has nothing there is left out. */
export interface Difference {
  /** JSON Pointer. */
  readonly path: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** Where two JSON values differ, deepest places first named: members that are equal are left out. */
export function differencesOf(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path = '',
): Difference[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ path, ...(after === undefined ? {} : { after }) }];
  if (after === undefined) return [{ path, before }];
  if (equal(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => {
      const own = (value: typeof before) => (Object.hasOwn(value, name) ? value[name] : undefined);
      return differencesOf(own(before), own(after), pointer(path, name));
    });
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const places = Array.from({ length: Math.max(before.length, after.length) }, (_, at) => at);
    return places.flatMap((at) => differencesOf(before[at], after[at], pointer(path, at)));
  }
  return [{ path, before, after }];
}
