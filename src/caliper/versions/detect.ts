import { isObject, isString, member, type JsonObject, type JsonValue } from '../../json/index.ts';
import { ontology, type CaliperVersion } from '../../ontology/index.ts';

/** A version with the sign that it was told from. */
export interface DetectedVersion {
  readonly version: CaliperVersion;
  /** `default`: nothing tells, and the newest version is assumed. */
  readonly by: 'context' | 'dataVersion' | 'shape' | 'default';
}

/** The context IRIs that a `@context` names, in order; inline contexts name none. */
export function contextIris(context: JsonValue | undefined): string[] {
  if (Array.isArray(context)) return context.filter(isString);
  return isString(context) ? [context] : [];
}

/** The last Caliper context IRI of a `@context`, as it is written; undefined where it names none. */
export function caliperContext(context: JsonValue | undefined): string | undefined {
  return contextIris(context).findLast((iri) => ontology.versionOfContext(iri) !== undefined);
}

/**
 * Version of an event or entity: by the last Caliper context of its `@context`, else by its envelope's `dataVersion`,
 * else by the keywords that only 1.0 writes (`@type`).
 */
export function detectVersion(record: JsonObject, dataVersion?: JsonValue): DetectedVersion {
  const iri = caliperContext(member(record, '@context'));
  const named = iri === undefined ? undefined : ontology.versionOfContext(iri);
  if (named) return { version: named, by: 'context' };
  const declared = isString(dataVersion) ? ontology.versionOfContext(dataVersion) : undefined;
  if (declared) return { version: declared, by: 'dataVersion' };
  const isOld = isObject(record) && isString(member(record, '@type')) && member(record, 'type') === undefined;
  return isOld ? { version: '1.0', by: 'shape' } : { version: '1.2', by: 'default' };
}
