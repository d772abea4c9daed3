import type { Model, TermModel } from './model.types.ts';
import type { TermKind } from './ontology.types.ts';
import type { CaliperVersion } from './versions.ts';

/** A term as an IRI names it. */
interface Named {
  readonly term: string;
  readonly kind: TermKind;
}

/** The texts and contexts give http and https forms of one IRI: they mean the same. */
function schemeless(iri: string): string {
  return iri.replace(/^https?:/i, '');
}

/** Terms and their IRIs, both ways: current forms, those of 1.0, and those that only a text prints. */
export class Iris {
  readonly #kinds = new Map<string, TermKind>();
  readonly #models = new Map<string, TermModel>();
  readonly #terms = new Map<string, Named[]>();

  constructor({ classes, properties, values }: Model) {
    for (const [term, model] of Object.entries(classes)) this.#add(term, 'class', model);
    for (const [term, model] of Object.entries(properties)) this.#add(term, 'property', model);
    for (const [term, model] of Object.entries(values)) this.#add(term, model.kind as TermKind, model);
  }

  #add(term: string, kind: TermKind, model: TermModel): void {
    this.#kinds.set(term, kind);
    this.#models.set(term, model);
    for (const iri of [model.iri, model.iri10, ...(model.otherIris ?? [])]) {
      if (iri === undefined) continue;
      const key = schemeless(iri);
      this.#terms.set(key, [...(this.#terms.get(key) ?? []), { term, kind }]);
    }
  }

  kind(term: string): TermKind | undefined {
    return this.#kinds.get(term);
  }

  model(term: string): TermModel | undefined {
    return this.#models.get(term);
  }

  /** All terms of a kind with their models, in the order of the Turtle files. */
  *ofKind(kind: TermKind): Generator<[string, TermModel]> {
    for (const [term, model] of this.#models) if (this.#kinds.get(term) === kind) yield [term, model];
  }

  iri(term: string, version?: CaliperVersion): string | undefined {
    const model = this.#models.get(term);
    return version === '1.0' ? (model?.iri10 ?? model?.iri) : model?.iri;
  }

  termOf(iri: string, kinds?: readonly TermKind[]): string | undefined {
    return this.#terms.get(schemeless(iri))?.find((named) => !kinds || kinds.includes(named.kind))?.term;
  }
}
