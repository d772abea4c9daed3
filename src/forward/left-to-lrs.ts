import type { StoredRecord } from '../audit/index.ts';
import { isString, member, type JsonObject } from '../json/index.ts';

/**
 * When a statement was made that does not say so: when the LRS got it that had it first (xAPI Data 2.4.7), in RFC 3339.
 * `attributes.timestamp` is the time that another LRS had given to it before it came here.
 */
export function timestampOf({ attributes, receivedAt }: StoredRecord): string {
  const known = [member(attributes, 'timestamp'), member(attributes, 'stored')].find(isString);
  return known ?? new Date(receivedAt).toISOString();
}

/**
 * The `id` and the `timestamp` of a statement whose sender left them to the LRS to set (xAPI Data 2.4.1, 2.4.7); without
 * those that the statement brought. They are the same wherever the statement goes, and in whichever form.
 */
export function leftToLrs(record: StoredRecord, statement: JsonObject): Record<string, string> {
  return {
    ...(member(statement, 'id') === undefined ? { id: record.id } : {}),
    ...(member(statement, 'timestamp') === undefined ? { timestamp: timestampOf(record) } : {}),
  };
}

/** A statement with what its sender left to the LRS to set; the statement itself where that is nothing. */
export function completed(record: StoredRecord, statement: JsonObject): JsonObject {
  const left = leftToLrs(record, statement);
  return Object.keys(left).length === 0 ? statement : { ...statement, ...left };
}
