import { describe, expect, it } from 'vitest';
import {
  recognise,
  validateEnvelope,
  validateFrame,
  validateRecord,
  validateText,
} from '../src/caliper/index.ts';
import {
  isObject,
  steps,
  valueAt,
  type Finding,
  type JsonObject,
  type JsonValue,
} from '../src/json/index.ts';
import { anEvent } from './support/records.ts';
import { invalidExamples, isReferencePresent, validExamples } from './support/caliper-reference.ts';

const V1P0 = 'http://purl.imsglobal.org/ctx/caliper/v1/Context';
const V1P1 = 'http://purl.imsglobal.org/ctx/caliper/v1p1';
const V1P2 = 'http://purl.imsglobal.org/ctx/caliper/v1p2';
const PERSON = { id: 'https://example.edu/users/1', type: 'Person' };
const TOOL = { id: 'https://example.edu/tool', type: 'SoftwareApplication' };

const validate = (value: JsonObject): Finding[] =>
  recognise(value) === 'envelope' ? validateEnvelope(value) : validateRecord(value);

const places = (findings: readonly Finding[]) => findings.map(({ path, rule }) => `${path} ${rule}`);

/** The record breaks these rules and no other, none of them so that it cannot be understood. */
function shouldDeviate(record: JsonObject, ...expected: string[]): Finding[] {
  const findings = validateRecord(record);
  expect(places(findings)).toEqual(expected);
  expect(findings.filter(({ fatal }) => fatal)).toEqual([]);
  return findings;
}

/** The record cannot be understood, for a reason that stands at this place. */
function shouldRefuse(record: JsonObject, expected: string): void {
  expect(places(validateRecord(record).filter(({ fatal }) => fatal))).toContain(expected);
}

const anEntity = (members: JsonObject): JsonObject => ({
  '@context': V1P2,
  id: 'https://example.edu/things/1',
  type: 'DigitalResource',
  ...members,
});

/** A copy of a document without the value that a pointer names. */
function without(document: JsonValue, path: string): JsonValue {
  const copy = structuredClone(document);
  const last = steps(path).at(-1) ?? '';
  const parent = valueAt(copy, path.slice(0, path.lastIndexOf('/')));
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isObject(parent)) delete parent[last];
  return copy;
}

describe.skipIf(!isReferencePresent)('the official examples', () => {
  it.each(validExamples)('$name is valid', ({ value }) => {
    expect(validate(value)).toEqual([]);
  });

  it.each(invalidExamples)('$name is invalid, and the pointer leads to its one fault', ({ value }) => {
    // two of them are parts of an entity, which is a fault of its own where they stand alone
    const faults = (record: JsonValue) =>
      validateRecord(record).filter(({ rule }) => rule !== 'caliper-type');
    const found = faults(value);
    expect(valueAt(value, found[0]!.path)).toBeDefined();
    const mended = found.reduceRight<JsonValue>(
      (document, { path }) => (path === '' ? document : without(document, path)),
      value,
    );
    expect(faults(mended).filter(({ rule }) => rule !== 'caliper-required')).toEqual([]);
  });
});

