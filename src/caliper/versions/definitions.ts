import { isObject, isString, member, type JsonObject, type JsonValue } from '../../json/index.ts';
import { ontology } from '../../ontology/index.ts';

/** True for a name that Caliper has given a meaning, which no context of a sender's own takes from it. */
const isTaken = (name: string) =>
  name.startsWith('@') || name === 'id' || name === 'type' || ontology.kind(name) !== undefined;

const newest = ontology.contextDocument(ontology.context('1.2'))?.['@context'];

/** The prefixes of Caliper's own context. */
const prefixOf = (name: string): string | undefined => {
  const found = isObject(newest) ? member(newest, name) : undefined;
  return isString(found) && /[/#]$/.test(found) ? found : undefined;
};

/**
 * What the inline contexts around a node define (JSON-LD 1.1, section 9.15.1), as far as it can name a term of Caliper:
 * terms and prefixes by IRI, aliases of `@id` and `@type`, and `@vocab`. Contexts by IRI are not fetched. Processing is
 * synchronous and knows no more than this, since a mapping neither waits nor loads a JSON-LD processor.
 */
export class Definitions {
  readonly #iris: ReadonlyMap<string, string>;
  readonly #vocabulary: string;

  constructor(iris: ReadonlyMap<string, string>, vocabulary: string) {
    this.#iris = iris;
    this.#vocabulary = vocabulary;
  }

  get isEmpty(): boolean {
    return this.#iris.size === 0 && this.#vocabulary === '';
  }

  /** These definitions with those of a `@context`, whose parts hold in their order. */
  and(context: JsonValue | undefined): Definitions {
    const parts = Array.isArray(context) ? context : [context];
    return parts.reduce<Definitions>((known, part) => {
      if (part === null) return NO_DEFINITIONS;
      return isObject(part) ? known.#with(part) : known;
    }, this);
  }

  #with(part: JsonObject): Definitions {
    const iris = new Map(this.#iris);
    const vocabulary = member(part, '@vocab');
    const own = new Definitions(iris, isString(vocabulary) ? vocabulary : this.#vocabulary);
    const written = new Map(Object.entries(part).filter(([name]) => !isTaken(name)));
    for (const name of written.keys()) own.#define(name, written, iris, 0);
    return own;
  }

  /** A definition may use others of its context. A ring of them, which JSON-LD forbids, defines nothing. */
  #define(
    name: string,
    written: Map<string, JsonValue | undefined>,
    iris: Map<string, string>,
    depth: number,
  ): void {
    const value = written.get(name);
    const said = isObject(value) ? (member(value, '@id') ?? name) : value;
    if (value === null || (isObject(value) && member(value, '@reverse') !== undefined)) iris.delete(name);
    if (!isString(said) || depth > 8) return;
    const used = said.split(':', 1)[0] ?? '';
    if (used !== name && written.has(used)) this.#define(used, written, iris, depth + 1);
    iris.delete(name);
    const iri = this.iri(said);
    if (iri !== undefined) iris.set(name, iri);
  }

  /** The keyword or IRI that a name stands for; undefined where it stands for none. */
  iri(name: string): string | undefined {
    if (name === '@id' || name === '@type') return name;
    const known = this.#iris.get(name);
    if (known !== undefined) return known;
    const colon = name.indexOf(':');
    if (colon < 0)
      return ontology.iri(name) ?? (this.#vocabulary === '' ? undefined : this.#vocabulary + name);
    const [prefix, rest] = [name.slice(0, colon), name.slice(colon + 1)];
    if (prefix === '_' || rest.startsWith('//')) return name;
    const namespace = this.#iris.get(prefix) ?? prefixOf(prefix);
    return namespace === undefined ? name : namespace + rest;
  }
}

/** What a node is under that no inline context touches. */
export const NO_DEFINITIONS: Definitions = new Definitions(new Map(), '');
