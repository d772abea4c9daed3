import { isObject, isString, member, setMember, type JsonObject, type JsonValue } from '../../json/index.ts';
import { ontology, type CaliperVersion } from '../../ontology/index.ts';
import { classOf } from '../node.ts';
import { contextIris } from './detect.ts';
import { formerName, readingOf, type Reading } from './terms.ts';

const KEYWORDS: Readonly<Record<string, string>> = { id: '@id', type: '@type' };

/**
 * Expresses a current event or entity as a sensor of an older version would have written it: the inverse of
 * `toCurrent`, but for the empty members that it leaves out. Only 1.0 differs; later versions come back as they are.
 *
 * Never throws: what 1.0 has no word for stays as it is. The argument is not changed.
 */
export function fromCurrent(record: JsonObject, version: CaliperVersion): JsonObject {
  return version === '1.0' ? formerNode(record, true) : record;
}

function formerNode(node: JsonObject, isTop: boolean): JsonObject {
  const type = classOf(node) ?? (isTop && member(node, 'action') !== undefined ? 'Event' : 'Entity');
  const former: JsonObject = {};
  const context = formerContext(node);
  if (context !== undefined) former['@context'] = context;
  for (const [name, value] of Object.entries(node)) {
    if (value === undefined || name === '@context') continue;
    const oldName = nameIn10(node, type, name);
    setMember(former, oldName, formerValue(value, readingOf(type, name, '1.0')));
  }
  return former;
}

/** 1.0 writes its context on every node that has a type; a context of the sender's own stays. */
function formerContext(node: JsonObject): JsonValue | undefined {
  const context = member(node, '@context');
  const isOurs =
    isString(context) && contextIris(context).every((iri) => ontology.versionOfContext(iri) !== undefined);
  if (context !== undefined && !isOurs) return context;
  return isOurs || member(node, 'type') !== undefined ? ontology.context('1.0') : undefined;
}

function nameIn10(node: JsonObject, type: string, name: string): string {
  const oldName = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : formerName(type, name, '1.0');
  return oldName === undefined || member(node, oldName) !== undefined ? name : oldName;
}

function formerValue(value: JsonValue, reading: Reading): JsonValue {
  if (Array.isArray(value)) return value.map((item) => formerValue(item, reading));
  if (isObject(value)) return reading.isOpen ? value : formerNode(value, false);
  if (!isString(value)) return value;
  if (reading.isSeconds) return asSeconds(value);
  const isTerm = reading.kinds.includes(ontology.kind(value)!);
  return (isTerm ? ontology.iri(value, '1.0') : undefined) ?? value;
}

/** The number of seconds of a duration that says nothing but seconds. */
function asSeconds(duration: string): string | number {
  const digits = /^PT(\d+(?:\.\d+)?)S$/.exec(duration)?.[1];
  const seconds = Number(digits);
  return digits !== undefined && String(seconds) === digits ? seconds : duration;
}
