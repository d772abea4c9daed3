import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateEvent } from '../src/caliper/index.ts';
import { isObject, type JsonObject } from '../src/json/index.ts';
import { createCrosswalk, IRI, shippedTables, type Conversion } from '../src/mappings/index.ts';
import { ontology } from '../src/ontology/index.ts';
import { validateStatement } from '../src/xapi/index.ts';
import { statements } from './arbitraries/statements.ts';
import { caliperEvents, xapiStatements } from './support/reference.ts';

const require = createRequire(import.meta.url);
const { default: learningLocker } = require('@learninglocker/xapi-validation') as {
  default: (statement: unknown) => unknown[];
};

const tables = shippedTables();
const crosswalk = createCrosswalk(tables, ontology);
const options = { receivedAt: '2024-05-06T07:08:09.000Z' };

function recordOf(conversion: Conversion): JsonObject {
  if (!conversion.ok) throw new Error(JSON.stringify(conversion.diagnostics));
  return JSON.parse(JSON.stringify(conversion.record)) as JsonObject;
}

/** An event of the type, with an object that it asks for. */
function eventOf(type: string, action: string): JsonObject {
  const [object = 'DigitalResource'] = ontology.range(type, 'object', action);
  return {
    '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p2',
    id: 'urn:uuid:6f0a1d5e-0e1f-4c8b-9a52-0b6c4d7e8f01',
    type,
    actor: { id: 'https://lms.example.edu/users/1', type: 'Person' },
    action,
    object: { id: 'https://lms.example.edu/things/1', type: object },
    eventTime: '2025-09-01T08:00:00.000Z',
  };
}

function withoutResidual(statement: JsonObject): JsonObject {
  const context = statement['context'] as JsonObject;
  const { [IRI.residual]: _residual, ...extensions } = context['extensions'] as JsonObject;
  return { ...statement, context: { ...context, extensions } };
}

describe('a row of the table of actions', () => {
  const pairs = [...new Set(tables.actions.map(({ event, action }) => `${event} ${action}`))];

  it.each(pairs)('is read back as the same event type and action, by its verb and its hint: %s', (pair) => {
    const [type = '', action = ''] = pair.split(' ');
    const statement = withoutResidual(recordOf(crosswalk.toXapi(eventOf(type, action))));
    expect(recordOf(crosswalk.toCaliper(statement))).toMatchObject({ type, action });
  });
});

it('leaves the roles of a group in its membership: only an Agent is a context agent of xAPI 2.0', () => {
  const group = { id: 'https://lms.example.edu/groups/1', type: 'Group' };
  const membership = {
    id: 'https://lms.example.edu/memberships/1',
    type: 'Membership',
    member: 'https://lms.example.edu/groups/1',
    roles: ['Learner'],
  };
  const event = { ...eventOf('GradeEvent', 'Graded'), actor: group, membership };
  const statement = recordOf(crosswalk.toXapi(event, { target: '2.0' }));
  expect(statement).not.toHaveProperty('context.contextAgents');
  expect(validateStatement(statement, { version: '2.0' })).toEqual([]);
  expect(recordOf(crosswalk.toCaliper(statement))).toEqual(event);
});

describe('a row of the table of verbs', () => {
  it('gives an event type an action that it allows, in some version of Caliper', () => {
    const rows = tables.verbs.filter(({ sameAs }) => sameAs === undefined);
    const wrong = rows.filter(({ event, action }) => !ontology.actions(event).includes(action));
    expect(wrong.map(({ row }) => row)).toEqual([]);
    const pairs = new Set(tables.actions.map(({ event, action }) => `${event} ${action}`));
    expect(rows.filter(({ event, action }) => !pairs.has(`${event} ${action}`))).toEqual([]);
  });
});

describe.skipIf(caliperEvents.length === 0)('a statement that Crosswalk makes of an official event', () => {
  it.each(caliperEvents)('is valid for both validators: $name', ({ record }) => {
    const statement = recordOf(crosswalk.toXapi(record));
    expect(validateStatement(statement, { version: '1.0' })).toEqual([]);
    expect(learningLocker(statement)).toEqual([]);
    expect(
      validateStatement(recordOf(crosswalk.toXapi(record, { target: '2.0' })), { version: '2.0' }),
    ).toEqual([]);
  });
});

const faultsOf = (statement: JsonObject, target: '1.1' | '1.2') =>
  validateEvent(recordOf(crosswalk.toCaliper(statement, { ...options, target })));

const irisOf = (kind: 'class' | 'Action') => ontology.terms(kind).map((term) => ontology.iri(term) ?? term);
const verbs = fc.constantFrom(...new Set(tables.verbs.map(({ verb }) => verb)), ...irisOf('Action'));
const types = fc.constantFrom(
  ...tables.activityTypes.map(({ activityType }) => activityType),
  ...irisOf('class'),
);

function typed(activity: JsonObject, type: string): JsonObject {
  const definition = activity['definition'];
  return isObject(definition) ? { ...activity, definition: { ...definition, type } } : activity;
}

