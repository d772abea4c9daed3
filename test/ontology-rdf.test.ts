import jsonld from 'jsonld';
import { Writer, type Quad } from 'n3';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../src/json/index.ts';
import { ontology } from '../src/ontology/index.ts';
import { isReferencePresent, readReference, validExamples } from './support/caliper-reference.ts';

const BASE = 'http://purl.imsglobal.org/ctx/caliper/';
const FILES: Readonly<Record<string, string>> = {
  'v1/context': 'v1p0/caliper-v1p0.json',
  v1p1: 'v1p1/caliper-v1p1.jsonld',
  v1p2: 'v1p2/caliper-v1p2.jsonld',
};

/** The published document under a context IRI. */
function official(iri: string): JsonObject | undefined {
  const name = iri.slice(BASE.length).toLowerCase();
  const extension = /^v1p1\/(\w+profile-extension)$/.exec(name)?.[1];
  const file = extension === undefined ? FILES[name] : `v1p1/caliper-v1p1-${extension}.jsonld`;
  return file === undefined ? undefined : readReference(`contexts/${file}`);
}

/** The terms that a context document defines itself. */
function ownTerms(document: JsonObject | undefined): JsonObject {
  const context = document?.['@context'];
  const parts = (Array.isArray(context) ? context : [context]).filter(isObject);
  return Object.assign({}, ...parts) as JsonObject;
}

type Source = (iri: string) => JsonObject | undefined;

/** The RDF dataset of a document, canonical (RDFC-1.0), with contexts from one source and from nowhere else. */
async function dataset(document: JsonObject, source: Source): Promise<string> {
  const documentLoader = async (url: string) => {
    // a vendor's context is not fetched: with either set it defines nothing
    const found = url.startsWith(BASE) ? source(url) : { '@context': {} };
    if (!found) throw new Error(`no context of Caliper: ${url}`);
    return { documentUrl: url, document: found, contextUrl: undefined } as never;
  };
  // eslint-disable-next-line @typescript-eslint/await-thenable -- a promise, which the arguments' types hide
  const quads = (await jsonld.toRDF(document, {
    documentLoader,
    base: 'https://sensor.example.edu/',
  } as never)) as unknown as Quad[];
  // where an item of a list is no term of RDF, the list has a place without an item (JSON-LD 1.1 API, 8.3)
  const whole = quads.filter(({ object }) => object !== null);
  // eslint-disable-next-line @typescript-eslint/await-thenable -- a promise, which the arguments' types hide
  return (await jsonld.canonize(
    new Writer({ format: 'N-Quads' }).quadsToString(whole) as never,
    {
      inputFormat: 'application/n-quads',
      canonizeOptions: { algorithm: 'RDFC-1.0', maxWorkFactor: 3 },
    } as never,
  )) as unknown as string;
}

/** An envelope is no linked data; its records are. */
const recordsOf = (value: JsonObject): JsonObject[] =>
  Array.isArray(value['data']) ? (value['data'] as JsonObject[]) : [value];

describe.skipIf(!isReferencePresent)('the derived contexts', () => {
  it('expand every official example to the same RDF dataset as the official ones', async () => {
    const differing: string[] = [];
    let statements = 0;
    for (const { name, value } of validExamples) {
      for (const record of recordsOf(value)) {
        const expected = await dataset(record, official);
        const derived = await dataset(record, (iri) => ontology.contextDocument(iri));
        if (derived !== expected) differing.push(name);
        statements += expected.split('\n').length - 1;
      }
    }
    expect(differing).toEqual([]);
    expect(statements).toBeGreaterThan(5000);
  }, 60_000);

  it.each(['v1/Context', 'v1p1', 'v1p2', 'v1p1/SearchProfile-extension', 'v1p1/ToolUseProfile-extension'])(
    'define the terms of the official context %s, and no others',
    (name) => {
      const expected = Object.keys(ownTerms(official(`${BASE}${name}`)));
      const derived = Object.keys(ownTerms(ontology.contextDocument(`${BASE}${name}`)));
      expect([...new Set(derived)].sort()).toEqual([...new Set(expected)].sort());
    },
  );

  it('give the document under every spelling of its IRI, and none under others', () => {
    const published = ontology.contextDocument(`${BASE}v1p2`);
    expect(ontology.contextDocument('https://purl.imsglobal.org/ctx/caliper/v1p2/')).toBe(published);
    expect(ontology.contextDocument('https://example.edu/context')).toBeUndefined();
  });
});
