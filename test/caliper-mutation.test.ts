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
import { isObject, pointer, type JsonObject, type JsonValue } from '../src/json/index.ts';
import { CALIPER_VERSIONS, ontology } from '../src/ontology/index.ts';
import { instanceOf, recordOf, type Version } from './support/caliper-instances.ts';
import { mutated, mutationsOf, type Mutation } from './support/caliper-mutations.ts';
import { anEntity, anEnvelope, anEvent } from './support/records.ts';
import { validExamples } from './support/caliper-reference.ts';

/** Mutations of official examples; CROSSWALK_FUZZ_RUNS chooses other numbers. */
const RUNS = Number(process.env['CROSSWALK_FUZZ_RUNS'] ?? 1_000);

/** The record with each thing wrong, and what was not found as it should be: exactly there, by its rule, and first. */
function missed(record: JsonObject, mutations: readonly Mutation[]): unknown[] {
  return mutations.flatMap((mutation) => {
    const { found } = mutation;
    const findings = validateRecord(mutated(record, mutation));
    const [first] =
      found.rule === 'caliper-action' ? findings.filter(({ path }) => path === found.path) : findings;
    const isNamed = first?.path === found.path && first.rule === found.rule && first.message.length < 2500;
    // what does not fit where it stands may have faults of its own, and on the action others depend; all else is one fault
    const areWithin = findings.every(({ path }) => path === found.path || path.startsWith(`${found.path}/`));
    const isRight = isNamed && (areWithin || found.rule === 'caliper-action');
    return isRight ? [] : [{ mutation, findings: findings.slice(0, 3) }];
  });
}

const VERSIONS: readonly Version[] = ['1.1', '1.2'];

/** Every event type with each of its actions, and every entity type, of a version. */
function kindsOfRecord(version: Version): { term: string; action?: string }[] {
  return ontology.terms('class', version).flatMap<{ term: string; action?: string }>((term) => {
    if (ontology.isEventType(term))
      return ontology.actions(term, version).map((action) => ({ term, action }));
    return ontology.isEntityType(term) ? [{ term }] : [];
  });
}

/** True where the class says something about the action, or the action is the first: the others would say the same. */
function matters(term: string, version: Version, action: string | undefined): boolean {
  const depends = [...ontology.uses(term, version).values()].flat().some(({ when }) => when);
  return action === undefined || depends || ontology.actions(term, version)[0] === action;
}

describe.each(VERSIONS)('a record of Caliper %s that holds everything that its class may have', (version) => {
  const records = kindsOfRecord(version);

  it.each(records)('is valid: $term $action', ({ term, action }) => {
    expect(validateRecord(recordOf(term, version, action))).toEqual([]);
  });

  it('is broken by each thing that its class must not have, and the fault is found where it is and named', () => {
    let tried = 0;
    for (const { term, action } of records.filter((one) => matters(one.term, version, one.action))) {
      const record = recordOf(term, version, action);
      const actions = action === undefined ? [] : ontology.actions(term, version);
      const mutations = mutationsOf(record, '', { term, version, action, actions });
      tried += mutations.length;
      expect(missed(record, mutations), `${term} ${action ?? ''}`).toEqual([]);
    }
    expect(tried).toBeGreaterThan(10_000);
  }, 120_000);

  it('is told which type would be right, and which action', () => {
    const event = recordOf('AssessmentItemEvent', version, 'Completed');
    const messageOf = (path: string, value: JsonValue) =>
      validateRecord(mutated(event, { path, value, found: { path, rule: '' } }))[0]?.message;
    expect(messageOf('/generated', { id: 'https://example.edu/1', type: 'Attempt' })).toContain('Response');
    expect(messageOf('/object', 7)).toContain('AssessmentItem');
    expect(messageOf('/action', 'Graded')).toMatch(/Started.*Skipped.*Completed/s);
    expect(messageOf('/eventTime', 'today')).toContain('2018-11-15T10:15:00.000Z');
  });

  it('may not be of a class or have an action that only another version has', () => {
    const actionsNow = ontology.terms('Action', version);
    for (const term of ontology.terms('class').filter((name) => !ontology.isIn(name, version))) {
      const isEvent = ontology.isEventType(term);
      const record = isEvent ? anEvent({ type: term }) : { id: 'https://example.edu/1', type: term };
      const findings = validateRecord({ ...record, '@context': ontology.context(version) });
      expect(findings, term).toContainEqual(expect.objectContaining({ path: '/type', rule: 'caliper-type' }));
    }
    for (const action of ontology.terms('Action').filter((name) => !actionsNow.includes(name))) {
      const event = { ...recordOf('Event', version, actionsNow[0]), action };
      const finding = { path: '/action', rule: 'caliper-action' };
      expect(validateRecord(event), action).toEqual([expect.objectContaining(finding)]);
    }
  });
});

