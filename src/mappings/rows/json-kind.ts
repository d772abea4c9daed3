import { CALIPER_VERSIONS, type Ontology } from '../../ontology/index.ts';

/** Kind of a JSON value, as far as rows of the structure tables tell them apart. */
export type JsonKind = 'string' | 'number' | 'boolean' | 'object' | 'list';

/** Kinds of value that xAPI allows at a place of a statement (Data 4.2; 1.0.3: 2.4). Others may hold anything. */
const PLACES = new Map<string, JsonKind>([
  ['id', 'string'],
  ['actor', 'object'],
  ['object', 'object'],
  ['timestamp', 'string'],
  ['result.response', 'string'],
  ['result.duration', 'string'],
  ['result.completion', 'boolean'],
  ['result.success', 'boolean'],
  ['result.score', 'object'],
  ['result.score.raw', 'number'],
  ['result.score.min', 'number'],
  ['result.score.max', 'number'],
  ['result.score.scaled', 'number'],
  ['context.registration', 'string'],
  ['context.instructor', 'object'],
  ['context.team', 'object'],
  ['context.revision', 'string'],
  ['context.platform', 'string'],
  ['context.language', 'string'],
  ['context.statement', 'object'],
  ['object.definition.type', 'string'],
  ['object.definition.moreInfo', 'string'],
  ['object.definition.interactionType', 'string'],
  ['object.definition.choices', 'list'],
  ['object.definition.scale', 'list'],
  ['object.definition.source', 'list'],
  ['object.definition.target', 'list'],
  ['object.definition.steps', 'list'],
]);

const LIST = /^(parent|grouping|category|other|context\.context(Agents|Groups))(\[|$)/;

/** Kind of value that xAPI demands at a place; undefined where it demands none. */
export function kindAt(place: string): JsonKind | undefined {
  return LIST.test(place) ? 'object' : PLACES.get(place);
}

/** True where the place holds a list, of which several rows may write members. */
export const isListPlace = (place: string): boolean => LIST.test(place);

/** What the values of a property may be, by every class that has it: kinds of JSON value, and the datatypes of texts. */
export interface PropertyValues {
  readonly kinds: ReadonlySet<JsonKind>;
  readonly datatypes: ReadonlySet<string>;
}

const NUMBERS = new Set(['xsd:decimal', 'xsd:integer', 'xsd:nonNegativeInteger', 'xsd:double']);

/** Reads from the ontology what values each property has. Undefined for what is no property of any class. */
export function propertyValues(ontology: Ontology): (property: string) => PropertyValues | undefined {
  const known = new Map<string, { kinds: Set<JsonKind>; datatypes: Set<string> }>();
  for (const version of CALIPER_VERSIONS) {
    for (const className of ontology.terms('class', version)) {
      for (const [property, uses] of ontology.uses(className, version)) {
        const values = known.get(property) ?? { kinds: new Set(), datatypes: new Set() };
        known.set(property, values);
        for (const { range, list } of uses) {
          for (const one of range) values.datatypes.add(one);
          for (const kind of list ? (['list'] as const) : range.flatMap(kindsOf)) values.kinds.add(kind);
        }
      }
    }
  }
  return (property) => known.get(property);
}

/** An entity may also stand as its IRI. */
function kindsOf(range: string): JsonKind[] {
  if (range === 'xsd:boolean') return ['boolean'];
  if (NUMBERS.has(range)) return ['number'];
  if (range === 'cw:Map') return ['object'];
  return /^(xsd|cw|owl|rdf):/.test(range) ? ['string'] : ['object', 'string'];
}
