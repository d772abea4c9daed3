import { isObject, member, type JsonObject, type JsonValue } from '../../json/index.ts';

/** The language and version that a record was first written in. */
export interface Origin {
  readonly of: 'caliper' | 'xapi';
  /** `1.0`, `1.1` or `1.2` of Caliper; `1.0` or `2.0` of xAPI. */
  readonly version: string;
}

/**
 * What two JSON values differ in, addressed by pointers into the original's document.
 *
 * `not` what only the native side has, `was` what both have with other values, `lang` language maps from which one
 * text was picked, `set` what only the original has, with the id (`on`) of the object around it, `lists` which
 * context activity stood in which list.
 */
export interface Difference {
  lists?: Record<string, string | string[]>;
  not?: Record<string, JsonValue>;
  was?: Record<string, [JsonValue, JsonValue]>;
  lang?: Record<string, [string] | [string, JsonObject]>;
  set?: Record<string, JsonValue>;
  on?: Record<string, string>;
}

/** What a converted record carries so that it returns exactly: where it came from, and what nothing else carries. */
export type Residual = Origin & { readonly map: string } & Difference;

/** Reads a residual out of an extension's value; undefined where it is not one, so that a forged one does no harm. */
export function readResidual(value: JsonValue | undefined): Residual | undefined {
  if (!isObject(value)) return undefined;
  const of = member(value, 'of');
  const version = member(value, 'version');
  const map = member(value, 'map');
  if ((of !== 'caliper' && of !== 'xapi') || typeof version !== 'string' || typeof map !== 'string')
    return undefined;
  const part = (name: string) => {
    const found = member(value, name);
    return isObject(found) ? (found as Record<string, never>) : undefined;
  };
  const difference: Difference = {};
  for (const name of ['lists', 'not', 'was', 'lang', 'set', 'on'] as const) {
    const found = part(name);
    if (found) difference[name] = found;
  }
  return { of, version, map, ...difference };
}

/** The residual as the JSON value that an extension holds; empty parts are left out. */
export function writeResidual(origin: Origin, map: string, difference: Difference): JsonObject {
  return { of: origin.of, version: origin.version, map, ...difference };
}
