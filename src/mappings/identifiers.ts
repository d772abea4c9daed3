import { v5 } from 'uuid';
import { canonicalText, ownText, type JsonValue } from '../json/index.ts';
import { CROSSWALK, isIri, PREFIX } from './iris.ts';

const ROOT = v5(CROSSWALK, v5.URL);
const namespace = (name: string) => v5(name, ROOT);

/** UUIDv5 namespaces of derived ids: each is the UUIDv5 of its name in the root, which is that of the gateway's IRI. */
export const NAMESPACE = {
  event: namespace('event'),
  statement: namespace('statement'),
  content: namespace('content'),
  attempt: namespace('attempt'),
  agent: namespace('agent'),
  entity: namespace('entity'),
} as const;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for a UUID of any version, in upper or lower case. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** What begins a UUID of version 4, as a regular expression has it (RFC 9562): its digits for version and variant. */
export const VERSION_4 = '.{14}4.{4}[89abAB]';

/** The UUID of a `urn:uuid:` IRI in lower case, or undefined for any other text. */
export function uuidOfUrn(text: string): string | undefined {
  return /^urn:uuid:/i.test(text) && isUuid(text.slice(9)) ? text.slice(9).toLowerCase() : undefined;
}

/** A UUID that follows from a name alone: same name, same UUID, on every host (RFC 9562, version 5). */
export function derivedUuid(space: keyof typeof NAMESPACE, name: string): string {
  if (name.length > LONGEST_REMEMBERED) return v5(name.toWellFormed(), NAMESPACE[space]);
  const known = REMEMBERED[space];
  const found = known.get(name);
  if (found !== undefined) return found;
  const uuid = v5(name.toWellFormed(), NAMESPACE[space]);
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(ownText(name), uuid);
  return uuid;
}

/** An attempt has dozens of events: what was derived lately is remembered, and memory stays bounded. */
const REMEMBERED: Readonly<Record<keyof typeof NAMESPACE, Map<string, string>>> = {
  event: new Map(),
  statement: new Map(),
  content: new Map(),
  attempt: new Map(),
  agent: new Map(),
  entity: new Map(),
};
const MOST_REMEMBERED = 2048;
const LONGEST_REMEMBERED = 256;

/**
 * A UUID that follows from a JSON value, by its canonical form (RFC 8785), or by the usual one where a string holds half a
 * character.
 */
export function contentUuid(space: keyof typeof NAMESPACE, value: JsonValue): string {
  return derivedUuid(space, canonicalText(value) ?? JSON.stringify(value));
}

/** The statement id of an event id: its UUID where it has one, else derived from it. */
export function statementIdOf(eventId: string): string {
  return uuidOfUrn(eventId) ?? (isUuid(eventId) ? eventId.toLowerCase() : derivedUuid('event', eventId));
}

/** The activity id of an entity id: unchanged where it is an IRI; blank nodes and other strings get one and come back. */
export function activityIdOf(entityId: string, eventUuid: string): string {
  if (entityId.startsWith('_:')) return `${PREFIX.blank}${eventUuid}/${encodeUnit(entityId.slice(2))}`;
  return isIri(entityId) ? entityId : PREFIX.notIri + encodeUnit(entityId);
}

/** The entity id of an activity id: the inverse of {@link activityIdOf}. */
export function entityIdOf(activityId: string): string {
  if (activityId.startsWith(PREFIX.notIri)) return decodeUnit(activityId.slice(PREFIX.notIri.length));
  if (activityId.startsWith(PREFIX.blank)) {
    return `_:${decodeUnit(activityId.slice(PREFIX.blank.length).replace(/^[^/]*\//, ''))}`;
  }
  return activityId;
}

/** Percent-encodes any string, also one with lone surrogates, which `encodeURIComponent` refuses. */
export function encodeUnit(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Undoes {@link encodeUnit}; text that is not percent-encoded comes back as it is. */
export function decodeUnit(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
