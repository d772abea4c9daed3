import fc, { type Arbitrary } from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/json/index.ts';
import { ontology, type CaliperVersion, type PropertyUse } from '../../src/ontology/index.ts';
import { jsonValues } from './statements.ts';

/**
 * Caliper events of every type, action and entity class, made from the model: each property holds what its range
 * allows, or, in unruly ones, anything at all.
 */

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const slug = fc.stringMatching(/^[a-z0-9]{1,6}$/);

const ids: Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(slug, slug).map(([host, path]) => `https://${host}.example.edu/things/${path}`),
  },
  { weight: 2, arbitrary: slug.map((name) => `https://example.edu/users/${name}`) },
  { weight: 1, arbitrary: fc.uuid().map((uuid) => `urn:uuid:${uuid}`) },
  { weight: 1, arbitrary: slug.map((name) => `_:${name}`) },
  { weight: 1, arbitrary: slug.map((name) => `mailto:${name}@example.edu`) },
  { weight: 1, arbitrary: text.filter((id) => id !== '') },
);

const instants = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

const eventTimes = fc.oneof(
  { weight: 4, arbitrary: instants },
  { weight: 1, arbitrary: instants.map((time) => time.replace(/\.\d+Z$/, 'Z')) },
  { weight: 1, arbitrary: instants.map((time) => time.replace(/\.\d+Z$/, '+02:00')) },
);

const durations = fc.oneof(
  fc.nat(90_000).map((seconds) => `PT${seconds}S`),
  fc.tuple(fc.nat(23), fc.nat(59)).map(([hours, minutes]) => `PT${hours}H0${minutes % 10}M`),
  fc.constantFrom('P1Y2M', 'P3W', 'PT0.5S', 'P1DT12H'),
);

const DATATYPES: Readonly<Record<string, Arbitrary<JsonValue>>> = {
  'xsd:dateTime': instants,
  'xsd:duration': durations,
  'xsd:string': text,
  'xsd:boolean': fc.boolean(),
  'xsd:integer': fc.integer({ min: 0, max: 1000 }),
  'xsd:nonNegativeInteger': fc.nat(1000),
  'xsd:decimal': fc.integer({ min: -100, max: 1000 }).map((number) => number / 4),
  'xsd:anyURI': ids,
};

const kindOf = (range: string) => range.slice('cw:'.length) as 'Role';

function single(range: string, version: CaliperVersion, depth: number): Arbitrary<JsonValue> {
  const datatype = DATATYPES[range];
  if (datatype) return datatype;
  if (range === 'cw:Map') return fc.dictionary(slug, jsonValues, { maxKeys: 2 });
  if (range.startsWith('cw:')) {
    const terms = ontology.terms(kindOf(range), version);
    return terms.length > 0 ? fc.constantFrom(...terms) : text;
  }
  if (!ontology.isEntityType(range)) return jsonValues;
  return depth > 0 ? fc.oneof({ weight: 3, arbitrary: entity(range, version, depth - 1) }, ids) : ids;
}

function valueOf(use: PropertyUse, version: CaliperVersion, depth: number): Arbitrary<JsonValue> {
  const one = fc.oneof(...use.range.map((range) => single(range, version, depth)));
  return use.list ? fc.array(one, { maxLength: 2 }) : one;
}

const classesBelow = (className: string, version: CaliperVersion) =>
  ontology.terms('class', version).filter((term) => ontology.isSubclass(term, className));

const RARE = 12;

function entity(className: string, version: CaliperVersion, depth: number): Arbitrary<JsonValue> {
  return fc.constantFrom(className, ...classesBelow(className, version)).chain((type) => {
    const members = [...ontology.uses(type, version)].filter(([name]) => name !== 'id' && name !== 'type');
    const properties = members.map(([name, [use]]): [string, Arbitrary<JsonValue | undefined>] => [
      name,
      fc.oneof(
        { weight: RARE, arbitrary: fc.constant(undefined) },
        { weight: 6, arbitrary: use ? valueOf(use, version, depth) : jsonValues },
        { weight: 1, arbitrary: fc.oneof(fc.constant(null), jsonValues) },
      ),
    ]);
    return fc
      .record(
        { id: ids, type: fc.constant(type), ...Object.fromEntries(properties) },
        { noNullPrototype: true },
      )
      .map(defined);
  });
}

/** The value as JSON text would give it back: members that are undefined are none. */
const defined = (value: unknown) => JSON.parse(JSON.stringify(value)) as JsonValue;

const SLOTS = [
  'generated',
  'target',
  'referrer',
  'edApp',
  'group',
  'membership',
  'session',
  'federatedSession',
] as const;
const SLOT_CLASSES: Partial<Record<string, string>> = {
  edApp: 'SoftwareApplication',
  group: 'Organization',
  membership: 'Membership',
  session: 'Session',
  federatedSession: 'LtiSession',
};

function slotValue(
  type: string,
  action: string,
  slot: 'actor' | 'object' | (typeof SLOTS)[number],
): Arbitrary<JsonValue> {
  const range = ontology.range(type, slot, action);
  const classes = range.length > 0 ? range : [SLOT_CLASSES[slot] ?? 'Entity'];
  return fc.oneof(
    { weight: 4, arbitrary: fc.oneof(...classes.map((name) => entity(name, '1.2', 2))) },
    { weight: 1, arbitrary: entity('Entity', '1.2', 1) },
    { weight: 1, arbitrary: ids },
  );
}

/** Events of Caliper 1.2, most of them by the model's rules and some of them unruly. */
export const events: Arbitrary<JsonObject> = fc
  .constantFrom(...ontology.terms('class', '1.2').filter((term) => ontology.isEventType(term)))
  .chain((type) => fc.tuple(fc.constant(type), fc.constantFrom(...ontology.actions(type, '1.2'))))
  .chain(([type, action]) => {
    const sometimes = (value: Arbitrary<JsonValue>) =>
      fc.oneof({ weight: 1, arbitrary: value }, fc.constant(undefined));
    return fc.record(
      {
        '@context': fc.constantFrom(
          'http://purl.imsglobal.org/ctx/caliper/v1p2',
          'http://purl.imsglobal.org/ctx/caliper/v1p1',
        ),
        id: fc.oneof({ weight: 4, arbitrary: fc.uuid().map((uuid) => `urn:uuid:${uuid}`) }, ids),
        type: fc.constant(type),
        action: fc.constant(action),
        eventTime: eventTimes,
        actor: slotValue(type, action, 'actor'),
        object: slotValue(type, action, 'object'),
        profile: sometimes(fc.constantFrom(...ontology.terms('Profile', '1.2'))),
        extensions: sometimes(
          fc.dictionary(fc.oneof(slug, ids), jsonValues, { maxKeys: 3 }) as Arbitrary<JsonValue>,
        ),
        ...Object.fromEntries(SLOTS.map((slot) => [slot, sometimes(slotValue(type, action, slot))])),
      },
      { noNullPrototype: true },
    );
  })
  .map((event) => defined(event) as JsonObject);