describe('an event', () => {
  it('is valid where it keeps every rule', () => shouldDeviate(anEvent()));

  it.each(['type', 'actor', 'action', 'object', 'eventTime'])('cannot be understood without %s', (name) => {
    shouldRefuse(anEvent({ [name]: undefined }), ' caliper-required');
    shouldRefuse(anEvent({ [name]: null }), `/${name} caliper-required`);
  });

  it('cannot be understood where a member that it needs cannot be read', () => {
    shouldRefuse(anEvent({ actor: 5 }), '/actor caliper-range');
    shouldRefuse(anEvent({ actor: {} }), '/actor caliper-required');
    shouldRefuse(anEvent({ object: [] }), '/object caliper-range');
    shouldRefuse(anEvent({ action: ['NavigatedTo'] }), '/action caliper-action');
    shouldRefuse(anEvent({ eventTime: 1756713600 }), '/eventTime caliper-datatype');
    shouldRefuse(anEvent({ eventTime: '2025-02-30T08:00:00.000Z' }), '/eventTime caliper-datatype');
    shouldRefuse(anEvent({ type: 'Person' }), '/type caliper-type');
  });

  it('is understood with a time in another form, or an id that is no UUID', () => {
    shouldDeviate(anEvent({ eventTime: '2025-09-01T10:00:00+02:00' }), '/eventTime caliper-datatype');
    shouldDeviate(anEvent({ id: 'event-1' }), '/id caliper-event-id');
    shouldDeviate(anEvent({ id: undefined }), ' caliper-required');
  });

  it('keeps what cannot be understood fatal behind any number of other faults', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`vendor${n}`, n]));
    const findings = validateRecord({ ...many, ...anEvent({ action: 5 }) });
    expect(findings.length).toBeLessThan(202);
    expect(places(findings.filter(({ fatal }) => fatal))).toEqual(['/action caliper-required']);
  });

  it('may name its entities by IRI, by blank node, or as anonymous', () => {
    shouldDeviate(
      anEvent({
        actor: { id: 'http://purl.imsglobal.org/caliper/Person', type: 'Person' },
        object: '_:page',
        edApp: 'https://example.edu/tool',
        membership: 'urn:uuid:6f0a1d5e-0e1f-4c8b-9a52-0b6c4d7e8f01',
      }),
    );
    shouldDeviate(anEvent({ edApp: 'the tool' }), '/edApp caliper-iri');
    shouldDeviate(anEvent({ actor: 'user 1' }), '/actor caliper-iri');
  });

  it('may only hold entities that its type allows in a slot', () => {
    const [finding] = shouldDeviate(anEvent({ actor: TOOL }), '/actor caliper-range');
    expect(finding?.message).toBe(
      'an object of type SoftwareApplication cannot stand here; it must be Person or a subtype of it',
    );
  });

  it('may only have an action that its type allows', () => {
    const [finding] = shouldDeviate(anEvent({ action: 'Viewed' }), '/action caliper-action');
    expect(finding?.message).toBe('action is "Viewed"; it must be NavigatedTo');
    shouldDeviate(anEvent({ action: 'Teleported' }), '/action caliper-action');
    shouldDeviate(
      anEvent({ action: 'http://purl.imsglobal.org/caliper/actions/NavigatedTo' }),
      '/action caliper-action',
    );
  });

  it('may have an action in the spellings of all sources', () => {
    const video = { id: 'https://example.edu/videos/1', type: 'VideoObject' };
    for (const action of ['EnabledClosedCaptioning', 'EnabledCloseCaptioning']) {
      shouldDeviate(anEvent({ type: 'MediaEvent', profile: 'MediaProfile', action, object: video }));
    }
  });

  it('holds what its action asks for', () => {
    const page = { id: 'https://example.edu/pages/2', type: 'Page' };
    const managed = { type: 'ResourceManagementEvent', profile: 'ResourceManagementProfile', object: page };
    shouldDeviate(anEvent({ ...managed, action: 'Printed' }));
    shouldDeviate(anEvent({ ...managed, action: 'Copied' }), ' caliper-required');
    const target = { id: 'https://example.edu/videos/1#t', type: 'MediaLocation' };
    const video = { id: 'https://example.edu/videos/1', type: 'VideoObject' };
    const media = { type: 'MediaEvent', profile: 'MediaProfile', object: video, target };
    shouldDeviate(anEvent({ ...media, action: 'Started' }));
    shouldDeviate(anEvent({ ...media, action: 'JumpedTo' }), '/target caliper-required');
    const session = { type: 'SessionEvent', profile: 'SessionProfile', action: 'TimedOut' };
    const ended = { id: 'https://example.edu/sessions/1', type: 'Session' };
    shouldDeviate(anEvent({ ...session, actor: TOOL, object: ended }));
    shouldDeviate(
      anEvent({ ...session, actor: PERSON, object: TOOL }),
      '/actor caliper-range',
      '/object caliper-range',
    );
    const launch = { type: 'ToolLaunchEvent', profile: 'ToolLaunchProfile', object: TOOL };
    shouldDeviate(anEvent({ ...launch, action: 'Returned' }));
    shouldDeviate(anEvent({ ...launch, action: 'Launched' }), ' caliper-required');
  });

  it('of a type that a vendor made is understood, and is a deviation', () => {
    const type = 'https://vendor.example.com/events/Proctored';
    shouldDeviate(anEvent({ type, action: 'Started' }), '/type caliper-unknown-type');
  });

  it('keeps members of its own in extensions, or defines them by a context of its own', () => {
    shouldDeviate(anEvent({ extensions: { anything: [null, { id: 5 }] } }));
    shouldDeviate(anEvent({ mood: 'fine' }), '/mood caliper-member');
    shouldDeviate(anEvent({ '@context': [{ mood: 'https://vendor.example.com/mood' }, V1P2], mood: 'fine' }));
    const own = [
      { mood: 'https://vendor.example.com/mood', Gadget: 'https://vendor.example.com/Gadget' },
      V1P2,
    ];
    const thing = (type: string) =>
      anEvent({
        type: 'Event',
        action: 'Used',
        profile: undefined,
        '@context': own,
        object: { id: '_:1', type },
      });
    shouldDeviate(thing('Gadget'));
    shouldDeviate(thing('Widget'), '/object/type caliper-unknown-type');
  });

  it('has null only where there is no format to keep', () => {
    shouldDeviate(
      anEvent({ object: { id: 'https://example.edu/1', type: 'Page', name: null, keywords: null } }),
    );
    const object = { id: 'https://example.edu/1', type: 'Page', isPartOf: null, dateCreated: null };
    shouldDeviate(
      anEvent({ object }),
      '/object/isPartOf caliper-range',
      '/object/dateCreated caliper-datatype',
    );
  });

  it('nests no deeper than a limit', () => {
    let object: JsonObject = { id: 'https://example.edu/1', type: 'Page' };
    for (let depth = 0; depth < 80; depth += 1)
      object = { id: 'https://example.edu/1', type: 'Page', isPartOf: object };
    expect(validateRecord(anEvent({ object })).map(({ rule }) => rule)).toEqual(['caliper-depth']);
  });

  it('holds members with the names of an object of JavaScript', () => {
    const event = JSON.parse(
      `{"__proto__": {"a": 1}, "constructor": 1, "action": {"toString": 2}}`,
    ) as JsonObject;
    const found = places(validateRecord(event));
    expect(found).toContain('/__proto__ caliper-member');
    expect(found).toContain('/constructor caliper-member');
  });
});

