import { isObject, member, type JsonValue } from './value.ts';

/** One step of a JSON Pointer: a member's name or a list's index. */
export type Step = string | number;

/** Appends steps to a JSON Pointer (RFC 6901), escaping `~` and `/`. `pointer('', 'a/b', 0)` is `/a~1b/0`. */
export function pointer(base: string, ...steps: readonly Step[]): string {
  let path = base;
  for (const step of steps) {
    path += typeof step === 'number' ? `/${step}` : `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }
  return path;
}

/** The steps of a JSON Pointer, unescaped; list indexes stay strings. The root pointer has none. */
export function steps(path: string): string[] {
  if (path === '') return [];
  return path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value that a JSON Pointer names in a document, or undefined where there is none. */
export function valueAt(document: JsonValue | undefined, path: string): JsonValue | undefined {
  let value = document;
  for (const step of steps(path)) {
    if (Array.isArray(value)) value = /^(0|[1-9]\d*)$/.test(step) ? value[Number(step)] : undefined;
    else if (isObject(value)) value = member(value, step);
    else return undefined;
  }
  return value;
}
