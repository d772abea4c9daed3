import type { JsonObject } from '../../src/json/index.ts';

/** A valid Caliper 1.2 event; every call gives one of its own. */
export function anEvent(members: JsonObject = {}): JsonObject {
  return {
    '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p2',
    id: 'urn:uuid:6f0a1d5e-0e1f-4c8b-9a52-0b6c4d7e8f01',
    type: 'NavigationEvent',
    profile: 'ReadingProfile',
    actor: { id: 'https://lms.example.edu/users/1', type: 'Person' },
    action: 'NavigatedTo',
    object: { id: 'https://lms.example.edu/pages/1', type: 'WebPage', name: 'Syllabus' },
    eventTime: '2025-09-01T08:00:00.000Z',
    ...members,
  };
}

/** An id for the nth record of a test. */
export const uuid = (n: number) => `6f0a1d5e-0e1f-4c8b-9a52-${String(n).padStart(12, '0')}`;

/** Valid events with ids of their own. */
export function events(count: number): JsonObject[] {
  return Array.from({ length: count }, (_, n) => anEvent({ id: `urn:uuid:${uuid(n)}` }));
}

/** A valid xAPI statement. */
export function aStatement(members: JsonObject = {}): JsonObject {
  return {
    id: uuid(900),
    actor: { account: { homePage: 'https://lms.example.edu', name: '1' } },
    verb: { id: 'http://adlnet.gov/expapi/verbs/completed', display: { en: 'completed' } },
    object: { id: 'https://lms.example.edu/units/1' },
    timestamp: '2025-09-01T08:00:00.000Z',
    ...members,
  };
}

/** A valid Caliper 1.2 entity. */
export function anEntity(members: JsonObject = {}): JsonObject {
  return {
    '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p2',
    id: 'https://lms.example.edu/users/1',
    type: 'Person',
    name: 'Ada',
    ...members,
  };
}

/** An envelope around records. */
export function anEnvelope(data: readonly JsonObject[]): JsonObject {
  return {
    sensor: 'https://lms.example.edu/sensor',
    sendTime: '2025-09-01T08:00:05.000Z',
    dataVersion: 'http://purl.imsglobal.org/ctx/caliper/v1p2',
    data: [...data],
  };
}
