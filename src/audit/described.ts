import { isObject, member, type JsonObject } from '../json/index.ts';
import type { StoredRecord } from './log.ts';

/** What the record's envelope described of the entities that it only names; no member where that is nothing. */
export function describedWith({ attributes }: Pick<StoredRecord, 'attributes'>): {
  described?: JsonObject[];
} {
  const described = member(attributes, 'described');
  return Array.isArray(described) ? { described: described.filter(isObject) } : {};
}
