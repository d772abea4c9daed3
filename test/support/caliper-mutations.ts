import { pointer, steps, type JsonObject, type JsonValue } from '../../src/json/index.ts';
import { ontology, type TermKind } from '../../src/ontology/index.ts';
import {
  classesOf,
  instanceOf,
  isEmbedded,
  isList,
  isRequired,
  placesOf,
  rangeOf,
  termKindOf,
  type Place,
  type Version,
} from './caliper-instances.ts';

/** A way to break a record: where, what to write there, and what must be found. */
export interface Mutation {
  readonly path: string;
  /** What is written; nothing: the member is left out. */
  readonly value?: JsonValue;
  readonly found: { readonly path: string; readonly rule: string };
}

/** The rule that a wrong value of a datatype breaks, where it has one of its own. */
const RULES: Readonly<Record<string, string>> = {
  'xsd:anyURI': 'caliper-iri',
  'cw:UuidUrn': 'caliper-event-id',
};

/** What no value of a datatype looks like. */
const WRONG: Readonly<Record<string, readonly JsonValue[]>> = {
  'xsd:string': [7, true, ['a text'], { text: 'a text' }],
  'xsd:decimal': ['7.5', true, [7.5], {}],
  'xsd:integer': [7.5, '7', false, [7]],
  'xsd:nonNegativeInteger': [-1, 0.5, '7', [7]],
  'xsd:boolean': ['true', 1, [true]],
  'xsd:dateTime': [
    '2018-11-15',
    '2018-11-15T10:15:00Z',
    '2018-11-15T10:15:00.000',
    '2018-11-15T10:15:00.000+01:00',
    '2018-11-15T10:15:00.000000Z',
    '2018-11-15 10:15:00.000Z',
    '2018-02-30T10:15:00.000Z',
    '2018-11-15T25:15:00.000Z',
    'yesterday',
    '',
    1542276900000,
    ['2018-11-15T10:15:00.000Z'],
  ],
  'xsd:duration': ['30:54', 'PT', 'P', 'P1', '54S', 'PT1H30', 'P1S', 'PT1D', '1800', '', 1800, ['PT5M']],
  'xsd:anyURI': [
    'page/1',
    '/page/1',
    'not an IRI',
    'https://example.edu/a b',
    '',
    7,
    ['https://example.edu/1'],
  ],
  'cw:UuidUrn': [
    '6f0a1d5e-0e1f-4c8b-9a52-0b6c4d7e8f01',
    'urn:uuid:1',
    'urn:uuid:6f0a1d5e-0e1f-4c8b-9a52-0b6c4d7e8f0g',
    'https://example.edu/events/1',
    '',
    7,
  ],
  'cw:Map': ['a text', 7, true, [{ 'https://example.edu/extension': 1 }]],
  'rdf:JSON': [],
};

interface Wrong {
  readonly value: JsonValue;
  readonly rule: string;
  /** Where below the value the fault is. */
  readonly within?: string;
}

/** Every event and entity class of the version that may not stand where these may: the whole ontology is gone through. */
function misplaced(place: Place): Wrong[] {
  const range = classesOf(place);
  return ontology
    .terms('class', place.version)
    .filter((term) => ontology.isEventType(term) || ontology.isEntityType(term))
    .filter((term) => !range.some((name) => ontology.isSubclass(term, name)))
    .map((term) => {
      const action = ontology.isEventType(term) ? ontology.actions(term, place.version)[0] : undefined;
      return { value: instanceOf(term, place.version, { isWhole: false, action }), rule: 'caliper-range' };
    });
}

function wrongEntities(place: Place, action: string | undefined): Wrong[] {
  const [term = 'Entity'] = classesOf(place);
  const one = instanceOf(term, place.version, { isWhole: false, action });
  const { type: _type, ...untyped } = one;
  const otherThanAnIri = isEmbedded(place) ? ['https://example.edu/1'] : ['page/1', 'not an IRI', ''];
  return [
    ...[7, true, [one]].map((value) => ({ value, rule: 'caliper-range' })),
    ...otherThanAnIri.map((value) => ({ value, rule: 'caliper-iri' })),
    { value: untyped, rule: 'caliper-required' },
    { value: { ...one, type: 'NoSuchType' }, rule: 'caliper-unknown-type', within: '/type' },
    { value: { ...one, type: null }, rule: 'caliper-required', within: '/type' },
    { value: { ...one, type: [term] }, rule: 'caliper-type', within: '/type' },
    { value: { ...one, noSuchMember: 1 }, rule: 'caliper-member', within: '/noSuchMember' },
    ...misplaced(place),
  ];
}

/** Terms that are none of the kind: of no kind, of another, of another version, otherwise spelled, and as an IRI. */
function wrongTerms(kind: TermKind, allowed: readonly string[]): Wrong[] {
  const [first = ''] = allowed;
  const ofAnotherKind = kind === 'Status' ? 'Learner' : 'Active';
  const others = ontology.terms(kind).filter((term) => !allowed.includes(term));
  const wrong = [...others, 'NoSuchTerm', ofAnotherKind, first.toLowerCase(), ontology.iri(first) ?? '', ''];
  const rule = kind === 'Action' ? 'caliper-action' : 'caliper-term';
  return [...wrong, 7, [first], {}].map((value) => ({ value, rule }));
}

