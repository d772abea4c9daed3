import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classOf,
  contextFor,
  detectVersion,
  fromCurrent,
  openEnvelope,
  recognise,
  toCurrent,
  validateConfiguration,
  validateEntity,
  validateEnvelope,
  validateEvent,
  validateRecord,
} from '../src/caliper/index.ts';
import { isObject, pointer, steps, valueAt, type JsonObject, type JsonValue } from '../src/json/index.ts';
import { ontology, type CaliperVersion, type PropertyUse } from '../src/ontology/index.ts';
import { anEvent } from './support/records.ts';
import { validExamples } from './support/caliper-reference.ts';

/** A way to break a record: where, and what to write there (nothing: leave it out). */
interface Mutation {
  readonly path: string;
  readonly value?: JsonValue;
  /** Where the fault must be found. */
  readonly found: string;
}

/** What no value of a datatype or a kind of term looks like. */
const WRONG: Readonly<Record<string, JsonValue>> = {
  'xsd:string': 7,
  'xsd:decimal': 'seven',
  'xsd:integer': 7.5,
  'xsd:nonNegativeInteger': -7,
  'xsd:boolean': 'yes',
  'xsd:dateTime': 'yesterday',
  'xsd:duration': 'a while',
  'xsd:anyURI': 'not an IRI',
  'cw:UuidUrn': 'urn:uuid:1',
  'cw:Map': 'text',
};

function wrong(use: PropertyUse): JsonValue[] {
  const [range = ''] = use.range;
  if (use.list) return ['no list'];
  if (range === 'owl:Class') return ['NoSuchType', 5];
  if (Object.hasOwn(WRONG, range)) return [WRONG[range]!];
  if (range.startsWith('cw:')) return ['NoSuchTerm', 5];
  const other = ['Score', 'Person', 'Page'].find(
    (term) => !use.range.some((name) => ontology.isSubclass(term, name)),
  );
  const misplaced = other === undefined ? [] : [{ id: 'https://example.edu/other', type: other }];
  return [5, 'not an IRI', ...misplaced];
}

/** Every mutation of a node and of those within it that breaks a rule, as the ontology states it. */
function mutations(node: JsonObject, path: string, version: CaliperVersion, action?: string): Mutation[] {
  const term = classOf(node);
  if (term === undefined) return [];
  return [...ontology.uses(term, version)].flatMap(([property, uses]) => {
    const value = node[property];
    const at = pointer(path, property);
    const holding = uses.filter(({ when }) => !when || when.includes(action ?? ''));
    if (value === undefined || value === null || holding.length === 0) return [];
    const dropped = holding.some((use) => use.required) ? [{ path: at, found: path }] : [];
    const replaced = wrong(holding[0]!).map((other) => ({ path: at, value: other, found: at }));
    const within = (Array.isArray(value) ? value : [value]).flatMap((inner, index) =>
      isObject(inner) && !holding[0]!.range.includes('cw:Map')
        ? mutations(inner, Array.isArray(value) ? pointer(at, index) : at, version)
        : [],
    );
    return [...dropped, ...replaced, ...within];
  });
}

function mutate(record: JsonObject, { path, value }: Mutation): JsonObject {
  const copy = structuredClone(record);
  const parent = valueAt(copy, path.slice(0, path.lastIndexOf('/'))) as JsonObject;
  const last = steps(path).at(-1)!;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

const records = validExamples
  .flatMap(({ value }) => (Array.isArray(value['data']) ? (value['data'] as JsonObject[]) : [value]))
  .concat(anEvent())
  .filter((record) => ['1.1', '1.2'].includes(detectVersion(record).version) && record['type'] !== undefined)
  // a context of the sender's own may define any type
  .filter((record) => typeof record['@context'] === 'string');

describe('a valid record', () => {
  const cases = records.flatMap((record) => {
    const { version } = detectVersion(record);
    const action = typeof record['action'] === 'string' ? record['action'] : undefined;
    return mutations(record, '', version, action).map((mutation) => ({ record, mutation }));
  });

  it('is broken by each mutation that breaks a rule, and the fault is found where it is', () => {
    expect(cases.length).toBeGreaterThan(5);
    const missed = cases.filter(({ record, mutation }) => {
      const findings = validateRecord(mutate(record, mutation));
      return !findings.some(({ path, message }) => path === mutation.found && message.length < 2500);
    });
    expect(missed).toEqual([]);
  });

  it('is broken by any number of mutations at once', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...records),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 8 }),
        (record, picks, n) => {
          const possible = mutations(record, '', detectVersion(record).version).filter(
            ({ value }) => value !== undefined,
          );
          fc.pre(possible.length > 0);
          const flat = possible.filter(({ path }) => steps(path).length === 1 && path !== '/type');
          fc.pre(flat.length > 0);
          const chosen = new Set([...picks.take(n)].map((pick) => flat[pick % flat.length]!));
          const broken = [...chosen].reduce(mutate, record);
          const found = validateRecord(broken).map(({ path }) => path);
          for (const { found: place } of chosen) expect(found).toContain(place);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('any JSON', () => {
  const names = fc.oneof(
    fc.constantFrom(
      '@context',
      '@id',
      '@type',
      'id',
      'type',
      'actor',
      'action',
      'object',
      'data',
      'sensor',
      'items',
      '__proto__',
      'constructor',
    ),
    fc.constantFrom(...ontology.terms('property')),
    fc.string(),
  );
  const texts = fc.oneof(
    fc.constantFrom(...ontology.terms('class'), ...ontology.terms('Action')),
    fc.constantFrom(
      'http://purl.imsglobal.org/ctx/caliper/v1p2',
      'http://purl.imsglobal.org/ctx/caliper/v1/Context',
    ),
    fc.string(),
  );
  const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 6 },
      texts,
      fc.oneof(fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
      fc.array(tie('json'), { maxLength: 5 }),
      fc
        .array(fc.tuple(names, tie('json')), { maxLength: 8 })
        .map(
          (entries) =>
            JSON.parse(
              `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
            ) as JsonObject,
        ),
    ),
  }));

  it('is judged, opened and normalised without an exception, and without being changed', () => {
    fc.assert(
      fc.property(json, fc.constantFrom<CaliperVersion>('1.0', '1.1', '1.2'), (value, version) => {
        const before = JSON.stringify(value);
        recognise(value);
        validateRecord(value);
        validateConfiguration(value);
        if (isObject(value)) {
          for (const { path } of [
            ...validateEvent(value),
            ...validateEntity(value),
            ...validateEnvelope(value),
          ]) {
            expect(path === '' || path.startsWith('/')).toBe(true);
          }
          openEnvelope(value);
          fromCurrent(toCurrent(value, version), version);
          contextFor(version, value);
        }
        expect(JSON.stringify(value)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  it('that is refused says what was found and what would be right', () => {
    fc.assert(
      fc.property(json, (value) => {
        for (const { message, rule } of validateRecord(value)) {
          expect(rule).toMatch(/^caliper(-[a-z]+)+$/);
          expect(message.length).toBeGreaterThan(15);
        }
      }),
    );
  });
});
