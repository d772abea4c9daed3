import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../src/json/index.ts';
import { createCrosswalk, shippedTables } from '../src/mappings/index.ts';
import { ontology } from '../src/ontology/index.ts';

const crosswalk = createCrosswalk(shippedTables(), ontology);

const event: JsonObject = {
  '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p2',
  id: 'urn:uuid:1c519ff7-3dfa-4764-be48-d2fb35a2925a',
  type: 'Event',
  actor: { id: 'https://lms.example.org/users/u-1', type: 'Person' },
  action: 'Created',
  object: { id: 'https://lms.example.org/notes/1', type: 'Document' },
  eventTime: '2024-03-04T10:15:00.000Z',
};

const statement: JsonObject = {
  actor: { objectType: 'Agent', mbox: 'mailto:learner@example.org' },
  verb: { id: 'https://vendor.example/verbs/teleported' },
  object: {
    objectType: 'Activity',
    id: 'https://vendor.example/places/1',
    definition: { type: 'https://vendor.example/types/place' },
  },
  timestamp: '2024-03-04T10:15:00.000Z',
};

const codesOf = (conversion: { diagnostics: readonly { code: string; term?: string }[] }) =>
  conversion.diagnostics.map(({ code, term }) => [code, term]);

describe('nothing falls back in silence', () => {
  it('names a verb that no table has, and keeps it with the event', () => {
    const conversion = crosswalk.toCaliper(statement);
    expect(codesOf(conversion)).toContainEqual(['fallback', 'https://vendor.example/verbs/teleported']);
    expect(conversion).toMatchObject({
      record: {
        type: 'Event',
        action: 'Used',
        object: {
          type: 'Entity',
          extensions: { 'https://w3id.org/crosswalk/activityType': 'https://vendor.example/types/place' },
        },
        extensions: { 'https://w3id.org/crosswalk/verb': 'https://vendor.example/verbs/teleported' },
      },
    });
  });

  it('names an activity type that no table has', () => {
    expect(codesOf(crosswalk.toCaliper(statement))).toContainEqual([
      'fallback',
      'https://vendor.example/types/place',
    ]);
  });

  it('says where a verb was reviewed and found without counterpart', () => {
    const conversion = crosswalk.toCaliper({
      ...statement,
      verb: { id: 'http://adlnet.gov/expapi/verbs/attended' },
    });
    expect(codesOf(conversion)).toContainEqual(['no-term', 'http://adlnet.gov/expapi/verbs/attended']);
  });

  it('says where an event type borrows the general row of its action', () => {
    const conversion = crosswalk.toXapi({ ...event, type: 'AssessmentEvent', action: 'Tagged' });
    expect(codesOf(conversion)).toContainEqual(['fallback', 'AssessmentEvent/Tagged']);
  });

  it('carries an action and an event type that nobody knows, and returns them', () => {
    const odd = { ...event, type: 'TeleportEvent', action: 'Teleported' };
    const there = crosswalk.toXapi(odd);
    expect(there).toMatchObject({
      record: {
        verb: { id: 'http://purl.imsglobal.org/caliper/actions/Teleported', display: { en: 'Teleported' } },
      },
    });
    expect(codesOf(there)).toContainEqual(['fallback', 'TeleportEvent']);
    expect(there.ok && crosswalk.toCaliper(there.record)).toMatchObject({ record: odd });
  });

  it('maps a class without a row of its own as its superclass, with the class as a hint', () => {
    const frame = crosswalk.toXapi({
      ...event,
      object: { id: 'https://lms.example.org/volumes/1', type: 'EpubVolume' },
    });
    expect(frame).toMatchObject({
      record: { object: { definition: { extensions: { 'https://w3id.org/crosswalk/type': 'EpubVolume' } } } },
    });
  });

  it('lowers an event whose actor its type does not allow, and says so', () => {
    const group = { objectType: 'Group', account: { homePage: 'https://lms.example.org', name: 'g' } };
    const video = {
      objectType: 'Activity',
      id: 'https://media.example.org/1',
      definition: { type: 'https://w3id.org/xapi/video/activity-type/video' },
    };
    const conversion = crosswalk.toCaliper({
      ...statement,
      actor: group,
      verb: { id: 'https://w3id.org/xapi/video/verbs/paused' },
      object: video,
    });
    expect(conversion).toMatchObject({ record: { type: 'Event', action: 'Paused' } });
    expect(codesOf(conversion)).toContainEqual(['range', 'MediaEvent']);
  });
});

