/** What JSON can say (RFC 8259). Numbers are IEEE doubles; lexical forms of numbers are not kept. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object. Absent members read as `undefined`. */
export interface JsonObject {
  [member: string]: JsonValue | undefined;
}

/** True for a JSON object: neither null, nor a list, nor a scalar. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a string. Named so that validators read as sentences. */
export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/**
 * Sets a member as an own property, also where its name is `__proto__`: a plain assignment of that name would
 * change the object's prototype instead.
 */
export function setMember(object: JsonObject, member: string, value: JsonValue): void {
  if (member === '__proto__') {
    Object.defineProperty(object, member, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[member] = value;
  }
}

/** The own member of an object, or undefined: members that every object inherits (`constructor`) are none. */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  const value = object[name];
  // what is inherited is a function, which JSON has none of, or the prototype: only then is a slow look needed
  const isSuspect = typeof value === 'function' || name === '__proto__';
  return isSuspect && !Object.hasOwn(object, name) ? undefined : value;
}

/**
 * Equality of JSON values: member order is nothing, list order counts, numbers compare by value. A member that is
 * `undefined` counts as absent.
 */
export function equal(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]))
    );
  }
  const names = Object.keys(a).filter((name) => a[name] !== undefined);
  return (
    names.length === Object.keys(b).filter((name) => b[name] !== undefined).length &&
    names.every((name) => Object.hasOwn(b, name) && equal(a[name], b[name]))
  );
}

/** The text that a member holds, or the empty string where it holds none. */
export function textOf(object: JsonObject, name: string): string {
  const value = member(object, name);
  return typeof value === 'string' ? value : '';
}

/** The value of a JSON text; undefined where it is none. */
export function parsedOrUndefined(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