/** The statement with activity types of the tables, or Caliper's own, on the activities of its context. */
function inContext(statement: JsonObject, activityTypes: readonly string[]): JsonObject {
  const { context } = statement;
  const lists = isObject(context) ? context['contextActivities'] : undefined;
  if (!isObject(context) || !isObject(lists)) return statement;
  const named = Object.entries(lists).map(([name, list], at) => [
    name,
    Array.isArray(list)
      ? list.map((one) => typed(one as JsonObject, activityTypes[at % activityTypes.length] ?? ''))
      : typed(list as JsonObject, activityTypes[at % activityTypes.length] ?? ''),
  ]);
  return {
    ...statement,
    context: { ...context, contextActivities: Object.fromEntries(named) as JsonObject },
  };
}

const spoken = (version: '1.0' | '2.0') =>
  fc
    .tuple(statements(version), verbs, types, fc.array(types, { minLength: 4, maxLength: 4 }))
    .map(([statement, id, type, others]) => {
      const { object } = statement;
      return inContext(
        {
          ...statement,
          verb: { ...(statement['verb'] as JsonObject), id },
          ...(isObject(object) && { object: typed(object, type) }),
        },
        others,
      );
    });

/** `npm run soak:mappings` makes a hundred thousand cases. */
const RUNS = process.env['CROSSWALK_MAPPING_RUNS'];
const long = (numRuns: number) =>
  RUNS === undefined ? { numRuns, interruptAfterTimeLimit: 15_000 } : { numRuns: Number(RUNS) };
const patience = 30_000 + Number(RUNS ?? 0) * 500;

describe('an event that Crosswalk makes of a statement', () => {
  it.skipIf(xapiStatements.length === 0).each(xapiStatements)('is strictly valid: $name', ({ record }) => {
    expect(faultsOf(record, '1.2')).toEqual([]);
    expect(faultsOf(record, '1.1')).toEqual([]);
  });

  it.each(['1.0', '2.0'] as const)(
    'is strictly valid Caliper 1.2 and 1.1, for any verb and activity type of xAPI %s',
    (version) => {
      fc.assert(
        fc.property(spoken(version), (statement) => {
          expect(faultsOf(statement, '1.2')).toEqual([]);
          expect(faultsOf(statement, '1.1')).toEqual([]);
        }),
        long(300),
      );
    },
    patience,
  );

  const about = (type: string, verb: string, definition: JsonObject = {}): JsonObject => ({
    id: '6f0a1d5e-0e1f-4c8b-9a52-000000000901',
    actor: { mbox: 'mailto:ada@example.edu' },
    verb: { id: verb },
    object: { id: 'https://example.edu/thing', definition: { ...definition, type } },
    timestamp: '2025-09-01T08:00:00.000Z',
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      'a survey, whose items xAPI does not have, is a Questionnaire with a list of none',
      about('http://id.tincanapi.com/activitytype/survey', 'http://activitystrea.ms/submit'),
      { type: 'QuestionnaireEvent', object: { type: 'Questionnaire', items: [] } },
    ],
    [
      'a measure without its metric is what it is a kind of',
      about('http://purl.imsglobal.org/caliper/AggregateMeasure', 'http://activitystrea.ms/save'),
      { object: { type: 'Entity' } },
    ],
    [
      'a place in a stream without its time is a resource where the action demands the time',
      about(
        'http://purl.imsglobal.org/caliper/MediaLocation',
        'http://purl.imsglobal.org/caliper/actions/DisabledClosedCaptioning',
      ),
      { object: { type: 'DigitalResource' } },
    ],
    [
      'a place in a stream without its time is one where the action does not demand it',
      about(
        'http://purl.imsglobal.org/caliper/MediaLocation',
        'http://purl.imsglobal.org/caliper/actions/Bookmarked',
      ),
      { object: { type: 'MediaLocation' } },
    ],
    [
      'a class that Caliper retired is the nearest one that it has',
      about('http://purl.imsglobal.org/caliper/EpubChapter', 'http://activitystrea.ms/save'),
      {
        object: {
          type: 'DigitalResource',
          extensions: {
            'https://w3id.org/crosswalk/activityType': 'http://purl.imsglobal.org/caliper/EpubChapter',
          },
        },
      },
    ],
    [
      'an action that Caliper retired is no action',
      about(
        'http://adlnet.gov/expapi/activities/lesson',
        'http://purl.imsglobal.org/caliper/actions/Replied',
      ),
      { type: 'Event', action: 'Used' },
    ],
  ])('says only what the version has: %s', (_, statement, expected) => {
    const event = recordOf(crosswalk.toCaliper(statement));
    expect(event).toMatchObject(expected);
    expect(validateEvent(event)).toEqual([]);
    expect(recordOf(crosswalk.toXapi(event))).toEqual(statement);
  });

  it('leaves with the statement what the class of its object has no member for', () => {
    const statement: JsonObject = {
      id: '6f0a1d5e-0e1f-4c8b-9a52-000000000900',
      actor: { mbox: 'mailto:ada@example.edu' },
      verb: { id: 'http://adlnet.gov/expapi/verbs/experienced' },
      object: {
        id: 'https://example.edu/goal',
        definition: { type: 'http://adlnet.gov/expapi/activities/objective' },
      },
      context: {
        revision: '2',
        contextActivities: {
          parent: [{ id: 'https://example.edu/unit', definition: { name: { en: 'Unit' } } }],
        },
      },
      timestamp: '2025-09-01T08:00:00.000Z',
    };
    const event = recordOf(crosswalk.toCaliper(statement));
    expect(event['object']).not.toHaveProperty('version');
    expect(event['object']).not.toHaveProperty('isPartOf');
    expect(recordOf(crosswalk.toXapi(event))).toEqual(statement);
  });
});