describe('an official example', () => {
  const examples = validExamples
    .flatMap(({ value }) => (Array.isArray(value['data']) ? (value['data'] as JsonObject[]) : [value]))
    .filter((record) => VERSIONS.some((version) => version === detectVersion(record).version))
    // a context of the sender's own may define any type
    .filter((record) => typeof record['@context'] === 'string' && record['type'] !== undefined)
    .concat(anEvent());

  /** Every node of a record of which the ontology knows the class, the record first. */
  function nodesOf(node: JsonObject, path: string, version: Version): { path: string; node: JsonObject }[] {
    const uses = ontology.uses(classOf(node) ?? '', version);
    const inner = Object.entries(node).flatMap(([name, value]) => {
      if (uses.get(name)?.some(({ range }) => range.includes('cw:Map')) ?? true) return [];
      const items = Array.isArray(value)
        ? value.map((item, i) => [item, `/${i}`] as const)
        : [[value, ''] as const];
      return items.flatMap(([item, at]) =>
        isObject(item) ? nodesOf(item, pointer(path, name) + at, version) : [],
      );
    });
    return [{ path, node }, ...inner];
  }

  /** What breaks one node of an example. What members of others do is seen with each class, above. */
  function brokenAt(path: string, node: JsonObject, record: JsonObject): Mutation[] {
    const version = detectVersion(record).version as Version;
    const term = classOf(node) ?? '';
    const action = typeof record['action'] === 'string' ? record['action'] : undefined;
    const actions = ontology.actions(classOf(record) ?? '', version);
    return mutationsOf(node, path, { term, version, action, actions }).filter(
      ({ found }) => found.rule !== 'caliper-member',
    );
  }

  const cases = examples.flatMap((record) =>
    nodesOf(record, '', detectVersion(record).version as Version).map((place) => ({ record, ...place })),
  );

  it('is broken at any depth by one of the things that its class must not have, and told so', () => {
    fc.assert(
      fc.property(fc.constantFrom(...cases), fc.nat(), ({ record, path, node }, pick) => {
        const mutations = brokenAt(path, node, record);
        fc.pre(mutations.length > 0);
        expect(missed(record, [mutations[pick % mutations.length]!])).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('is broken by any number of things at once, and each of them is told', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...examples),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 8 }),
        (record, picks, many) => {
          const flat = brokenAt('', record, record).filter(
            ({ path, value }) => path !== '/type' && value !== undefined,
          );
          fc.pre(flat.length > 0);
          const chosen = [...picks.take(many)].map((pick) => flat[pick % flat.length]!);
          const last = [...new Map(chosen.map((mutation) => [mutation.path, mutation])).values()];
          // what may be generated depends on the action: with it broken nothing more is said of that
          const kept = last.some(({ path }) => path === '/action')
            ? last.filter(({ path }) => path === '/action')
            : last;
          const found = validateRecord(kept.reduce(mutated, record)).map(({ path, rule }) => ({
            path,
            rule,
          }));
          for (const mutation of kept) expect(found).toContainEqual(mutation.found);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('an envelope', () => {
  const envelope = anEnvelope([anEvent(), anEntity()]);
  const mutations = mutationsOf(envelope, '', {
    term: 'Envelope',
    version: '1.2',
    action: undefined,
    actions: [],
  });

  it('is broken by each member that is missing, that it must not have, and that holds something else', () => {
    expect(validateEnvelope(envelope)).toEqual([]);
    for (const mutation of mutations) {
      const [first] = validateEnvelope(mutated(envelope, mutation));
      expect({ mutation, found: { path: first?.path, rule: first?.rule } }).toEqual({
        mutation,
        found: mutation.found,
      });
    }
    expect(mutations.length).toBeGreaterThan(40);
  });

  it.each<[string, JsonObject, string, string]>([
    ['holds nothing', { data: [] }, '/data', 'caliper-required'],
    ['is of no version', { dataVersion: 'https://example.edu/ctx' }, '/dataVersion', 'caliper-data-version'],
    [
      'spells its version otherwise',
      { dataVersion: 'https://purl.imsglobal.org/ctx/caliper/v1p2/' },
      '/dataVersion',
      'caliper-data-version',
    ],
    [
      'is of another version than its records',
      { dataVersion: ontology.context('1.1') },
      '/data/0/@context',
      'caliper-data-version',
    ],
    ['holds what is no record', { data: [anEvent(), 7] }, '/data/1', 'caliper-record'],
    ['holds an envelope', { data: [anEnvelope([anEvent()])] }, '/data/0', 'caliper-record'],
    ['holds a list', { data: [[anEvent()]] }, '/data/0', 'caliper-record'],
    [
      'holds a broken record',
      { data: [anEntity(), anEvent({ eventTime: 'now' })] },
      '/data/1/eventTime',
      'caliper-datatype',
    ],
  ])('is told so where it %s', (_, members, path, rule) => {
    const findings = validateEnvelope({ ...envelope, ...members });
    expect(findings[0]).toMatchObject({ path, rule });
  });
});

describe('a context', () => {
  const published = ontology.context('1.2');
  const other = 'https://vendor.example/context';

  it.each<[string, JsonValue | undefined, string, string]>([
    ['missing', undefined, '', 'caliper-context'],
    ['null', null, '/@context', 'caliper-context'],
    ['a number', 7, '/@context', 'caliper-context'],
    ['inline only', { mood: 'https://vendor.example/mood' }, '/@context', 'caliper-context'],
    ['of somebody else', other, '/@context', 'caliper-context'],
    ['with a slash at its end', `${published}/`, '/@context', 'caliper-context'],
    ['by https', published.replace('http:', 'https:'), '/@context', 'caliper-context'],
    ['an empty list', [], '/@context', 'caliper-context'],
    ['a list of somebody else', [other], '/@context', 'caliper-context'],
    ['a list that does not end with it', [published, other], '/@context/0', 'caliper-context-order'],
    ['a list with a number', [7, published], '/@context/0', 'caliper-context'],
    ['spelled otherwise in a list', [other, `${published}/`], '/@context/1', 'caliper-context'],
  ])('that is %s is told of first', (_, context, path, rule) => {
    const { '@context': _own, ...event } = anEvent();
    const record = context === undefined ? event : { '@context': context, ...event };
    expect(validateRecord(record)[0]).toMatchObject({ path, rule });
  });

  it('of 1.1 does not define what its profile extensions brought: each says so', () => {
    const brought = ontology
      .terms('class', '1.1')
      .filter((term) => ontology.extensionContexts(term).length > 0);
    for (const term of brought) {
      const [action] = ontology.isEventType(term) ? ontology.actions(term, '1.1') : [undefined];
      const record = { ...recordOf(term, '1.1', action), '@context': ontology.context('1.1') };
      const finding = { path: '/@context', rule: 'caliper-extension-context' };
      expect(validateRecord(record), term).toEqual([expect.objectContaining(finding)]);
    }
    expect(brought.length).toBeGreaterThan(20);
  });
});

describe('an endpoint configuration', () => {
  it('is broken by each member that is missing, that it must not have, and that holds something else', () => {
    const term = 'EndpointConfiguration';
    const configuration = instanceOf(term, '1.2', { isWhole: true });
    expect(validateConfiguration(configuration)).toEqual([]);
    for (const mutation of mutationsOf(configuration, '', {
      term,
      version: '1.2',
      action: undefined,
      actions: [],
    })) {
      const [first] = validateConfiguration(mutated(configuration, mutation));
      expect({ mutation, found: { path: first?.path, rule: first?.rule } }).toEqual({
        mutation,
        found: mutation.found,
      });
    }
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
      fc.property(json, fc.constantFrom(...CALIPER_VERSIONS), (value, version) => {
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
