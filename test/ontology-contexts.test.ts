import { describe, expect, it } from 'vitest';
import { model } from '../src/ontology/index.generated.ts';
import type { PropertyModel, TermModel } from '../src/ontology/model.types.ts';
import { isReferencePresent, readReference } from './support/caliper-reference.ts';

type Definition = string | { '@id': string; '@type'?: string; '@container'?: string };

/** The term definitions of a published context, the contexts that it imports left out. */
function definitions(path: string): Record<string, Definition> {
  const context = readReference(`contexts/${path}`)['@context'];
  const parts = (Array.isArray(context) ? context : [context]).filter((part) => typeof part === 'object');
  return Object.assign({}, ...parts) as Record<string, Definition>;
}

/** An IRI or coercion of a context in full, by the prefixes that it defines itself. */
function expand(name: string, context: Record<string, Definition>): string {
  const [prefix = '', rest = ''] = name.split(/:(.*)/s);
  const base = context[prefix];
  return typeof base === 'string' ? base + rest : name;
}

const PREFIXES = ['caliper', 'lis', 'xsd', 'as', 'caliperaction', 'idpf', 'org', 'prov', 'schema'];
const COERCIONS: Record<string, string> = { 'cw:Iri': '@id', 'cw:Vocabulary': '@vocab' };

const terms: Record<string, TermModel> = { ...model.classes, ...model.properties, ...model.values };

const extensions = ['feedback', 'resourcemanagement', 'search', 'survey', 'toollaunch', 'tooluse'];

describe.skipIf(!isReferencePresent)('the published contexts', () => {
  const current = isReferencePresent ? definitions('v1p2/caliper-v1p2.jsonld') : {};
  const first = isReferencePresent ? definitions('v1p0/caliper-v1p0.json') : {};

  const termsOf = (context: Record<string, Definition>) =>
    Object.entries(context).filter(([name]) => !PREFIXES.includes(name));
  const idOf = (definition: Definition) => (typeof definition === 'string' ? definition : definition['@id']);

  it('of 1.2 and the ontology define the same terms with the same IRIs and coercions', () => {
    for (const [name, definition] of termsOf(current)) {
      const term = terms[name] as PropertyModel | undefined;
      const iri = expand(idOf(definition), current);
      expect(term?.keyword ?? term?.iri, name).toBe(iri);
      if (typeof definition === 'string') continue;
      expect(COERCIONS[term?.coercion ?? ''] ?? term?.coercion, name).toBe(definition['@type']);
      expect(term?.ordered === true, name).toBe(definition['@container'] === '@list');
    }
  });

  it('of 1.0 and the ontology define the same terms with the same IRIs and coercions', () => {
    for (const [name, definition] of termsOf(first)) {
      const term = terms[name] as PropertyModel | undefined;
      if (term?.keyword) continue;
      expect(term?.since, name).toBe('1.0');
      expect(term?.iri10 ?? term?.iri, name).toBe(expand(idOf(definition), first));
      if (typeof definition === 'string') continue;
      const coercion = term?.coercion10 ?? term?.coercion;
      expect(COERCIONS[coercion ?? ''] ?? coercion, name).toBe(definition['@type']);
    }
  });

  it.each(extensions)('of the %s extension bring terms that the ontology says they bring', (name) => {
    const context = definitions(`v1p1/caliper-v1p1-${name}profile-extension.jsonld`);
    for (const [term] of termsOf(context)) {
      expect(terms[term]?.since, term).toBe('1.1');
      expect(terms[term]?.extensions?.join().toLowerCase(), term).toContain(`/${name}profile-extension`);
    }
  });

  it('have all terms of the ontology but those that only a text has', () => {
    const contexts = extensions.map((name) =>
      definitions(`v1p1/caliper-v1p1-${name}profile-extension.jsonld`),
    );
    const published = new Set([current, first, ...contexts].flatMap((context) => Object.keys(context)));
    const unpublished = Object.entries(terms)
      .filter(([name, { sameAs, inContext, iri }]) => {
        const isDocument = iri.startsWith('https://w3id.org/');
        return !published.has(name) && sameAs === undefined && inContext !== false && !isDocument;
      })
      .map(([name]) => name);
    expect(unpublished).toEqual([]);
  });
});