describe('an entity', () => {
  it('has an id and a type, or cannot be told from others', () => {
    shouldRefuse(anEntity({ id: undefined }), ' caliper-required');
    shouldRefuse(anEntity({ type: undefined }), ' caliper-required');
    shouldRefuse(anEntity({ type: 'SystemIdentifier' }), '/type caliper-type');
    shouldDeviate(anEntity({ id: 'thing one' }), '/id caliper-iri');
  });

  it('has values of the right kinds', () => {
    shouldDeviate(anEntity({ version: 1 }), '/version caliper-datatype');
    shouldDeviate(anEntity({ keywords: 'one' }), '/keywords caliper-list');
    shouldDeviate(anEntity({ keywords: ['one', 2] }), '/keywords/1 caliper-datatype');
    shouldDeviate(
      anEntity({ creators: [PERSON, TOOL, 'https://example.edu/users/2', {}] }),
      '/creators/3 caliper-required',
      '/creators/3 caliper-required',
    );
    shouldDeviate(anEntity({ type: 'Frame', index: -1 }), '/index caliper-datatype');
    shouldDeviate(anEntity({ type: 'MediaObject', duration: 'PT05M21S' }));
    shouldDeviate(anEntity({ type: 'MediaObject', duration: 'about PT5M' }), '/duration caliper-datatype');
    shouldDeviate(anEntity({ type: 'Score', scoreGiven: 25 }));
    shouldDeviate(anEntity({ type: 'LtiSession', messageParameters: { id: 'free', '@context': 5 } }));
  });

  it('has identifiers of other systems, each complete', () => {
    const identifier = { type: 'SystemIdentifier', identifierType: 'SisSourcedId', identifier: 'x' };
    shouldDeviate(anEntity({ otherIdentifiers: [identifier] }));
    shouldDeviate(
      anEntity({ otherIdentifiers: [{ ...identifier, identifierType: 'Passport', identifier: undefined }] }),
      '/otherIdentifiers/0 caliper-required',
      '/otherIdentifiers/0/identifierType caliper-term',
    );
  });

  it('selects a passage by an object, never by IRI', () => {
    const selection = { type: 'TextPositionSelector', start: 1, end: 2 };
    shouldDeviate(anEntity({ type: 'HighlightAnnotation', selection }));
    shouldDeviate(
      anEntity({ type: 'HighlightAnnotation', selection: 'https://example.edu/1' }),
      '/selection caliper-iri',
    );
  });
});

