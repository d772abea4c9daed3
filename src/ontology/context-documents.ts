import type { JsonObject } from '../json/index.ts';
import { livesIn } from './lifetime.ts';
import type { Model, PropertyModel, TermModel, VersionModel } from './model.types.ts';
import type { CaliperVersion } from './versions.ts';

/** What the coercions that are no datatypes are called in JSON-LD 1.1. */
const COERCIONS: Readonly<Record<string, string>> = { 'cw:Iri': '@id', 'cw:Vocabulary': '@vocab' };

/** The documents of the wire are no linked data: they have no IRI of Caliper. */
const DOCUMENTS = 'https://w3id.org/crosswalk/';

type Term = TermModel & Partial<PropertyModel>;

/** The JSON-LD contexts that the model comes to: one for each version and for each profile extension of 1.1. */
export class ContextDocuments {
  readonly #model: Model;
  readonly #terms: readonly (readonly [string, Term])[];
  readonly #written = new Map<string, JsonObject>();

  constructor(model: Model) {
    this.#model = model;
    const { classes, properties, values } = model;
    this.#terms = Object.entries<Term>({ ...classes, ...properties, ...values });
  }

  /** The document under a context IRI as it was published; undefined for every other IRI. Written when first asked for. */
  of(iri: string): JsonObject | undefined {
    const known = this.#written.get(iri);
    if (known) return known;
    const owner = this.#model.versions.find(({ context, extensions }) =>
      [context, ...extensions].includes(iri),
    );
    if (!owner) return undefined;
    const document = { '@context': owner.context === iri ? this.#base(owner) : this.#extension(owner, iri) };
    this.#written.set(iri, document);
    return document;
  }

  #base({ version, prefixes }: VersionModel): JsonObject {
    const isPlain = ({ extensions }: Term) => version !== '1.1' || !extensions;
    const own = this.#terms.filter(([, term]) => isPublished(term, version) && isPlain(term));
    return { ...prefixes, ...definitions(own, version) };
  }

  /** An extension builds on the context of its version, as the published ones do. */
  #extension({ version, context }: VersionModel, iri: string): (string | JsonObject)[] {
    return [
      context,
      definitions(
        this.#terms.filter(([, { extensions }]) => extensions?.includes(iri)),
        version,
      ),
    ];
  }
}

/** A keyword's alias stands in every context; the documents of the wire stand in none. */
function isPublished(term: Term, version: CaliperVersion): boolean {
  if (term.keyword) return true;
  if (term.absentFrom?.includes(version)) return false;
  return livesIn(term, version) && term.inContext !== false && !term.iri.startsWith(DOCUMENTS);
}

function definitions(terms: readonly (readonly [string, Term])[], version: CaliperVersion): JsonObject {
  return Object.fromEntries(terms.map(([name, term]) => [name, definition(term, version)]));
}

/** A term definition (JSON-LD 1.1, section 9.15.1). */
function definition(term: Term, version: CaliperVersion): JsonObject | string {
  if (term.keyword) return term.keyword;
  const isFirst = version === '1.0';
  const id = (isFirst ? term.iri10 : undefined) ?? term.iri;
  const coercion = (isFirst ? term.coercion10 : undefined) ?? term.coercion;
  if (coercion === undefined && !term.ordered) return id;
  return {
    '@id': id,
    ...(coercion === undefined ? {} : { '@type': COERCIONS[coercion] ?? coercion }),
    ...(term.ordered ? { '@container': '@list' } : {}),
  };
}
