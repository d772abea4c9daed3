import type { StoredRecord } from '../audit/index.ts';
import { isString, member } from '../json/index.ts';
import type { Assigned } from '../xapi/index.ts';

/**
 * When a statement was made that does not say so: when the LRS got it that had it first (xAPI Data 2.4.7), in RFC 3339.
 * `attributes.timestamp` is the time that another LRS had given to it before it came here.
 */
export function timestampOf({ attributes, receivedAt }: StoredRecord): string {
  const known = [member(attributes, 'timestamp'), member(attributes, 'stored')].find(isString);
  return known ?? new Date(receivedAt).toISOString();
}

/** What is set where a statement's sender left it to the LRS. It is the same wherever the statement goes, and in whichever form. */
export const assignedTo = (record: StoredRecord): Assigned => ({
  id: record.id,
  timestamp: timestampOf(record),
});
