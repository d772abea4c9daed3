import { isObject, type JsonObject, type JsonValue } from '../json/index.ts';

/**
 * True where a JSON value is meant as a statement, valid or not: it has `actor`, `verb` and `object`, which no
 * Caliper event has together. For telling the languages apart, not for trusting what is inside.
 */
export function recogniseStatement(value: JsonValue | undefined): value is JsonObject {
  return isObject(value) && ['actor', 'verb', 'object'].every((name) => Object.hasOwn(value, name));
}
