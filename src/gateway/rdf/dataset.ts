import { DataFactory, type Quad, type Term } from 'n3';
import type { StoredRecord } from '../../audit/index.ts';
import type { JsonValue } from '../../json/index.ts';
import { ontology } from '../../ontology/index.ts';
import { jsonLdOf, NotLinkedDataError, type CompiledTables } from './json-ld.ts';

/** A context of the sender's own that is not known here defines nothing: nothing is fetched. */
const UNKNOWN = { '@context': {} };

const documentLoader = async (url: string) => ({
  contextUrl: undefined,
  documentUrl: url,
  document: ontology.contextDocument(url) ?? UNKNOWN,
});

/** JSON-LD is big, and only who asks for RDF needs it. */
const library = async () => (await import('jsonld')).default;

const OPTIONS = { documentLoader, base: null, processingMode: 'json-ld-1.1' };

async function processed<Result>(work: () => Promise<unknown>): Promise<Result> {
  try {
    return (await work()) as Result;
  } catch (error) {
    if (error instanceof NotLinkedDataError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new NotLinkedDataError(`the record cannot be read as JSON-LD: ${reason}`, { cause: error });
  }
}

/** A record in the expanded form of JSON-LD 1.1, which needs no context. Rejects with a {@link NotLinkedDataError}. */
export const expandedRecord = (record: StoredRecord, crosswalk: CompiledTables): Promise<JsonValue[]> =>
  processed(async () => (await library()).expand(jsonLdOf(record, crosswalk) as never, OPTIONS as never));

/** Characters that no IRI has (RFC 3987, section 2.2): one of them would spoil a whole file for its readers. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const NO_IRI = /[\u0000-\u0020<>"{}|\\^`]/;

const isWritable = (term: Term | null): boolean =>
  term !== null && (term.termType !== 'NamedNode' || (term.value.includes(':') && !NO_IRI.test(term.value)));

/** A term of the library's own. Blank nodes of one record are none of another's: a stream of records is one document. */
function written(term: Term, scope: string): Quad['object'] {
  switch (term.termType) {
    case 'BlankNode':
      return DataFactory.blankNode(`${scope}${term.value.replace(/^_:/, '')}`);
    case 'Literal': {
      const { value, language, datatype } = term;
      return DataFactory.literal(value.toWellFormed(), language || DataFactory.namedNode(datatype.value));
    }
    default:
      return DataFactory.namedNode(term.value);
  }
}

/** The graph that a record's statements stand in, by the digest of its text: the same text says the same everywhere. */
export const graphOf = ({ digest }: Pick<StoredRecord, 'digest'>): string => `urn:sha256:${digest}`;

/**
 * What a record says, as RDF by the derived contexts (JSON-LD 1.1 API, section 8). With `named` its statements stand in
 * the graph of {@link graphOf}, and its blank nodes have labels of its own. Members that no context defines, and terms
 * that are no IRIs, say nothing in RDF. Rejects with a {@link NotLinkedDataError}.
 */
export async function recordQuads(
  record: StoredRecord,
  crosswalk: CompiledTables,
  { named }: { named: boolean },
): Promise<Quad[]> {
  const quads = await processed<Quad[]>(async () =>
    (await library()).toRDF(jsonLdOf(record, crosswalk), OPTIONS as never),
  );
  const graph = named ? DataFactory.namedNode(graphOf(record)) : DataFactory.defaultGraph();
  const scope = `r${record.seq}`;
  return quads
    .filter(({ subject, predicate, object }) =>
      [subject, predicate, object].every((term: Term | null) => isWritable(term)),
    )
    .map(({ subject, predicate, object }) =>
      DataFactory.quad(
        written(subject, scope) as Quad['subject'],
        written(predicate, scope) as Quad['predicate'],
        written(object, scope),
        graph,
      ),
    );
}