describe('a context', () => {
  it('is needed, and is the published one', () => {
    shouldDeviate(anEvent({ '@context': undefined }), ' caliper-context');
    shouldDeviate(anEvent({ '@context': 'https://vendor.example.com/context' }), '/@context caliper-context');
    shouldDeviate(anEvent({ '@context': `${V1P2.replace('http', 'https')}/` }), '/@context caliper-context');
    shouldDeviate(
      anEvent({ '@context': { actor: 'https://example.com/actor' } }),
      '/@context caliper-context',
    );
    shouldDeviate(anEvent({ '@context': 5 }), '/@context caliper-context');
  });

  it('stands last in a list', () => {
    shouldDeviate(anEvent({ '@context': ['https://vendor.example.com/context', V1P2] }));
    shouldDeviate(
      anEvent({ '@context': [V1P2, 'https://vendor.example.com/context'] }),
      '/@context/0 caliper-context-order',
    );
    shouldDeviate(anEvent({ '@context': [5, V1P2] }), '/@context/0 caliper-context');
    shouldDeviate(anEvent({ '@context': [] }), '/@context caliper-context');
  });

  it('of an inner object gives no other meaning to terms of Caliper', () => {
    const object = {
      id: 'https://example.edu/1',
      type: 'Page',
      '@context': { mood: 'https://example.com/mood' },
      mood: 1,
    };
    shouldDeviate(anEvent({ object }));
    shouldDeviate(
      anEvent({
        object: { ...object, '@context': { ...object['@context'], name: 'https://example.com/name' } },
      }),
      '/object/@context caliper-context-override',
    );
  });
});

describe('a version', () => {
  const of11 = (members: JsonObject) => anEvent({ '@context': V1P1, profile: undefined, ...members });

  it('has its own terms', () => {
    const retired = { type: 'OutcomeEvent', action: 'Graded', object: 'https://example.edu/attempts/1' };
    shouldDeviate(of11(retired));
    shouldDeviate(anEvent({ ...retired, profile: 'GradingProfile' }), '/type caliper-type');
    shouldDeviate(
      of11({ session: { id: 'https://example.edu/s', type: 'Session', client: TOOL } }),
      '/session/client caliper-member',
    );
  });

  it('1.1 defines the types of its profile extensions in contexts of their own', () => {
    const search = { type: 'SearchEvent', action: 'Searched', object: TOOL };
    shouldDeviate(of11({ ...search, '@context': `${V1P1}/SearchProfile-extension` }));
    shouldDeviate(of11(search), '/@context caliper-extension-context');
  });

  it('1.0 writes keywords, IRIs and empty members, which later ones do not', () => {
    const old: JsonObject = {
      '@context': V1P0,
      '@type': 'http://purl.imsglobal.org/caliper/v1/MediaEvent',
      actor: {
        '@id': 'https://example.edu/users/1',
        '@type': 'http://purl.imsglobal.org/caliper/v1/lis/Person',
        name: null,
      },
      action: 'http://purl.imsglobal.org/vocab/caliper/v1/action#Paused',
      object: {
        '@id': 'https://example.edu/videos/1',
        '@type': 'http://purl.imsglobal.org/caliper/v1/VideoObject',
        alignedLearningObjective: [],
        extensions: {},
        duration: 710,
      },
      target: null,
      generated: {},
      eventTime: '2015-09-15T10:15:00.000Z',
    };
    shouldDeviate(old);
    const now = places(validateRecord({ ...old, '@context': V1P2 }));
    expect(now).toContain('/@type caliper-keyword');
    expect(now).toContain('/@type caliper-type');
    expect(now).toContain('/action caliper-action');
    expect(now).toContain('/object/duration caliper-datatype');
    expect(now).toContain('/object/alignedLearningObjective caliper-member');
  });
});

