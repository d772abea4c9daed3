import { isObject, isString, member, type JsonObject } from '../json/index.ts';
import { ontology } from '../ontology/index.ts';
import type { CaliperKind } from './caliper.types.ts';
import { classOf, typeOf } from './node.ts';
import { caliperContext } from './versions/detect.ts';
import { inCaliperTerms } from './versions/inline.ts';

const has = (object: JsonObject, ...names: readonly string[]) =>
  names.some((name) => Object.hasOwn(object, name));

/**
 * Says what a JSON value is, as far as Caliper goes: an envelope, an event, an entity that is described on its own, or
 * nothing of the kind (undefined). A value that is meant to be one and breaks rules counts: an event without its type,
 * an envelope without its data. An xAPI statement is none, since it has a verb.
 */
export function recognise(value: unknown): CaliperKind | undefined {
  if (!isObject(value)) return undefined;
  if (isEnvelope(value)) return 'envelope';
  const { record } = inCaliperTerms(value);
  if (isEvent(record)) return 'event';
  return isDescribe(record) ? 'describe' : undefined;
}

function isEnvelope(value: JsonObject): boolean {
  if (has(value, 'type', '@type', 'actor', 'action', 'object', 'verb')) return false;
  const marks = ['sensor', 'sendTime', 'dataVersion'].filter((name) => has(value, name)).length;
  return Array.isArray(member(value, 'data')) ? true : marks >= (has(value, 'data') ? 1 : 2);
}

/** No entity has an action or an eventTime: with both it is meant as an event, whatever its type says. */
function isEvent(value: JsonObject): boolean {
  if (has(value, 'verb')) return false;
  const term = classOf(value);
  if (term !== undefined)
    return ontology.isEventType(term) || (has(value, 'action') && has(value, 'eventTime'));
  const mayBe = typeOf(value) !== undefined || hasContext(value);
  return has(value, 'action', 'eventTime') || (mayBe && has(value, 'actor') && has(value, 'object'));
}

function isDescribe(value: JsonObject): boolean {
  return classOf(value) !== undefined || (hasContext(value) && !has(value, 'verb'));
}

function hasContext(value: JsonObject): boolean {
  return caliperContext(member(value, '@context')) !== undefined;
}

/** What an item of an envelope's `data` is. An object there is meant to be a record: without signs of an event, a describe. */
export function recogniseItem(value: unknown): 'event' | 'describe' | null {
  const kind = recognise(value);
  if (kind === 'event' || kind === 'describe') return kind;
  return isObject(value) && isString(typeOf(inCaliperTerms(value).record)) ? 'describe' : null;
}
