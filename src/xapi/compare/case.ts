import { isString, type JsonValue } from '../../json/index.ts';

/** A text whose case means nothing, in lower case; any other value as it is. */
export function lowerCase(value: JsonValue): JsonValue {
  return isString(value) ? value.toLowerCase() : value;
}
