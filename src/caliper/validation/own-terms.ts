import { isObject, isString, type JsonValue } from '../../json/index.ts';
import { ontology } from '../../ontology/index.ts';

/**
 * The terms that contexts of the sender's own bring beside Caliper's. Those of an inline context are known; one by an
 * IRI is not fetched, and may define any.
 */
export class OwnTerms {
  readonly #names: ReadonlySet<string>;
  readonly #any: boolean;

  private constructor(names: ReadonlySet<string>, any: boolean) {
    this.#names = names;
    this.#any = any;
  }

  static readonly none = new OwnTerms(new Set(), false);

  /** These terms and those that a `@context` brings. */
  and(context: JsonValue | undefined): OwnTerms {
    const parts = Array.isArray(context) ? context : [context];
    const inline = parts.filter(isObject).flatMap((definitions) => Object.keys(definitions));
    const isRemote = parts.some((part) => isString(part) && ontology.versionOfContext(part) === undefined);
    if (inline.length === 0 && !isRemote) return this;
    return new OwnTerms(
      new Set([...this.#names, ...inline]),
      this.#any || isRemote || inline.includes('@vocab'),
    );
  }

  /** True for a term that is, or may be, defined; also by its prefix, as in `vendor:mood`. */
  has(name: string): boolean {
    return (
      this.#any || this.#names.has(name) || this.#names.has(name.slice(0, Math.max(0, name.indexOf(':'))))
    );
  }
}
