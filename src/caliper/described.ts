import { isObject, isString, setMember, type JsonObject, type JsonValue } from '../json/index.ts';
import { idOf } from './node.ts';
import { coercionOf, inCaliperTerms } from './versions/inline.ts';

/** Entities by their ids. */
export type Described = ReadonlyMap<string, JsonObject>;

/** Entities by their ids; of two under one id the later counts. Those without an id are left out. */
export function byId(entities: readonly JsonObject[]): Described {
  const found = new Map<string, JsonObject>();
  for (const entity of entities) {
    const id = idOf(inCaliperTerms(entity).record);
    if (id !== undefined) found.set(id, entity);
  }
  return found;
}

/** Members that hold entities; the members of `extensions` are a vendor's. */
const refers = (name: string) => name !== 'id' && name !== 'extensions' && coercionOf(name) === '@id';

/** Replaces each IRI in a place for an entity. What is put there is not looked into: no chain, and no ring. */
function replaced(value: JsonValue, isReference: boolean, entityOf: (iri: string) => JsonValue): JsonValue {
  if (isString(value)) return isReference ? entityOf(value) : value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, isReference, entityOf));
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    setMember(
      copy,
      name,
      name === 'extensions' || name === '@context' ? inner : replaced(inner, refers(name), entityOf),
    );
  }
  return copy;
}

/**
 * A thinned record with the entities in the place of the IRIs that name them (Caliper 1.2, Thinned Events). A member that
 * names an entity which is not among them stays an IRI. The record is not changed.
 */
export function withDescribed(record: JsonObject, entities: readonly JsonObject[]): JsonObject {
  const known = byId(entities);
  if (known.size === 0) return record;
  const entityOf = (iri: string) => {
    const entity = known.get(iri);
    return entity ? inCaliperTerms(entity).record : iri;
  };
  return replaced(record, false, entityOf) as JsonObject;
}

/** Which of the entities that its envelope describes a record names by IRI, in the order in which it names them. */
export function describedFor(record: JsonObject, known: Described): JsonObject[] {
  const used = new Set<JsonObject>();
  if (known.size === 0) return [];
  replaced(inCaliperTerms(record).record, false, (iri) => {
    const entity = known.get(iri);
    if (entity) used.add(entity);
    return iri;
  });
  return [...used];
}

/** The entities that an envelope describes on their own, by their ids. */
export function describesOf(
  items: readonly { readonly kind: string | null; readonly value: JsonValue }[],
): Described {
  return byId(items.flatMap(({ kind, value }) => (kind === 'describe' && isObject(value) ? [value] : [])));
}
