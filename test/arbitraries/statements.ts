import fc, { type Arbitrary } from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/json/index.ts';
import { VOIDED, type XapiVersion } from '../../src/xapi/index.ts';

/**
 * Valid xAPI statements of every shape. All values are plain JSON values (what `JSON.parse` gives), so that they can
 * be compared after a round trip.
 */

function record(
  model: Record<string, Arbitrary<JsonValue>>,
  required: readonly string[] = [],
): Arbitrary<JsonObject> {
  return fc.record(model, { requiredKeys: [...required], noNullPrototype: true });
}

/** One of each given arbitrary, laid over one another. */
function merged(...parts: Arbitrary<JsonObject>[]): Arbitrary<JsonObject> {
  return fc.tuple(...parts).map((objects) => Object.assign({}, ...objects) as JsonObject);
}

const listOf = (item: Arbitrary<JsonValue>, minLength = 0): Arbitrary<JsonValue> =>
  fc.array(item, { minLength, maxLength: 3 });

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/);
const text = fc.string({ unit: 'grapheme', maxLength: 20 });

/** Absolute IRIs of several schemes, with fragments, queries, escapes and characters beyond ASCII. */
export const iris: Arbitrary<string> = fc.oneof(
  fc.tuple(word, word).map(([host, path]) => `https://${host}.example.org/${path}`),
  word.map((path) => `http://example.com/xapi/verbs#${path}`),
  word.map((path) => `http://example.com/فعل/${path}?a=%C3%BC&b[]=1`),
  fc.uuid().map((id) => `urn:uuid:${id}`),
  word.map((name) => `tag:example.org,2024:${name}`),
);

const urls = fc.tuple(word, word).map(([host, path]) => `https://${host}.example.org/${path}`);

/** RFC 5646 tags, with scripts, regions, variants, extensions and private use. */
export const languageTags = fc.constantFrom(
  'en',
  'en-US',
  'de-CH-1996',
  'cmn',
  'zh-Hant-TW',
  'es-419',
  'sl-rozaj-biske',
  'de-DE-u-co-phonebk',
  'x-klingon',
  'und',
);

export const languageMaps = fc
  .array(fc.tuple(languageTags, text), { maxLength: 3 })
  .map((entries) => Object.fromEntries(entries) as JsonObject);

/** Any JSON value, null, empty strings and odd member names among them; free of negative zero, which JSON text loses. */
export const jsonValues: Arbitrary<JsonValue> = fc
  .jsonValue({ maxDepth: 2 })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);

export const extensions: Arbitrary<JsonObject> = fc
  .array(fc.tuple(iris, jsonValues), { maxLength: 3 })
  .map((entries) => Object.fromEntries(entries) as JsonObject);

const finite = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }))
  .map((number) => number + 0);

/** RFC 3339 date-times with and without fractions, in UTC and with offsets. */
export const timestamps: Arbitrary<string> = fc
  .tuple(
    fc.date({
      min: new Date('1970-01-01T00:00:00Z'),
      max: new Date('2100-01-01T00:00:00Z'),
      noInvalidDate: true,
    }),
    fc.constantFrom('', '.1', '.123', '.123456'),
    fc.constantFrom('Z', '+00:00', '+02:00', '-05:30', '+12:45'),
  )
  .map(([date, fraction, zone]) => `${date.toISOString().slice(0, 19)}${fraction}${zone}`);

/** ISO 8601 durations of every form. */
export const durations: Arbitrary<string> = fc.oneof(
  fc.nat(60).map((weeks) => `P${weeks}W`),
  fc.nat(99_999).map((hundredths) => `PT${hundredths / 100}S`),
  fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59)).map(([h, m, s]) => `PT${h}H${m}M${s}S`),
  fc.tuple(fc.nat(9), fc.nat(11), fc.nat(30)).map(([y, m, d]) => `P${y}Y${m}M${d}DT1H`),
);

