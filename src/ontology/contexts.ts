import type { VersionModel } from './model.types.ts';
import type { CaliperVersion } from './versions.ts';

/**
 * Senders write a context IRI with http or https, with and without `www.`, a trailing `/` or `#`, and the name of the
 * file; the path in other case. All of them mean the published context.
 */
function comparable(iri: string): string {
  return iri
    .toLowerCase()
    .replace(/^https?:\/\/(www\.)?/, '')
    .replace(/(?<![/#])[/#]+$/, '')
    .replace(/\.(jsonld|json)$/, '');
}

/** Which context IRI names which version. */
export class Contexts {
  readonly #versions = new Map<string, CaliperVersion>();
  readonly #published = new Map<string, CaliperVersion>();
  readonly #spellings = new Map<string, string>();
  readonly #iris = new Map<CaliperVersion, string>();

  constructor(versions: readonly VersionModel[]) {
    for (const { version, context, extensions } of versions) {
      this.#iris.set(version, context);
      for (const iri of [context, ...extensions]) {
        this.#published.set(iri, version);
        this.#versions.set(comparable(iri), version);
        this.#spellings.set(comparable(iri), iri);
      }
    }
  }

  context(version: CaliperVersion): string {
    return this.#iris.get(version) ?? '';
  }

  versionOf(iri: string): CaliperVersion | undefined {
    return this.#published.get(iri) ?? this.#versions.get(comparable(iri));
  }

  /** The published spelling of a context IRI; undefined for an IRI that names no context of Caliper. */
  published(iri: string): string | undefined {
    return this.#spellings.get(comparable(iri));
  }

  isPublished(iri: string): boolean {
    return this.#published.has(iri);
  }
}
