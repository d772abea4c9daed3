import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../src/json/index.ts';
import { compileEngine } from '../src/mappings/engine.ts';
import { applyDifference } from '../src/mappings/residual/apply.ts';
import { differenceOf } from '../src/mappings/residual/diff.ts';
import type { State } from '../src/mappings/state.ts';
import { shippedTables } from '../src/mappings/index.ts';
import { caliperKey, xapiKey } from '../src/mappings/transforms/keys.ts';
import { makeTransform, transformNames } from '../src/mappings/transforms/index.ts';
import { ontology } from '../src/ontology/index.ts';
import { agents, iris, jsonValues, timestamps } from './arbitraries/statements.ts';

const engine = compileEngine(shippedTables(), ontology);

function stateFor(direction: State['direction'], parts: Partial<State> = {}): State {
  const uuid = '3f1b6c52-8d0a-4b7e-9c55-0d1e2f3a4b5c';
  return {
    direction,
    event: {
      type: 'Event',
      action: 'Used',
      object: { id: 'https://example.org/videos/1', type: 'VideoObject' },
    },
    statement: { object: { objectType: 'Activity', id: 'https://example.org/videos/1' } },
    origin: 'caliper',
    returning: true,
    target: '1.0',
    uuid,
    options: {},
    taken: new Set(),
    diagnostics: [],
    trace: [],
    ...parts,
  };
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as JsonValue;

/** Whatever the transform accepts of an event's value comes back from the statement's. */
function shouldReturnFromStatement(cell: string, values: Arbitrary<JsonValue>): void {
  const transform = makeTransform(cell, engine);
  fc.assert(
    fc.property(values, (value) => {
      const there = transform?.get(value, stateFor('c2x'));
      fc.pre(there !== undefined);
      expect(transform?.put(plain(there), stateFor('x2c'))).toEqual(value);
    }),
  );
}

/** Whatever the transform accepts of a statement's value comes back from the event's. */
function shouldReturnFromEvent(cell: string, values: Arbitrary<JsonValue>): void {
  const transform = makeTransform(cell, engine);
  fc.assert(
    fc.property(values, (value) => {
      const there = transform?.put(value, stateFor('x2c'));
      fc.pre(there !== undefined);
      expect(transform?.get(plain(there), stateFor('c2x'))).toEqual(value);
    }),
  );
}

const milliseconds = fc.nat(100_000_000).map((number) => number / 1000);
const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const uuids = fc.uuid({ version: 4 });
const locations = milliseconds.map((seconds) => ({ seconds }));

describe('a transform gives back what it accepts', () => {
  it.each<[string, Arbitrary<JsonValue>]>([
    ['copy', jsonValues],
    ['rest', jsonValues],
    ['uuid', uuids.map((uuid) => `urn:uuid:${uuid}`)],
    ['uuid4', uuids.map((uuid) => `urn:uuid:${uuid}`)],
    [
      'instant',
      fc
        .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
    ],
    [
      'join',
      fc.array(
        words.filter((word) => !word.includes('[') && !word.includes(']') && !word.includes(',')),
        { minLength: 1 },
      ),
    ],
    ['number', fc.integer().map(String)],
    [
      'agent',
      fc
        .tuple(iris, fc.constantFrom('Person', 'SoftwareApplication', 'Organization'))
        .map(([id, type]) => ({ id, type })),
    ],
    [
      'session(Session)',
      words.map((word) => ({
        id: `https://w3id.org/crosswalk/session/${encodeURIComponent(word.toWellFormed())}`,
        type: 'Session',
      })),
    ],
    ['session-uuid(Session)', uuids.map((uuid) => ({ id: `urn:uuid:${uuid}`, type: 'Session' }))],
    ['profile', fc.constantFrom(...ontology.terms('Profile', '1.2'))],
    [
      'class',
      fc.constantFrom(...ontology.terms('class', '1.2').filter((term) => ontology.isEventType(term))),
    ],
  ])('%s, from the event and back', shouldReturnFromStatement);

  it.each<[string, Arbitrary<JsonValue>]>([
    ['uuid', uuids],
    ['uuid4', uuids],
    ['seconds', milliseconds],
    ['location(MediaLocation)', locations.map(({ seconds }) => seconds)],
    ['number', fc.integer()],
    ['join', words],
    ['platform(SoftwareApplication)', words],
    ['session(Session)', words.map((word) => word.toWellFormed())],
    ['session-uuid(Session)', uuids],
    ['agent', agents],
  ])('%s, from the statement and back', (cell, values) => {
    if (cell === 'agent') return shouldKeepIdentity(values);
    shouldReturnFromEvent(cell, values);
  });

  it('seconds, to the millisecond, in whatever form the duration was written', () => {
    const transform = makeTransform('seconds', engine);
    expect(transform?.get('PT01M35.5S', stateFor('c2x'))).toBe(95.5);
    expect(transform?.put(95.5, stateFor('x2c'))).toBe('PT1M35.5S');
    expect(transform?.get('P1M', stateFor('c2x'))).toBeUndefined();
  });

  it('instant, as the same moment in Caliper’s form', () => {
    const transform = makeTransform('instant', engine);
    expect(transform?.put('2024-03-04T11:17:30.2509+01:00', stateFor('x2c'))).toBe(
      '2024-03-04T10:17:30.250Z',
    );
    fc.assert(
      fc.property(timestamps, (timestamp) => {
        const time = transform?.put(timestamp, stateFor('x2c'));
        expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      }),
    );
  });
});

/** An openid, and a home page with a trailing slash, are written in another form; the agent stays the same agent. */
function shouldKeepIdentity(values: Arbitrary<JsonValue>): void {
  fc.assert(
    fc.property(values, (value) => {
      const entity = engine.agents.entityOf(value);
      fc.pre(entity !== undefined);
      const agent = engine.agents.agentOf(plain(entity)) ?? null;
      expect(engine.agents.entityOf(agent)).toEqual(entity);
    }),
  );
}

describe('an extension key', () => {
  it('comes back whatever it is, and is an IRI in the statement', () => {
    fc.assert(
      fc.property(
        fc.oneof(words, iris, fc.constantFrom('__proto__', 'https://w3id.org/crosswalk/verb')),
        (key) => {
          const written = xapiKey(key.toWellFormed());
          expect(written).toMatch(/^[a-z][a-z0-9+.-]*:\S+$/i);
          expect(caliperKey(written)).toBe(key.toWellFormed());
        },
      ),
    );
  });
});

describe('a difference', () => {
  const objects = fc
    .dictionary(fc.oneof(words, fc.constantFrom('id', 'name', 'extensions')), jsonValues, {
      maxKeys: 5,
      noNullPrototype: true,
    })
    .map(plain) as Arbitrary<JsonObject>;

  it('laid over the native side gives the original, whatever both are', () => {
    fc.assert(
      fc.property(objects, objects, (native, original) => {
        const kept = structuredClone(native);
        const { value, stale } = applyDifference(native, differenceOf(native, original));
        expect(value).toEqual(original);
        expect(stale).toEqual([]);
        expect(native).toEqual(kept);
      }),
      { numRuns: 500 },
    );
  });

  it('is empty where nothing differs', () => {
    fc.assert(
      fc.property(objects, (native) => {
        expect(differenceOf(native, structuredClone(native))).toEqual({});
      }),
    );
  });
});

describe('the list of transforms', () => {
  it('is closed: a name that is not in it makes none', () => {
    expect(makeTransform('lambda(x)', engine)).toBeUndefined();
    expect(transformNames).toContain('activity');
  });
});
