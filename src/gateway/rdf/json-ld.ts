import type { StoredRecord } from '../../audit/index.ts';
import { toCurrent } from '../../caliper/index.ts';
import { assignedTo } from '../../forward/index.ts';
import { isObject, member, type JsonObject } from '../../json/index.ts';
import { IRI, type Crosswalk } from '../../mappings/index.ts';
import { caliperVersion, ontology } from '../../ontology/index.ts';

/** A record has no form in RDF: its text cannot be read as linked data. */
export class NotLinkedDataError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NotLinkedDataError';
  }
}

/** The tables by which a statement is read as an event, compiled when the first one is asked for. */
export type CompiledTables = () => Crosswalk;

/** What the gateway itself needs for the way back is no part of what was said. */
function withoutResidual(event: JsonObject): JsonObject {
  const extensions = member(event, 'extensions');
  if (!isObject(extensions)) return event;
  const { [IRI.residual]: _residual, ...rest } = extensions;
  return { ...event, extensions: rest };
}

function eventOf(statement: JsonObject, record: StoredRecord, crosswalk: CompiledTables): JsonObject {
  const receivedAt = new Date(record.receivedAt).toISOString();
  const conversion = crosswalk().toCaliper(statement, { receivedAt, assigned: assignedTo(record) });
  if (conversion.ok) return withoutResidual(conversion.record);
  const [reason] = conversion.diagnostics;
  throw new NotLinkedDataError(`the statement is no Caliper event: ${reason?.message ?? 'unknown'}`);
}

/** A record without a context means the terms of its version, as every part of the gateway reads it. */
function contextual(record: JsonObject, version: string): JsonObject {
  if (member(record, '@context') !== undefined) return record;
  const known = caliperVersion(version) ?? '1.2';
  return { '@context': ontology.context(known), ...toCurrent(record, known) };
}

/**
 * A record as a JSON-LD document: a Caliper record as it was received, a statement as the Caliper event that the
 * tables make of it, without what they keep for the way back. Throws a {@link NotLinkedDataError}.
 */
export function jsonLdOf(record: StoredRecord, crosswalk: CompiledTables): JsonObject {
  const value = JSON.parse(record.body) as JsonObject;
  return record.language === 'xapi' ? eventOf(value, record, crosswalk) : contextual(value, record.version);
}