/** What no item of a place may be, each with the rule that it breaks. */
function wrongItems(place: Place, { action, actions }: Within): Wrong[] {
  const kind = termKindOf(place);
  if (classesOf(place).length > 0) return wrongEntities(place, action);
  if (kind !== undefined) {
    return wrongTerms(kind, kind === 'Action' ? actions : ontology.terms(kind, place.version));
  }
  const range = rangeOf(place);
  return (WRONG[range] ?? []).map((value) => ({ value, rule: RULES[range] ?? 'caliper-datatype' }));
}

/** Null may stand for what is not said, but not where a value must be an entity or in a format. */
function wrongNull(place: Place): Wrong[] {
  const holdsEntities = classesOf(place).length > 0;
  if (isRequired(place)) return [{ value: null, rule: 'caliper-required' }];
  if (holdsEntities) return [{ value: null, rule: isList(place) ? 'caliper-list' : 'caliper-range' }];
  const hasFormat = ['xsd:dateTime', 'xsd:duration'].includes(rangeOf(place));
  return hasFormat ? [{ value: null, rule: 'caliper-datatype' }] : [];
}

/** What a list may not be, and items that it may not hold: behind a right one, which must not be pointed at. */
function wrongLists(place: Place, present: JsonValue, within: Within): Wrong[] {
  const [first = null] = present as JsonValue[];
  const noLists = [first, 'no list', 7, { items: present }].map((value) => ({ value, rule: 'caliper-list' }));
  const items = wrongItems(place, within).map((wrong) => ({
    value: [first, wrong.value],
    rule: wrong.rule,
    within: `/1${wrong.within ?? ''}`,
  }));
  return [...noLists, ...items];
}

/** The event that a node stands in, as far as what may stand there depends on it. */
interface Within {
  readonly action: string | undefined;
  /** Actions that the type of the event allows; none outside events. */
  readonly actions: readonly string[];
}

/** Everything that a member may not hold in place of what it holds. */
function replaced(place: Place, at: string, present: JsonValue, within: Within): Mutation[] {
  if (place.property === 'type') return [];
  const wrong = isList(place) ? wrongLists(place, present, within) : wrongItems(place, within);
  return [...wrong, ...wrongNull(place)].map(({ value, rule, within: below = '' }) => ({
    path: at,
    value,
    found: { path: at + below, rule },
  }));
}

/**
 * Members that the class does not have in the version: one that nobody has, and every eighth of those of other classes and
 * versions, another eighth for the next class.
 */
function foreignMembers(term: string, path: string, version: Version): Mutation[] {
  const uses = ontology.uses(term, version);
  const others = ontology
    .terms('property')
    .filter((name, at) => !uses.has(name) && (at + term.length) % 8 === 0);
  return [...others, 'noSuchMember', 'Name'].map((name) => {
    const at = pointer(path, name);
    return { path: at, value: 'x', found: { path: at, rule: 'caliper-member' } };
  });
}

/** True where the class says of the member what no superclass says, and not only what it inherits. */
function isOwn(term: string, { property, version }: Place): boolean {
  const uses = ontology.uses(term, version).get(property);
  return ontology.ancestors(term).every((above) => ontology.uses(above, version).get(property) !== uses);
}

/**
 * The ways to break a node that the ontology tells: each member that it must have left out, each member given what it may
 * not hold, members of others. Of a member that is as its superclass has it a few values are tried, of all others every one.
 */
export function mutationsOf(
  node: JsonObject,
  path: string,
  { term, version, ...within }: Within & { readonly term: string; readonly version: Version },
): Mutation[] {
  const own = placesOf(term, version, within.action).flatMap((place) => {
    const present = node[place.property];
    if (present === undefined || present === null) return [];
    const at = pointer(path, place.property);
    const dropped = isRequired(place) ? [{ path: at, found: { path, rule: 'caliper-required' } }] : [];
    const all = replaced(place, at, present, within);
    return [...dropped, ...(isOwn(term, place) ? all : all.slice(0, 4))];
  });
  return [...own, ...foreignMembers(term, path, version)];
}

/** The record with one thing wrong. What is not on the way to it is shared with the record. */
export function mutated(record: JsonObject, { path, value }: Mutation): JsonObject {
  return changed(record, steps(path), value) as JsonObject;
}

function changed(
  node: JsonValue,
  [step = '', ...rest]: readonly string[],
  value: JsonValue | undefined,
): JsonValue {
  const copy = (Array.isArray(node) ? [...node] : { ...(node as JsonObject) }) as JsonObject;
  if (rest.length > 0) copy[step] = changed(copy[step] ?? null, rest, value);
  else if (value === undefined) delete copy[step];
  else copy[step] = value;
  return copy;
}
