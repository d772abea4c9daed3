import type { JsonObject, JsonValue } from '../../src/json/index.ts';
import { ontology, type CaliperVersion, type PropertyUse, type TermKind } from '../../src/ontology/index.ts';

/** A version that has all of what a record may break; 1.0 writes keywords, and everything as an IRI. */
export type Version = Exclude<CaliperVersion, '1.0'>;

/** What a member of a class may hold, in a version and with an action. */
export interface Place {
  readonly property: string;
  readonly version: Version;
  readonly uses: readonly PropertyUse[];
}

/** A value of each datatype of the ontology. */
const VALUES: Readonly<Record<string, JsonValue>> = {
  'xsd:string': 'a text',
  'xsd:decimal': 7.5,
  'xsd:integer': 7,
  'xsd:nonNegativeInteger': 7,
  'xsd:boolean': true,
  'xsd:dateTime': '2018-11-15T10:15:00.000Z',
  'xsd:duration': 'PT30M54S',
  'xsd:anyURI': 'https://example.edu/1',
  'cw:UuidUrn': 'urn:uuid:6f0a1d5e-0e1f-4c8b-9a52-0b6c4d7e8f01',
  'cw:Map': { 'https://example.edu/extension': 1 },
  'rdf:JSON': 'a value',
};

/** The members that a class has in a version, with the uses that hold for the action. */
export function placesOf(term: string, version: Version, action?: string): Place[] {
  return [...ontology.uses(term, version)].flatMap(([property, all]) => {
    const uses = all.filter(({ when }) => !when || (action !== undefined && when.includes(action)));
    return uses.length === 0 ? [] : [{ property, version, uses }];
  });
}

/** The first thing that may stand in a place: a class, a datatype or a kind of term. */
export const rangeOf = ({ uses }: Place): string => uses.flatMap(({ range }) => range)[0] ?? '';

/** The classes that may stand in a place, as the version has them. */
export const classesOf = ({ uses, version }: Place): string[] =>
  uses.flatMap(({ range }) => range).filter((name) => !name.includes(':') && ontology.isIn(name, version));

/** The kind of term that stands in a place; undefined where none does. */
export function termKindOf(place: Place): TermKind | undefined {
  const name = rangeOf(place);
  return name.startsWith('cw:') && !Object.hasOwn(VALUES, name) ? (name.slice(3) as TermKind) : undefined;
}

export const isList = ({ uses }: Place): boolean => uses.some(({ list }) => list);
export const isRequired = ({ uses }: Place): boolean => uses.some(({ required }) => required);
export const isEmbedded = ({ uses }: Place): boolean => uses.some(({ embedded }) => embedded);

/** The first value that may stand in a place: of entities one that has no more than it must. */
function valueFor(place: Place, term: string, action: string | undefined): JsonValue {
  const one = itemFor(place, term, action);
  return isList(place) ? [one] : one;
}

function itemFor(place: Place, term: string, action: string | undefined): JsonValue {
  if (place.property === 'type') return term;
  const [inner] = classesOf(place);
  if (inner !== undefined) return instanceOf(inner, place.version, { isWhole: false, action });
  const kind = termKindOf(place);
  if (kind === undefined) return VALUES[rangeOf(place)]!;
  return kind === 'Action' ? (action ?? '') : (ontology.terms(kind, place.version)[0] ?? '');
}

/**
 * An instance of a class as the ontology describes it: with every member that it may have, or only with those that it
 * must have. What stands in it has only what it must have.
 */
export function instanceOf(
  term: string,
  version: Version,
  { isWhole, action }: { readonly isWhole: boolean; readonly action?: string | undefined },
): JsonObject {
  const places = placesOf(term, version, action).filter((place) => isWhole || isRequired(place));
  return Object.fromEntries(places.map((place) => [place.property, valueFor(place, term, action)]));
}

/** The context that defines a class: in 1.1 what a profile extension brought has one of its own. */
export const contextOf = (term: string, version: Version): string =>
  (version === '1.1' ? ontology.extensionContexts(term)[0] : undefined) ?? ontology.context(version);

/** A record on its own: an event with an action of its type, or a described entity. */
export function recordOf(term: string, version: Version, action?: string): JsonObject {
  return { '@context': contextOf(term, version), ...instanceOf(term, version, { isWhole: true, action }) };
}
