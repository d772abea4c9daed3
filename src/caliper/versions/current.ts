import { isObject, isString, member, setMember, type JsonObject, type JsonValue } from '../../json/index.ts';
import { ontology, type CaliperVersion } from '../../ontology/index.ts';
import { classOf } from '../node.ts';
import { contextIris } from './detect.ts';
import { readingOf, type Reading } from './terms.ts';

const KEYWORDS: Readonly<Record<string, string>> = { '@id': 'id', '@type': 'type' };

/**
 * Reads an event or entity of any version as the current one would write it: `id` and `type` for the JSON-LD keywords,
 * terms for Caliper's and LIS's IRIs, the names of today for properties that were renamed, ISO 8601 for durations that
 * 1.0 gives as seconds; without empty members (1.0) or nulls, and with a published `@context` only at the top.
 *
 * Never throws: what is not understood stays as it is. The argument is not changed.
 */
export function toCurrent(record: JsonObject, version: CaliperVersion): JsonObject {
  return currentNode(record, version, true);
}

function currentNode(node: JsonObject, version: CaliperVersion, isTop: boolean): JsonObject {
  const type = classOf(node) ?? (isTop && member(node, 'action') !== undefined ? 'Event' : 'Entity');
  const current: JsonObject = {};
  for (const [name, value] of Object.entries(node)) {
    if (value === undefined || isSilent(value, version)) continue;
    if (name === '@context' && !isTop && isPublished(value)) continue;
    const newName = currentName(node, type, name, version);
    setMember(current, newName, currentValue(value, readingOf(type, newName, version), version));
  }
  return current;
}

/** True for a member that says nothing: null, and in 1.0, whose producers write every member of a class, empty ones. */
export function isSilent(value: JsonValue, version: CaliperVersion): boolean {
  if (value === null) return true;
  if (version !== '1.0' || typeof value !== 'object') return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}

function isPublished(context: JsonValue): boolean {
  return (
    isString(context) && contextIris(context).every((iri) => ontology.versionOfContext(iri) !== undefined)
  );
}

function currentName(node: JsonObject, type: string, name: string, version: CaliperVersion): string {
  const renamed = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : readingOf(type, name, version).replacedBy;
  return renamed === undefined || member(node, renamed) !== undefined ? name : renamed;
}

function currentValue(value: JsonValue, reading: Reading, version: CaliperVersion): JsonValue {
  if (Array.isArray(value)) return value.map((item) => currentValue(item, reading, version));
  if (isObject(value)) return reading.isOpen ? value : currentNode(value, version, false);
  if (isString(value)) return currentTerm(value, reading);
  return typeof value === 'number' && reading.isDuration ? asDuration(value) : value;
}

function currentTerm(value: string, { kinds }: Reading): string {
  for (const kind of kinds) {
    const term = ontology.termOf(value, kind);
    if (term !== undefined) return term;
  }
  return value;
}

/** Seconds as an ISO 8601 duration; a number that needs an exponent or a sign stays a number. */
function asDuration(seconds: number): string | number {
  const digits = String(seconds);
  return /^\d+(\.\d+)?$/.test(digits) ? `PT${digits}S` : seconds;
}