const sha2 = fc.constantFrom(56, 64, 96, 128).chain((digits) => hexadecimal(digits));

function hexadecimal(digits: number): Arbitrary<string> {
  return fc.string({
    unit: fc.constantFrom(...'0123456789abcdef'),
    minLength: digits,
    maxLength: digits,
  });
}

/** One inverse functional identifier of any kind. */
const identifiers: Arbitrary<JsonObject> = fc.oneof(
  fc.tuple(word, word).map(([name, host]) => ({ mbox: `mailto:${name}@${host}.example.org` })),
  hexadecimal(40).map((hash) => ({ mbox_sha1sum: hash })),
  urls.map((openid) => ({ openid })),
  fc.tuple(urls, text).map(([homePage, name]) => ({ account: { homePage, name } })),
);

const named = record({ name: text });

export const agents = merged(record({ objectType: fc.constant('Agent') }), named, identifiers);

const isGroup = fc.constant<JsonObject>({ objectType: 'Group' });

export const identifiedGroups = merged(isGroup, named, identifiers, record({ member: listOf(agents) }));

export const anonymousGroups = merged(isGroup, named, record({ member: listOf(agents, 1) }, ['member']));

export const groups = fc.oneof(identifiedGroups, anonymousGroups);

export const actors = fc.oneof({ weight: 3, arbitrary: agents }, { weight: 1, arbitrary: groups });

/** Authorities: an Agent, or the pair of three-legged OAuth. */
export const authorities = fc.oneof(
  agents,
  fc.tuple(urls, word, agents).map(([homePage, name, user]) => ({
    objectType: 'Group',
    member: [{ account: { homePage, name } }, user],
  })),
);

export const verbs = record({ id: iris, display: languageMaps }, ['id']);

const components = fc
  .uniqueArray(word, { maxLength: 4 })
  .chain((ids) =>
    fc.tuple(...ids.map((id) => record({ id: fc.constant(id), description: languageMaps }, ['id']))),
  )
  .map((list): JsonValue => list);

/** The interaction types with the component lists that each supports (Data 2.4.4.1). */
export const INTERACTIONS: Readonly<Record<string, readonly string[]>> = {
  'true-false': [],
  choice: ['choices'],
  'fill-in': [],
  'long-fill-in': [],
  matching: ['source', 'target'],
  performance: ['steps'],
  sequencing: ['choices'],
  likert: ['scale'],
  numeric: [],
  other: [],
};

export const interactions: Arbitrary<JsonObject> = fc
  .constantFrom(...Object.entries(INTERACTIONS))
  .chain(([type, lists]) =>
    merged(
      fc.constant({ interactionType: type }),
      record({ correctResponsesPattern: listOf(text) }),
      record(Object.fromEntries(lists.map((list) => [list, components]))),
    ),
  );

export const definitions = merged(
  record({ name: languageMaps, description: languageMaps, type: iris, moreInfo: urls, extensions }),
  fc.oneof({ weight: 2, arbitrary: fc.constant<JsonObject>({}) }, { weight: 1, arbitrary: interactions }),
);

export const activities = record({ objectType: fc.constant('Activity'), id: iris, definition: definitions }, [
  'id',
]);

export const statementRefs: Arbitrary<JsonObject> = fc
  .uuid()
  .map((id) => ({ objectType: 'StatementRef', id }));

