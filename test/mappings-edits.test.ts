import { describe, expect, it } from 'vitest';
import { valueAt, type JsonObject, type JsonValue } from '../src/json/index.ts';
import { createCrosswalk, shippedTables, type Conversion } from '../src/mappings/index.ts';
import { ontology } from '../src/ontology/index.ts';

const crosswalk = createCrosswalk(shippedTables(), ontology);

const learner = { id: 'https://lms.example.org/users/u-1', type: 'Person', description: 'a learner' };
const video = { id: 'https://media.example.org/videos/42', type: 'VideoObject', duration: 'PT12M30S' };

const paused: JsonObject = {
  '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p2',
  id: 'urn:uuid:1c519ff7-3dfa-4764-be48-d2fb35a2925a',
  type: 'MediaEvent',
  profile: 'MediaProfile',
  actor: learner,
  action: 'Paused',
  object: video,
  target: {
    id: 'https://media.example.org/videos/42?t=95.5',
    type: 'MediaLocation',
    currentTime: 'PT01M35.5S',
  },
  eventTime: '2024-03-04T10:15:00Z',
};

const graded: JsonObject = {
  ...paused,
  type: 'GradeEvent',
  profile: 'GradingProfile',
  actor: { id: 'https://lms.example.org/users/t-20', type: 'Person' },
  action: 'Graded',
  object: {
    id: 'https://lms.example.org/attempts/700',
    type: 'Attempt',
    assignee: learner,
    assignable: { id: 'https://lms.example.org/quizzes/3', type: 'Assessment' },
  },
  generated: {
    id: 'https://lms.example.org/scores/1',
    type: 'Score',
    scoreGiven: 15,
    maxScore: 20,
    comment: 'Good.',
  },
};

function converted(conversion: Conversion): JsonObject {
  if (!conversion.ok) throw new Error(JSON.stringify(conversion.diagnostics));
  return structuredClone(conversion.record);
}

/** Writes one member, the way a tool between the two conversions might. */
function write(record: JsonObject, path: readonly (string | number)[], value: JsonValue): void {
  const parent = path
    .slice(0, -1)
    .reduce<JsonValue>((inner, step) => (inner as JsonObject)[step] as JsonValue, record);
  (parent as JsonObject)[path.at(-1) as string] = value;
}

function edited(
  event: JsonObject,
  ...edits: readonly [readonly (string | number)[], JsonValue][]
): Conversion {
  const statement = converted(crosswalk.toXapi(event));
  for (const [path, value] of edits) write(statement, path, value);
  return crosswalk.toCaliper(statement);
}

describe('a statement that is changed before it returns as an event', () => {
  it('keeps a new position, and drops the old location with its odd form', () => {
    const back = converted(
      edited(paused, [['result', 'extensions', 'https://w3id.org/xapi/video/extensions/time'], 120]),
    );
    expect(back['target']).toEqual({ id: `${video.id}#t=120`, type: 'MediaLocation', currentTime: 'PT2M' });
  });

  it('keeps a new actor, and drops what was stored about the old one, saying so', () => {
    const back = edited(paused, [['actor', 'account', 'name'], 'u-2']);
    expect(converted(back)['actor']).toEqual({ id: 'https://lms.example.org/users/u-2', type: 'Person' });
    expect(back.diagnostics).toContainEqual(
      expect.objectContaining({ code: 'residual-stale', path: '/actor/description' }),
    );
  });

  it('takes the action from a new verb and keeps the target', () => {
    const back = converted(edited(paused, [['verb', 'id'], 'https://w3id.org/xapi/video/verbs/played']));
    expect(back['action']).toBe('Resumed');
    expect(back['target']).toEqual(paused['target']);
  });

  it('keeps a new score with the comment and the grader, and the stale share for inspection', () => {
    const back = converted(edited(graded, [['result', 'score', 'raw'], 16]));
    expect(back['generated']).toEqual({ ...(graded['generated'] as JsonObject), scoreGiven: 16 });
    expect(valueAt(back, '/extensions/https:~1~1w3id.org~1crosswalk~1result')).toEqual({
      score: { scaled: 0.75 },
    });
  });

  it('keeps a completion that someone added', () => {
    const statement = converted(crosswalk.toXapi(paused));
    write(statement, ['result', 'completion'], true);
    const back = converted(crosswalk.toCaliper(statement));
    expect(valueAt(back, '/extensions/https:~1~1w3id.org~1crosswalk~1result')).toEqual({ completion: true });
  });

  it('is not disturbed by what an LRS adds or may rewrite', () => {
    const back = edited(
      paused,
      [['stored'], '2024-03-04T10:15:02.000Z'],
      [['version'], '1.0.3'],
      [['authority'], { objectType: 'Agent', mbox: 'mailto:lrs@example.org' }],
      [['timestamp'], '2024-03-04T10:15:00.000Z'],
    );
    expect(converted(back)).toEqual(paused);
  });

  it('comes back natively where someone took the residual off', () => {
    const statement = converted(crosswalk.toXapi(paused));
    delete ((statement['context'] as JsonObject)['extensions'] as JsonObject)[
      'https://w3id.org/crosswalk/residual'
    ];
    const back = crosswalk.toCaliper(statement);
    expect(converted(back)).toMatchObject({ type: 'MediaEvent', action: 'Paused', object: video });
    expect(back.diagnostics).toContainEqual(expect.objectContaining({ code: 'residual-missing' }));
  });
});

const answered: JsonObject = {
  id: '3f1b6c52-8d0a-4b7e-9c55-0d1e2f3a4b5c',
  actor: { mbox: 'mailto:learner@example.org' },
  verb: { id: 'http://adlnet.gov/expapi/verbs/answered', display: { 'en-GB': 'answered' } },
  object: {
    id: 'https://lms.example.org/items/1',
    definition: {
      name: { en: 'Colours', de: 'Farben' },
      type: 'http://adlnet.gov/expapi/activities/cmi.interaction',
      interactionType: 'fill-in',
    },
  },
  result: { response: 'red', success: true },
  timestamp: '2024-03-04T11:17:30.25+01:00',
};

describe('an event that is changed before it returns as a statement', () => {
  it('files an edited name under the language that it was picked from, and keeps the others', () => {
    const event = converted(crosswalk.toCaliper(answered));
    write(event, ['object', 'name'], 'Colors');
    const back = converted(crosswalk.toXapi(event));
    expect(valueAt(back, '/object/definition/name')).toEqual({ en: 'Colors', de: 'Farben' });
  });

  it('keeps an edited answer', () => {
    const event = converted(crosswalk.toCaliper(answered));
    write(event, ['generated', 'values'], ['red', 'green']);
    expect(converted(crosswalk.toXapi(event))['result']).toEqual({ response: 'red[,]green', success: true });
  });

  it('keeps an edited time, in the form that it was given', () => {
    const event = converted(crosswalk.toCaliper(answered));
    write(event, ['eventTime'], '2024-03-05T00:00:00.000Z');
    expect(converted(crosswalk.toXapi(event))['timestamp']).toBe('2024-03-05T00:00:00.000Z');
  });
});