describe('what cannot be understood is refused with the place', () => {
  it.each([
    ['an event without an actor', { ...event, actor: undefined }, 'not-an-event', '/actor'],
    ['an event without a time', { ...event, eventTime: undefined }, 'missing-time', '/eventTime'],
    ['an event whose time is none', { ...event, eventTime: 'yesterday' }, 'missing-time', '/eventTime'],
  ])('%s', (_title, record, code, path) => {
    expect(crosswalk.toXapi(record as JsonObject)).toMatchObject({
      ok: false,
      diagnostics: [{ code, path }],
    });
  });

  it.each([
    ['a statement without a verb', { ...statement, verb: undefined }, 'not-a-statement', '/verb'],
    [
      'a statement of a version to come',
      { ...statement, version: '3.0.0' },
      'unsupported-version',
      '/version',
    ],
    ['an agent that nothing identifies', { ...statement, actor: { name: 'Maria' } }, 'no-ifi', '/actor'],
    ['a statement without any time', { ...statement, timestamp: undefined }, 'missing-time', '/timestamp'],
  ])('%s', (_title, record, code, path) => {
    expect(crosswalk.toCaliper(record as JsonObject)).toMatchObject({
      ok: false,
      diagnostics: [{ code, path }],
    });
  });
});

describe('a conversion', () => {
  it('is the same every time, and takes a missing time from storage or receipt without claiming it', () => {
    const { timestamp: _timestamp, ...untimed } = statement;
    const receivedAt = '2024-05-06T07:08:09.123Z';
    const first = crosswalk.toCaliper(untimed, { receivedAt });
    expect(JSON.stringify(first)).toBe(
      JSON.stringify(crosswalk.toCaliper(structuredClone(untimed), { receivedAt })),
    );
    expect(first).toMatchObject({ record: { eventTime: receivedAt } });
    expect(first.ok && crosswalk.toXapi(first.record)).toMatchObject({ record: untimed });
    expect(first.ok && crosswalk.toXapi(first.record)).not.toHaveProperty('record.timestamp');
  });

  it('derives the same statement id from the same event id, and from the content of an event without one', () => {
    const { id: _id, ...unnamed } = event;
    const ids = [unnamed, structuredClone(unnamed)].map((record) => crosswalk.toXapi(record));
    expect(ids[0]).toEqual(ids[1]);
    expect(crosswalk.toXapi({ ...event, id: 'event-17' })).toMatchObject({
      record: { id: '1066dc04-be08-5df1-a37c-4ea0adc28372' },
    });
  });

  it('returns a statement whose id is none, as it was', () => {
    for (const id of ['17', { not: 'an id' }]) {
      const there = crosswalk.toCaliper({ ...statement, id });
      expect(there.ok && crosswalk.toXapi(there.record)).toMatchObject({
        ok: true,
        record: { ...statement, id },
      });
    }
  });

  it('writes context agents and groups for xAPI 2.0, and returns from them', () => {
    const group = { id: 'https://lms.example.org/teams/1', type: 'Group' };
    const membership = {
      id: 'https://lms.example.org/rosters/1',
      type: 'Membership',
      member: 'https://lms.example.org/users/u-1',
      roles: ['Learner'],
    };
    const there = crosswalk.toXapi({ ...event, group, membership }, { target: '2.0' });
    expect(there).toMatchObject({
      record: {
        context: {
          contextAgents: [
            {
              objectType: 'contextAgent',
              relevantTypes: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'],
            },
          ],
          contextGroups: [{ objectType: 'contextGroup', relevantTypes: ['http://activitystrea.ms/group'] }],
        },
      },
    });
    expect(there.ok && crosswalk.toCaliper(there.record)).toMatchObject({
      record: { ...event, group, membership },
    });
  });

  it('says which row wrote what, where it is asked to', () => {
    const conversion = crosswalk.toXapi(event, { trace: true });
    expect(conversion.ok && conversion.trace).toContainEqual({
      row: 'T-ACT:Event/Created',
      from: '/action',
      to: '/verb/id',
    });
    expect(conversion.ok && conversion.trace).toContainEqual({
      row: 'F:object',
      from: '/object',
      to: '/object',
    });
  });
});

describe('a describe', () => {
  it('is kept by an LRS as a document of the agent or the activity', () => {
    expect(crosswalk.toDocument({ id: 'https://lms.example.org/users/u-1', type: 'Person' })).toEqual({
      resource: 'agents/profile',
      parameters: {
        agent: '{"objectType":"Agent","account":{"homePage":"https://lms.example.org","name":"u-1"}}',
      },
      profileId: 'https://w3id.org/crosswalk/describe',
    });
    expect(
      crosswalk.toDocument({ id: 'https://lms.example.org/courses/1', type: 'CourseSection' }),
    ).toMatchObject({
      resource: 'activities/profile',
      parameters: { activityId: 'https://lms.example.org/courses/1' },
    });
    expect(crosswalk.toDocument({ type: 'SystemIdentifier' })).toBeNull();
  });
});