/** Scores that keep every relation: `min` below `max`, `raw` between them. */
export const scores: Arbitrary<JsonObject> = fc
  .tuple(
    fc.uniqueArray(finite, { minLength: 3, maxLength: 3 }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.subarray(['scaled', 'raw', 'min', 'max']),
  )
  .map(([numbers, scaled, names]) => {
    const [min, raw, max] = [...numbers].sort((a, b) => a - b);
    const all: JsonObject = { scaled: scaled + 0, raw: raw ?? 0, min: min ?? 0, max: max ?? 0 };
    return Object.fromEntries(names.map((name) => [name, all[name]]));
  });

export const results = record({
  score: scores,
  success: fc.boolean(),
  completion: fc.boolean(),
  response: text,
  duration: durations,
  extensions,
});

const oneOrMany = fc.oneof(activities, listOf(activities));
const contextActivities = record({
  parent: oneOrMany,
  grouping: oneOrMany,
  category: oneOrMany,
  other: oneOrMany,
});

const relevantTypes = listOf(iris, 1);
const contextAgents = listOf(
  record({ objectType: fc.constant('contextAgent'), agent: agents, relevantTypes }, ['objectType', 'agent']),
);
const contextGroups = listOf(
  record({ objectType: fc.constant('contextGroup'), group: groups, relevantTypes }, ['objectType', 'group']),
);

/** Contexts of a version; `revision` and `platform` only where the object is an Activity. */
export function contexts(version: XapiVersion, aboutActivity: boolean): Arbitrary<JsonObject> {
  return record({
    registration: fc.uuid(),
    instructor: actors,
    team: groups,
    contextActivities,
    language: languageTags,
    statement: statementRefs,
    extensions,
    ...(aboutActivity ? { revision: text, platform: text } : {}),
    ...(version === '2.0' ? { contextAgents, contextGroups } : {}),
  });
}

/** Metadata of attachments, with and without an address of their data. */
export const attachments = record(
  {
    usageType: iris,
    display: languageMaps,
    description: languageMaps,
    contentType: fc.constantFrom('text/plain', 'text/plain; charset=ascii', 'application/vnd.example+json'),
    length: fc.nat(),
    sha2,
    fileUrl: urls,
  },
  ['usageType', 'display', 'contentType', 'length', 'sha2'],
);

function about(
  object: Arbitrary<JsonObject>,
  version: XapiVersion,
  aboutActivity: boolean,
): Arbitrary<JsonObject> {
  return record(
    {
      actor: actors,
      verb: verbs,
      object,
      result: results,
      context: contexts(version, aboutActivity),
      timestamp: timestamps,
      attachments: listOf(attachments),
    },
    ['actor', 'verb', 'object'],
  );
}

const unnamedAgents = fc.constant<JsonObject>({ objectType: 'Agent' });
const agentObjects = merged(agents, unnamedAgents);

function plainStatements(version: XapiVersion): Arbitrary<JsonObject> {
  return fc.oneof(
    { weight: 4, arbitrary: about(activities, version, true) },
    { weight: 1, arbitrary: about(agentObjects, version, false) },
    { weight: 1, arbitrary: about(groups, version, false) },
    { weight: 1, arbitrary: about(statementRefs, version, false) },
  );
}

/** SubStatements, whose object is anything but another SubStatement. */
export function subStatements(version: XapiVersion): Arbitrary<JsonObject> {
  return plainStatements(version).map((statement) => ({ objectType: 'SubStatement', ...statement }));
}

/** Statements that void another one (Data 2.3.2). */
export function voidingStatements(version: XapiVersion): Arbitrary<JsonObject> {
  return about(statementRefs, version, false).map((statement) => ({
    ...statement,
    verb: { ...(statement['verb'] as JsonObject), id: VOIDED },
  }));
}

/** What only a stored statement has, each of it optional. */
function storedMembers(version: XapiVersion): Arbitrary<JsonObject> {
  return record({
    id: fc.uuid(),
    stored: timestamps,
    authority: authorities,
    version: fc.constantFrom('1.0.0', '1.0.3', ...(version === '2.0' ? ['2.0.0'] : [])),
  });
}

/** Valid statements of a version, of every shape that it allows. */
export function statements(version: XapiVersion): Arbitrary<JsonObject> {
  return merged(
    fc.oneof(
      { weight: 5, arbitrary: plainStatements(version) },
      { weight: 1, arbitrary: about(subStatements(version), version, false) },
      { weight: 1, arbitrary: voidingStatements(version) },
    ),
    storedMembers(version),
  );
}
