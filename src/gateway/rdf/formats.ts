import { Writer } from 'n3';
import type { StoredRecord } from '../../audit/index.ts';
import { ontology } from '../../ontology/index.ts';
import { expandedRecord, recordQuads } from './dataset.ts';
import type { CompiledTables } from './json-ld.ts';

/** Media types that a record is given in as RDF. */
export const RDF_TYPES = [
  'text/turtle',
  'application/n-triples',
  'application/n-quads',
  'application/ld+json',
] as const;

/** One of {@link RDF_TYPES}. */
export type RdfType = (typeof RDF_TYPES)[number];

/** Prefixes for Turtle: those of the context of the newest version. */
function prefixes(): Record<string, string> {
  const context = ontology.contextDocument(ontology.context('1.2'))?.['@context'] as Record<string, unknown>;
  const named = Object.entries(context).filter(
    ([, iri]) => typeof iri === 'string' && /^http.*[/#]$/.test(iri),
  );
  return Object.fromEntries(named) as Record<string, string>;
}

async function turtle(record: StoredRecord, crosswalk: CompiledTables): Promise<string> {
  const writer = new Writer({ prefixes: prefixes() });
  writer.addQuads(await recordQuads(record, crosswalk, { named: false }));
  return new Promise((resolve, reject) => {
    writer.end((error: Error | null, text: string) => (error ? reject(error) : resolve(text)));
  });
}

/** N-Quads of one record, in its named graph; one statement a line. Rejects with a `NotLinkedDataError`. */
export async function recordNQuads(record: StoredRecord, crosswalk: CompiledTables): Promise<string> {
  return new Writer({ format: 'N-Quads' }).quadsToString(
    await recordQuads(record, crosswalk, { named: true }),
  );
}

/** A record as RDF in one of the media types. Rejects with a `NotLinkedDataError` where it has no such form. */
export async function recordAs(
  type: RdfType,
  record: StoredRecord,
  crosswalk: CompiledTables,
): Promise<string> {
  switch (type) {
    case 'text/turtle':
      return turtle(record, crosswalk);
    case 'application/n-triples':
      return new Writer({ format: 'N-Triples' }).quadsToString(
        await recordQuads(record, crosswalk, { named: false }),
      );
    case 'application/n-quads':
      return recordNQuads(record, crosswalk);
    case 'application/ld+json':
      return JSON.stringify(await expandedRecord(record, crosswalk));
  }
}
