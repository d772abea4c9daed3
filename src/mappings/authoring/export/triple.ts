/** Object of a triple: a resource, or a text with its language or datatype. */
export type Node =
  | { readonly iri: string }
  | { readonly blank: string }
  | { readonly text: string; readonly language?: string; readonly datatype?: string };

/** One statement of RDF 1.1. Subjects that are no IRIs are names of blank nodes, and begin with `_:`. */
export interface Triple {
  readonly subject: string;
  readonly predicate: string;
  readonly object: Node;
}

/** Namespaces of the vocabularies that the exports use, by their usual prefixes. */
export const NAMESPACES = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  owl: 'http://www.w3.org/2002/07/owl#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  dcterms: 'http://purl.org/dc/terms/',
  sssom: 'https://w3id.org/sssom/',
  semapv: 'https://w3id.org/semapv/vocab/',
} as const;

const { rdf } = NAMESPACES;

export const typed = (subject: string, type: string): Triple => ({
  subject,
  predicate: `${rdf}type`,
  object: { iri: type },
});

export const linked = (subject: string, predicate: string, iri: string): Triple => ({
  subject,
  predicate,
  object: { iri },
});

/** A triple with a text; none where the text is empty. */
export const said = (subject: string, predicate: string, text: string, language?: string): Triple[] =>
  text === '' ? [] : [{ subject, predicate, object: { text, ...(language !== undefined && { language }) } }];
