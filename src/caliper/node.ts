import { isString, member, type JsonObject } from '../json/index.ts';
import { ontology } from '../ontology/index.ts';

/** The identifier of an event or entity: `id`, or `@id` as 1.0 writes it; undefined where it has none that is a string. */
export function idOf(node: JsonObject): string | undefined {
  const id = member(node, 'id') ?? member(node, '@id');
  return isString(id) && id !== '' ? id : undefined;
}

/** The `type` of an event or entity as it is written, or `@type`; undefined where it has none that is a string. */
export function typeOf(node: JsonObject): string | undefined {
  const type = member(node, 'type') ?? member(node, '@type');
  return isString(type) && type !== '' ? type : undefined;
}

/** The class term of an event or entity in its preferred spelling, also where its type is an IRI; undefined if unknown. */
export function classOf(node: JsonObject): string | undefined {
  const type = typeOf(node);
  if (type === undefined) return undefined;
  const term = ontology.kind(type) === 'class' ? type : ontology.classOf(type);
  return term === undefined ? undefined : ontology.preferred(term);
}
