import { isObject, member, type JsonValue } from '../../json/index.ts';
import type { PublishedTerms } from '../tables/index.ts';

/** A term that a published profile defines. */
export interface PublishedConcept {
  readonly iri: string;
  readonly kind: 'verb' | 'type' | 'extension';
  /** IRI of the profile. */
  readonly profile: string;
}

/** What published xAPI Profiles say: the terms that each defines, and all IRIs that each names. */
export interface PublishedProfiles {
  readonly concepts: readonly PublishedConcept[];
  readonly terms: PublishedTerms;
}

const KINDS: Readonly<Record<string, PublishedConcept['kind']>> = {
  Verb: 'verb',
  ActivityType: 'type',
  ContextExtension: 'extension',
  ResultExtension: 'extension',
  ActivityExtension: 'extension',
};

/** Reads xAPI Profiles (JSON-LD documents, Profiles specification 1.0). What is no profile says nothing. */
export function publishedProfiles(documents: readonly JsonValue[]): PublishedProfiles {
  const terms = new Map<string, Set<string>>();
  const concepts = documents.flatMap((document) => {
    const profile = isObject(document) ? member(document, 'id') : undefined;
    if (!isObject(document) || typeof profile !== 'string') return [];
    const named = terms.get(profile) ?? new Set();
    for (const iri of irisIn(document)) named.add(iri);
    terms.set(profile, named);
    return conceptsOf(member(document, 'concepts'), profile);
  });
  return { concepts, terms };
}

function conceptsOf(list: JsonValue | undefined, profile: string): PublishedConcept[] {
  if (!Array.isArray(list)) return [];
  return list.filter(isObject).flatMap(({ id, type }) => {
    const kind = typeof type === 'string' && Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
    return typeof id === 'string' && kind !== undefined ? [{ iri: id, kind, profile }] : [];
  });
}

/** IRIs that stand anywhere, JSONPath expressions of templates included. */
function irisIn(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [...value.matchAll(/https?:\/\/[^\s"'\\\])]+/g)].map(([iri]) => iri);
  if (Array.isArray(value)) return value.flatMap(irisIn);
  return isObject(value) ? Object.values(value).flatMap(irisIn) : [];
}