describe('an envelope', () => {
  const envelope = (members: JsonObject = {}): JsonObject => ({
    sensor: 'https://example.edu/sensors/1',
    sendTime: '2025-09-01T08:00:01.000Z',
    dataVersion: V1P2,
    data: [anEvent(), anEntity({})],
    ...members,
  });

  it('holds sensor, sendTime, dataVersion and data, and nothing else', () => {
    expect(validateEnvelope(envelope())).toEqual([]);
    const broken = envelope({ sensor: 5, sendTime: 'today', vendor: true, dataVersion: undefined });
    expect(places(validateFrame(broken))).toEqual([
      ' caliper-required',
      '/sensor caliper-datatype',
      '/sendTime caliper-datatype',
      '/vendor caliper-member',
    ]);
  });

  it('cannot be understood without a list of data, or in a version that is not known', () => {
    const fatal = (members: JsonObject) => places(validateFrame(envelope(members)).filter((f) => f.fatal));
    expect(fatal({ data: undefined })).toEqual([' caliper-required']);
    expect(fatal({ data: anEvent() })).toEqual(['/data caliper-list']);
    expect(fatal({ dataVersion: 'http://purl.imsglobal.org/ctx/caliper/v9' })).toEqual([
      '/dataVersion caliper-data-version',
    ]);
    expect(fatal({ dataVersion: `${V1P2}/`, data: [] })).toEqual([]);
  });

  it('points into its records', () => {
    const data = [anEvent(), anEvent({ action: 'Viewed' }), 'text', { any: 'object' }];
    expect(places(validateEnvelope(envelope({ data })))).toEqual([
      '/data/1/action caliper-action',
      '/data/2 caliper-record',
      '/data/3 caliper-record',
      '/data/1/id caliper-event-id',
    ]);
  });

  it('holds no two events with one id, but the same event twice, and an entity as often as it likes', () => {
    const data = [
      anEvent(),
      anEntity({}),
      anEvent(),
      anEntity({ name: 'Other' }),
      anEvent({ profile: undefined }),
    ];
    expect(places(validateEnvelope(envelope({ data })))).toEqual(['/data/4/id caliper-event-id']);
  });

  it('references each property once: its text tells, at any depth', () => {
    const text = JSON.stringify(envelope())
      .replace('"actor":', '"actor":{},"actor":')
      .replace('{"sensor"', '{"data":[],"sensor"');
    const found = validateText(text);
    expect(places(found)).toEqual(['/data/0/actor caliper-repeated', '/data caliper-repeated'].reverse());
    expect(found.filter(({ fatal }) => fatal).map(({ path }) => path)).toEqual(['/data']);
    expect(validateText(JSON.stringify(envelope()))).toEqual([]);
  });

  it('has records of the version that it declares', () => {
    const data = [anEvent({ '@context': V1P1, profile: undefined })];
    expect(places(validateEnvelope(envelope({ data })))).toEqual(['/data/0/@context caliper-data-version']);
  });
});
