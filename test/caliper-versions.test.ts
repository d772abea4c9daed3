import { describe, expect, it } from 'vitest';
import {
  contextFor,
  detectVersion,
  fromCurrent,
  openEnvelope,
  recognise,
  toCurrent,
} from '../src/caliper/index.ts';
import { isObject, type JsonObject, type JsonValue } from '../src/json/index.ts';
import { validExamples } from './support/caliper-reference.ts';
import { anEntity, anEvent, aStatement } from './support/records.ts';

const V1P0 = 'http://purl.imsglobal.org/ctx/caliper/v1/Context';
const V1P1 = 'http://purl.imsglobal.org/ctx/caliper/v1p1';
const V1P2 = 'http://purl.imsglobal.org/ctx/caliper/v1p2';
const CLASS = 'http://purl.imsglobal.org/caliper/v1/';

describe('a JSON value', () => {
  it('is recognised for what it is', () => {
    expect(recognise(anEvent())).toBe('event');
    expect(recognise(anEntity())).toBe('describe');
    expect(recognise({ sensor: 's', sendTime: 't', dataVersion: V1P2, data: [] })).toBe('envelope');
  });

  it('is recognised for what it was meant to be, where it breaks rules', () => {
    expect(recognise(anEvent({ type: undefined }))).toBe('event');
    expect(recognise(anEvent({ actor: undefined, '@context': undefined }))).toBe('event');
    expect(recognise(anEvent({ type: 'https://vendor.example.com/Proctored' }))).toBe('event');
    expect(recognise(anEvent({ type: 'Person' }))).toBe('event');
    expect(recognise({ '@context': V1P2, id: 'https://example.edu/1', type: 'Gadget' })).toBe('describe');
    expect(recognise({ sensor: 's', sendTime: 't' })).toBe('envelope');
    expect(recognise({ data: [] })).toBe('envelope');
  });

  it('may be nothing of Caliper', () => {
    const others: unknown[] = [
      null,
      5,
      'text',
      [],
      {},
      aStatement(),
      { id: 'https://example.edu', type: 'Gadget' },
    ];
    for (const other of others) expect(recognise(other)).toBeUndefined();
  });
});

describe('the version of a record', () => {
  const detect = (record: JsonObject, dataVersion?: string) => detectVersion(record, dataVersion);

  it('is told by the last Caliper context', () => {
    expect(detect({ '@context': V1P1 })).toEqual({ version: '1.1', by: 'context' });
    expect(detect({ '@context': `${V1P1}/SurveyProfile-extension` }).version).toBe('1.1');
    expect(detect({ '@context': ['https://example.com/ctx', { a: 'b' }, V1P2] }).version).toBe('1.2');
    expect(detect({ '@context': `${V1P2.replace('http:', 'https:')}/` }).version).toBe('1.2');
    expect(detect({ '@context': V1P1 }, V1P2).version).toBe('1.1');
  });

  it('is told by the envelope, then by the keywords of 1.0, else it is the newest', () => {
    expect(detect({ '@context': { a: 'b' } }, V1P1)).toEqual({ version: '1.1', by: 'dataVersion' });
    expect(detect({ '@type': `${CLASS}ViewEvent` })).toEqual({ version: '1.0', by: 'shape' });
    expect(detect({ type: 'ViewEvent' })).toEqual({ version: '1.2', by: 'default' });
  });
});

describe('an envelope', () => {
  it('opens into its records with their places, kinds and versions', () => {
    const data = [anEvent(), anEntity({ '@context': undefined }), 'text'];
    const { items, ...frame } = openEnvelope({ sensor: 's', sendTime: 5, dataVersion: V1P1, data });
    expect(frame).toEqual({ sensor: 's', sendTime: null, dataVersion: V1P1 });
    expect(items.map(({ path, kind, version }) => [path, kind, version])).toEqual([
      ['/data/0', 'event', '1.2'],
      ['/data/1', 'describe', '1.1'],
      ['/data/2', null, '1.1'],
    ]);
    expect(openEnvelope({ data: 'none' }).items).toEqual([]);
  });
});

const node = (type: string, members: JsonObject = {}): JsonObject => ({
  '@context': V1P0,
  '@id': `https://example.edu/${type}`,
  '@type': `${CLASS}${type}`,
  ...members,
});

const old: JsonObject = {
  '@context': V1P0,
  '@type': `${CLASS}NavigationEvent`,
  actor: node('lis/Person'),
  action: 'http://purl.imsglobal.org/vocab/caliper/v1/action#NavigatedTo',
  object: {
    ...node('VideoObject', { duration: 1420, alignedLearningObjective: [node('LearningObjective')] }),
    isPartOf: { ...node('x'), '@type': 'http://www.idpf.org/epub/vocab/structure/#volume' },
  },
  navigatedFrom: node('WebPage'),
  target: node('MediaLocation', { currentTime: 12.5 }),
  generated: node('Attempt', { actor: 'https://example.edu/users/1', count: 1 }),
  membership: node('lis/Membership', {
    roles: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'],
    status: 'http://purl.imsglobal.org/vocab/lis/v2/status#Active',
  }),
  federatedSession: node('Session', { actor: 'https://example.edu/users/1', duration: 'PT3000S' }),
  extensions: { '@type': 'free', actor: null },
  eventTime: '2015-09-15T10:15:00.000Z',
};

