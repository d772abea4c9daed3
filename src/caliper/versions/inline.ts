import {
  isObject,
  isString,
  member,
  pointer,
  setMember,
  type JsonObject,
  type JsonValue,
} from '../../json/index.ts';
import { ontology, type TermKind } from '../../ontology/index.ts';
import { NO_DEFINITIONS, type Definitions } from './definitions.ts';

/** A member that a context of the sender's own names otherwise than Caliper does. */
export interface Renamed {
  /** JSON Pointer to the member under Caliper's name. */
  readonly path: string;
  /** JSON Pointer to it in the record as it was received. */
  readonly from: string;
  /** Caliper's name. */
  readonly term: string;
}

/** A record in Caliper's terms, and which of its members had other names. */
export interface InCaliperTerms {
  readonly record: JsonObject;
  readonly renamed: readonly Renamed[];
}

const NONE: readonly Renamed[] = [];

const VALUE_KINDS: readonly TermKind[] = [
  ...(['class', 'Action', 'Profile', 'Role', 'Status', 'Metric'] as const),
  ...(['SystemIdentifierType', 'LtiMessageType'] as const),
];

const context = ontology.contextDocument(ontology.context('1.2'))?.['@context'];

/** How Caliper's context reads a string in a member: `@vocab`, `@id` or a datatype. */
export function coercionOf(term: string): JsonValue | undefined {
  if (term === 'id') return '@id';
  if (term === 'type') return '@vocab';
  const definition = isObject(context) ? member(context, term) : undefined;
  return isObject(definition) ? member(definition, '@type') : undefined;
}

/** True where a context in the record defines something itself. Vendors' data is not read. */
export function hasInlineContext(value: JsonValue | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (hasInlineContext(item)) return true;
    return false;
  }
  const own = member(value, '@context');
  if (isObject(own) || (Array.isArray(own) && own.some(isObject))) return true;
  for (const name in value) {
    const inner = value[name];
    if (typeof inner === 'object' && name !== 'extensions' && hasInlineContext(inner)) return true;
  }
  return false;
}

/**
 * Reads a record whose inline contexts rename terms of Caliper, or abbreviate IRIs, as Caliper writes it. Terms that
 * are no Caliper's stay as they are, and so do a member's own name and Caliper's where the record has both. With
 * `vendorIris` a vendor's term in `type` is given as the IRI that it stands for, so that it means the same elsewhere. The same
 * object where no inline context stands in the record. Nothing is fetched, and the argument is not changed.
 */
export function inCaliperTerms(record: JsonObject, { vendorIris = false } = {}): InCaliperTerms {
  if (!hasInlineContext(record)) return { record, renamed: NONE };
  const renamed: Renamed[] = [];
  return {
    record: readNode(record, { path: '', from: '' }, NO_DEFINITIONS, { renamed, vendorIris }),
    renamed,
  };
}

interface Reading {
  readonly renamed: Renamed[];
  readonly vendorIris: boolean;
}

interface Place {
  readonly path: string;
  readonly from: string;
}

function readNode(node: JsonObject, place: Place, outer: Definitions, reading: Reading): JsonObject {
  const definitions = outer.and(member(node, '@context'));
  const read: JsonObject = {};
  for (const [name, value] of Object.entries(node)) {
    if (value === undefined) continue;
    const term = termOf(name, node, definitions);
    const inner = { path: pointer(place.path, term), from: pointer(place.from, name) };
    if (term !== name) reading.renamed.push({ ...inner, term });
    const isCaliper =
      name !== '@context' &&
      term !== 'extensions' &&
      (term === 'id' || term === 'type' || ontology.isProperty(term));
    setMember(read, term, isCaliper ? readValue(value, term, inner, definitions, reading) : value);
  }
  return read;
}

/** Caliper's name of a member; its own where it is none of Caliper's, or where Caliper's stands there too. */
function termOf(name: string, node: JsonObject, definitions: Definitions): string {
  if (name.startsWith('@') || ontology.isProperty(name) || definitions.isEmpty) return name;
  const iri = definitions.iri(name);
  if (iri === undefined) return name;
  const term = iri.startsWith('@') ? iri.slice(1) : ontology.termOf(iri, 'property');
  return term === undefined || member(node, term) !== undefined ? name : term;
}

function readValue(
  value: JsonValue,
  term: string,
  place: Place,
  definitions: Definitions,
  reading: Reading,
): JsonValue {
  if (Array.isArray(value)) {
    return value.map((item, at) => {
      const inner = { path: pointer(place.path, at), from: pointer(place.from, at) };
      return readValue(item, term, inner, definitions, reading);
    });
  }
  if (isObject(value)) return readNode(value, place, definitions, reading);
  return isString(value) && !definitions.isEmpty ? readText(value, term, definitions, reading) : value;
}

function readText(text: string, term: string, definitions: Definitions, { vendorIris }: Reading): string {
  const coercion = coercionOf(term);
  if (coercion === '@id') return text.includes(':') ? (definitions.iri(text) ?? text) : text;
  if (coercion !== '@vocab' || ontology.kind(text) !== undefined) return text;
  const iri = definitions.iri(text);
  if (iri === undefined) return text;
  for (const kind of VALUE_KINDS) {
    const known = ontology.termOf(iri, kind);
    if (known !== undefined) return known;
  }
  return vendorIris && term === 'type' ? iri : text;
}

/** The pointer into the record as it was received, for one into the record in Caliper's terms. */
export function asReceived(path: string, renamed: readonly Renamed[]): string {
  let nearest: Renamed | undefined;
  for (const one of renamed) {
    if (path !== one.path && !path.startsWith(`${one.path}/`)) continue;
    if (!nearest || one.path.length > nearest.path.length) nearest = one;
  }
  return nearest ? nearest.from + path.slice(nearest.path.length) : path;
}
