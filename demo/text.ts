import type { JsonValue } from '../src/json/index.ts';

/** A JSON value as a name or id for a person: a string as it is, anything else as JSON. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