const id = (type: string) => ({ id: `https://example.edu/${type}`, type: type.replace('lis/', '') });

describe('an event of 1.0', () => {
  it('reads as an event of today', () => {
    expect(toCurrent(old, '1.0')).toEqual({
      '@context': V1P0,
      type: 'NavigationEvent',
      actor: id('lis/Person'),
      action: 'NavigatedTo',
      object: {
        ...id('VideoObject'),
        duration: 'PT1420S',
        learningObjectives: [id('LearningObjective')],
        isPartOf: { id: 'https://example.edu/x', type: 'EpubVolume' },
      },
      referrer: id('WebPage'),
      target: { ...id('MediaLocation'), currentTime: 'PT12.5S' },
      generated: { ...id('Attempt'), assignee: 'https://example.edu/users/1', count: 1 },
      membership: { ...id('lis/Membership'), roles: ['Learner'], status: 'Active' },
      federatedSession: { ...id('Session'), user: 'https://example.edu/users/1', duration: 'PT3000S' },
      extensions: { '@type': 'free', actor: null },
      eventTime: '2015-09-15T10:15:00.000Z',
    });
  });

  it('comes back exactly', () => {
    expect(fromCurrent(toCurrent(old, '1.0'), '1.0')).toEqual(old);
  });

  it('loses only members that say nothing', () => {
    const silent = { ...old, name: null, keywords: [], generated: {} };
    const { generated: _, ...told } = old;
    expect(fromCurrent(toCurrent(silent, '1.0'), '1.0')).toEqual(told);
  });

  it('keeps what has no name of today, and what both names are given for', () => {
    const grade = {
      ...node('OutcomeEvent'),
      action: 'https://vendor.example.com/action#Weighed',
      generated: node('Result', { totalScore: 12, curveFactor: 1, actor: 'https://example.edu/users/1' }),
      session: node('Session', { actor: 'https://example.edu/users/1', user: 'https://example.edu/users/2' }),
    };
    expect(toCurrent(grade, '1.0')).toMatchObject({
      type: 'OutcomeEvent',
      action: 'https://vendor.example.com/action#Weighed',
      generated: { resultScore: 12, curveFactor: 1, actor: 'https://example.edu/users/1' },
      session: { actor: 'https://example.edu/users/1', user: 'https://example.edu/users/2' },
    });
  });

  /** The value without members that say nothing. */
  const spoken = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(spoken);
    if (!isObject(value)) return value;
    const told = Object.entries(value).filter(
      ([, v]) => v !== null && v !== undefined && (typeof v !== 'object' || Object.keys(v).length > 0),
    );
    return Object.fromEntries(told.map(([name, v]) => [name, spoken(v!)]));
  };

  const originals = validExamples
    .filter(({ name }) => name.startsWith('v1p0/'))
    .flatMap(({ name, value }) => {
      const data = Array.isArray(value['data']) ? value['data'].filter(isObject) : [value];
      return data.map((event) => ({ name, event }));
    })
    // it writes its context once only
    .filter(({ name }) => !name.endsWith('Minimal.json'));

  it.runIf(originals.length > 0).each(originals)('$name comes back exactly', ({ event }) => {
    expect(fromCurrent(toCurrent(event, '1.0'), '1.0')).toEqual(spoken(event));
  });
});

describe('a record of 1.1 or 1.2', () => {
  it('reads as it is', () => {
    expect(toCurrent(anEvent(), '1.2')).toEqual(anEvent());
    expect(fromCurrent(anEvent(), '1.1')).toEqual(anEvent());
  });

  it('reads with the terms of today where it has IRIs and names of before', () => {
    const event = anEvent({
      type: 'https://purl.imsglobal.org/caliper/NavigationEvent',
      action: 'http://purl.imsglobal.org/caliper/actions/NavigatedTo',
      navigatedFrom: 'https://example.edu/pages/0',
      edApp: null,
    });
    expect(toCurrent(event, '1.1')).toEqual(anEvent({ referrer: 'https://example.edu/pages/0' }));
  });
});

describe('the context to write', () => {
  it('is the one of the version, in 1.1 that of the profile extension', () => {
    const search = { type: 'SearchEvent', action: 'Searched' };
    expect(contextFor('1.0', search)).toBe(V1P0);
    expect(contextFor('1.2', search)).toBe(V1P2);
    expect(contextFor('1.1', search)).toBe(`${V1P1}/SearchProfile-extension`);
    expect(contextFor('1.1', anEvent())).toBe(V1P1);
  });

  it('is an extension for a ToolUseEvent only where it has measures', () => {
    const used = { type: 'ToolUseEvent', action: 'Used' };
    const generated = { type: 'AggregateMeasureCollection', items: [{ type: 'AggregateMeasure' }] };
    expect(contextFor('1.1', used)).toBe(V1P1);
    expect(contextFor('1.1', { ...used, generated })).toBe(`${V1P1}/ToolUseProfile-extension`);
  });
});
