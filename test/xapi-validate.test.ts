import { describe, expect, it } from 'vitest';
import { setMember, steps, type JsonObject, type JsonValue } from '../src/json/index.ts';
import { validateBatch, validateStatement, type XapiVersion } from '../src/xapi/index.ts';

const UUID = 'fd41c918-b88b-4b20-a0a5-a4c32391aaa0';
const ACTIVITY = { id: 'http://example.com/activities/1' };
const AGENT = { mbox: 'mailto:learner@example.com' };
const GROUP = { objectType: 'Group', member: [AGENT] };
const REFERENCE = { objectType: 'StatementRef', id: UUID };
const STATEMENT: JsonObject = {
  actor: AGENT,
  verb: { id: 'http://example.com/verbs/tried' },
  object: ACTIVITY,
};
const SUB_STATEMENT = { objectType: 'SubStatement', ...STATEMENT };
const ATTACHMENT = {
  usageType: 'http://example.com/attachment-usage/essay',
  display: { en: 'An essay' },
  contentType: 'text/plain; charset=ascii',
  length: 27,
  sha2: '495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a',
};

/** Members to set by JSON Pointer, objects on the way made where they are missing. */
type Changes = Readonly<Record<string, JsonValue>>;

function changed(changes: Changes): JsonObject {
  const statement = structuredClone(STATEMENT);
  for (const [path, value] of Object.entries(changes)) {
    const names = steps(path);
    const last = names.pop()!;
    let object = statement;
    for (const name of names) object = (object[name] ??= {}) as JsonObject;
    setMember(object, last, value);
  }
  return statement;
}

const BOTH: XapiVersion[] = ['1.0', '2.0'];

/** Names the section; the statement with these changes is valid in the versions. */
function shouldTake(what: string, changes: Changes, versions = BOTH): void {
  it.each(versions)(`takes ${what} (%s)`, (version) => {
    expect(validateStatement(changed(changes), { version })).toEqual([]);
  });
}

/** Names the section; the statement with these changes breaks exactly this rule at this path. */
function shouldRefuse(what: string, changes: Changes, rule: string, path: string, versions = BOTH): void {
  it.each(versions)(`refuses ${what} (%s)`, (version) => {
    const findings = validateStatement(changed(changes), { version });
    expect(findings.map((finding) => [finding.rule, finding.path])).toEqual([[rule, path]]);
    expect(findings[0]?.message).toMatch(/.{10}/);
    expect(findings[0]?.fatal).toBe(true);
  });
}

describe('Data 2.2, formatting', () => {
  shouldTake('the least statement', {});
  it('refuses what is no object', () => {
    for (const value of [null, 'statement', 1, true, []]) {
      expect(validateStatement(value, { version: '1.0' })).toMatchObject([{ path: '' }]);
    }
  });
  it('asks for actor, verb and object', () => {
    const findings = validateStatement({}, { version: '1.0' });
    expect(findings.map(({ rule, path }) => [rule, path])).toEqual(
      Array.from({ length: 3 }, () => ['xapi-required', '']),
    );
  });
  shouldRefuse('null', { '/actor/name': null }, 'xapi-null', '/actor/name');
  shouldRefuse('null in a language map', { '/verb/display': { en: null } }, 'xapi-null', '/verb/display/en');
  shouldRefuse(
    'null in a list',
    { '/context/contextActivities/parent': [null] },
    'xapi-null',
    '/context/contextActivities/parent/0',
  );
  shouldRefuse('an unknown member', { '/mood': 'good' }, 'xapi-unknown-member', '/mood');
  shouldRefuse(
    'a member in another case',
    { '/timeStamp': '2015-11-18T12:17:00Z' },
    'xapi-unknown-member',
    '/timeStamp',
  );
  shouldRefuse(
    'a member named __proto__',
    { '/verb/__proto__': { id: 1 } },
    'xapi-unknown-member',
    '/verb/__proto__',
  );
  shouldRefuse(
    'a member that every object inherits',
    { '/actor/constructor': 'x' },
    'xapi-unknown-member',
    '/actor/constructor',
  );
  shouldRefuse('a member whose name needs escaping', { '/a~1b~0': 1 }, 'xapi-unknown-member', '/a~1b~0');
  shouldRefuse('a number in a string', { '/result/score/raw': '100' }, 'xapi-type', '/result/score/raw');
  shouldRefuse(
    'a truth value in a string',
    { '/result/completion': 'false' },
    'xapi-type',
    '/result/completion',
  );
  it('says how a name that only differs in case is written', () => {
    const [finding] = validateStatement(changed({ '/Timestamp': 'x' }), { version: '1.0' });
    expect(finding?.message).toContain('"timestamp"');
  });
});

describe('Data 2.4.1 and 4.4, UUIDs', () => {
  shouldTake('either case', { '/id': UUID.toUpperCase() });
  shouldTake('the id of the example in Data 2.4, of no variant', {
    '/id': '12345678-1234-5678-1234-567812345678',
  });
  shouldRefuse('a digit too many', { '/id': `${UUID}0` }, 'xapi-uuid', '/id');
  shouldRefuse('a digit that is none', { '/id': UUID.replace('f', 'm') }, 'xapi-uuid', '/id');
  shouldRefuse('braces', { '/id': `{${UUID}}` }, 'xapi-uuid', '/id');
  shouldRefuse('a number', { '/context/registration': 12345 }, 'xapi-type', '/context/registration');
});

describe('Data 2.4.2, actor', () => {
  shouldTake('a Group that lists its members', { '/actor': GROUP });
  shouldTake('an identified Group without members', { '/actor': { objectType: 'Group', ...AGENT } });
  shouldTake('an account', { '/actor': { account: { homePage: 'http://example.com', name: '' } } });
  shouldTake('an OpenID', { '/actor': { openid: 'http://openid.example.org/12345' } });
  shouldTake('a hash of a mailbox', {
    '/actor': { mbox_sha1sum: 'CD9b00a5611f94eaa7b1661edab976068e364975' },
  });
  shouldRefuse('an Agent without identifier', { '/actor': { name: 'x' } }, 'xapi-agent-identifier', '/actor');
  shouldRefuse(
    'two identifiers',
    { '/actor/openid': 'http://openid.example.org/1' },
    'xapi-agent-identifier',
    '/actor',
  );
  shouldRefuse(
    'two identifiers of a Group',
    { '/actor': { ...GROUP, ...AGENT, openid: 'http://openid.example.org/1' } },
    'xapi-agent-identifier',
    '/actor',
  );
  shouldRefuse(
    'an anonymous Group without members',
    { '/actor': { objectType: 'Group' } },
    'xapi-anonymous-group-member',
    '/actor',
  );
  shouldRefuse(
    'an anonymous Group of no one',
    { '/actor': { ...GROUP, member: [] } },
    'xapi-anonymous-group-member',
    '/actor',
  );
  shouldRefuse(
    'a Group in a Group',
    { '/actor': { ...GROUP, member: [GROUP] } },
    'xapi-group-member',
    '/actor/member/0',
  );
  shouldRefuse(
    'a member list that is none',
    { '/actor': { ...GROUP, member: AGENT } },
    'xapi-type',
    '/actor/member',
  );
  shouldRefuse('members of an Agent', { '/actor/member': [AGENT] }, 'xapi-unknown-member', '/actor/member');
  shouldRefuse(
    'objectType in another case',
    { '/actor/objectType': 'agent' },
    'xapi-object-type',
    '/actor/objectType',
  );
  shouldRefuse(
    'an Activity as actor',
    { '/actor': { objectType: 'Activity', ...ACTIVITY } },
    'xapi-object-type',
    '/actor/objectType',
  );
  shouldRefuse(
    'a mailbox that is none',
    { '/actor/mbox': 'mailto:should.fail.com' },
    'xapi-mbox',
    '/actor/mbox',
  );
  shouldRefuse('a mailbox without mailto', { '/actor/mbox': 'a@example.com' }, 'xapi-mbox', '/actor/mbox');
  shouldRefuse(
    'a short hash',
    { '/actor': { mbox_sha1sum: 'cd9b' } },
    'xapi-mbox-sha1sum',
    '/actor/mbox_sha1sum',
  );
  shouldRefuse(
    'an OpenID without scheme',
    { '/actor': { openid: 'ab=c://should.fail.com' } },
    'xapi-openid',
    '/actor/openid',
  );
  shouldRefuse(
    'an account without home page',
    { '/actor': { account: { name: 'x' } } },
    'xapi-required',
    '/actor/account',
  );
  shouldRefuse(
    'an account without name',
    { '/actor': { account: { homePage: 'http://example.com' } } },
    'xapi-required',
    '/actor/account',
  );
  shouldRefuse(
    'a home page that is no IRL',
    { '/actor': { account: { homePage: 'example.com', name: 'x' } } },
    'xapi-iri',
    '/actor/account/homePage',
  );
});

describe('Data 2.4.3 and 4.3, verb and IRIs', () => {
  shouldTake('an IRI beyond ASCII', { '/verb/id': 'http://example.com/فعل/خواندن' });
  shouldTake('an escape and a fragment', { '/verb/id': 'http://example.com/a%20b#c' });
  shouldTake('a URN', { '/verb/id': `urn:uuid:${UUID}` });
  shouldTake('a link with brackets', { '/verb/id': 'http://example.com/?ids[]=1' });
  for (const text of [
    '',
    'tried',
    'example.com/tried',
    'ab=c://x',
    'http://a b',
    'http://x/<y>',
    'http://x/%zz',
    'http:',
    'http://x/\u0000',
  ]) {
    shouldRefuse(JSON.stringify(text), { '/verb/id': text }, 'xapi-iri', '/verb/id');
  }
  shouldRefuse(
    'a verb that is only an IRI',
    { '/verb': 'http://example.com/verbs/tried' },
    'xapi-type',
    '/verb',
  );
});

describe('Data 4.2, language maps', () => {
  for (const tag of ['en', 'cmn', 'zh-Hant-TW', 'es-419', 'de-CH-1996', 'x-klingon', 'i-klingon', 'und']) {
    shouldTake(tag, { [`/verb/display/${tag}`]: 'tried' });
  }
  for (const tag of ['a12345678', 'something', 's-something', 'en-something-AU', 'en_US', 'en-', ' ']) {
    shouldRefuse(
      `the tag "${tag}"`,
      { [`/verb/display/${tag}`]: 'x' },
      'xapi-language-tag',
      `/verb/display/${tag}`,
    );
  }
  shouldTake('an empty map', { '/verb/display': {} });
  shouldRefuse('a text where a map belongs', { '/verb/display': 'tried' }, 'xapi-type', '/verb/display');
  shouldRefuse(
    'a language that is none',
    { '/context/language': 'a12345678' },
    'xapi-language-tag',
    '/context/language',
  );
});

describe('Data 2.4.4, object', () => {
  shouldTake('an Agent that says so', { '/object': { objectType: 'Agent', ...AGENT } });
  shouldTake('a Group', { '/object': GROUP });
  shouldTake('a Statement Reference', { '/object': REFERENCE });
  shouldRefuse(
    'an Agent that does not say so (2.4.4.2)',
    { '/object': AGENT },
    'xapi-object-type',
    '/object',
  );
  shouldRefuse(
    'objectType in another case',
    { '/object/objectType': 'activity' },
    'xapi-object-type',
    '/object/objectType',
  );
  shouldRefuse(
    'an objectType that is no string',
    { '/object/objectType': 1 },
    'xapi-object-type',
    '/object/objectType',
  );
  shouldRefuse('an Activity without id', { '/object': { definition: {} } }, 'xapi-required', '/object');
  shouldRefuse(
    'a Reference without id',
    { '/object': { objectType: 'StatementRef' } },
    'xapi-required',
    '/object',
  );
  shouldRefuse('a Reference to no UUID', { '/object': { ...REFERENCE, id: 'x' } }, 'xapi-uuid', '/object/id');
  shouldRefuse('a definition that is none', { '/object/definition': 'x' }, 'xapi-type', '/object/definition');
  shouldRefuse(
    'a type that is no IRI',
    { '/object/definition/type': 'course' },
    'xapi-iri',
    '/object/definition/type',
  );
  shouldRefuse(
    'moreInfo that is no IRL',
    { '/object/definition/moreInfo': 'x' },
    'xapi-iri',
    '/object/definition/moreInfo',
  );
});

describe('Data 2.4.4.1, interactions', () => {
  const interaction = (type: string, list: string): Changes => ({
    '/object/definition': {
      interactionType: type,
      [list]: [{ id: 'a' }, { id: 'b', description: { en: 'B' } }],
    },
  });
  const supported: Record<string, string[]> = {
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
  for (const [type, lists] of Object.entries(supported)) {
    shouldTake(type, { '/object/definition': { interactionType: type, correctResponsesPattern: ['a'] } });
    for (const list of ['choices', 'scale', 'source', 'target', 'steps']) {
      if (lists.includes(list)) shouldTake(`${type} with ${list}`, interaction(type, list));
      else
        shouldRefuse(
          `${type} with ${list}`,
          interaction(type, list),
          'xapi-interaction-components',
          `/object/definition/${list}`,
        );
    }
  }
  shouldRefuse(
    'a type in another case',
    { '/object/definition': { interactionType: 'Choice' } },
    'xapi-interaction-type',
    '/object/definition/interactionType',
  );
  shouldRefuse(
    'choices without a type',
    { '/object/definition': { choices: [] } },
    'xapi-interaction-type',
    '/object/definition',
  );
  shouldRefuse(
    'a response pattern without a type',
    { '/object/definition': { correctResponsesPattern: [] } },
    'xapi-interaction-type',
    '/object/definition',
  );
  shouldRefuse(
    'a pattern that is no string',
    { '/object/definition': { interactionType: 'numeric', correctResponsesPattern: [4] } },
    'xapi-type',
    '/object/definition/correctResponsesPattern/0',
  );
  shouldRefuse(
    'one id for two components',
    { '/object/definition': { interactionType: 'choice', choices: [{ id: 'a' }, { id: 'a' }] } },
    'xapi-interaction-component-id',
    '/object/definition/choices/1/id',
  );
  shouldRefuse(
    'a component without id',
    { '/object/definition': { interactionType: 'choice', choices: [{}] } },
    'xapi-required',
    '/object/definition/choices/0',
  );
});

describe('Data 2.4.4.3, SubStatements', () => {
  shouldTake('one', {
    '/object': { ...SUB_STATEMENT, timestamp: '2099-01-01T00:00:00Z', attachments: [ATTACHMENT] },
  });
  shouldTake('one about an Agent', {
    '/object': { ...SUB_STATEMENT, object: { objectType: 'Agent', ...AGENT } },
  });
  shouldRefuse(
    'one in another',
    { '/object': { ...SUB_STATEMENT, object: SUB_STATEMENT } },
    'xapi-substatement-nested',
    '/object/object',
  );
  const stored: Changes = { id: UUID, stored: '2015-11-18T12:17:00Z', version: '1.0.0', authority: AGENT };
  for (const [name, value] of Object.entries(stored)) {
    shouldRefuse(
      `one with ${name}`,
      { '/object': { ...SUB_STATEMENT, [name]: value } },
      'xapi-substatement-member',
      `/object/${name}`,
    );
  }
  shouldRefuse(
    'one that is no statement',
    { '/object': { ...SUB_STATEMENT, verb: {} } },
    'xapi-required',
    '/object/verb',
  );
  shouldRefuse(
    'its own revision about no Activity',
    { '/object': { ...SUB_STATEMENT, object: REFERENCE, context: { revision: '1' } } },
    'xapi-context-activity-only',
    '/object/context/revision',
  );
});

describe('Data 2.3.2, voiding', () => {
  const verb = { id: 'http://adlnet.gov/expapi/verbs/voided' };
  shouldTake('a reference', { '/verb': verb, '/object': REFERENCE });
  shouldRefuse('an Activity', { '/verb': verb }, 'xapi-voiding', '/object');
});

describe('Data 2.4.5, result', () => {
  shouldTake('a score on its bounds', { '/result/score': { scaled: -1, raw: 0, min: 0, max: 1 } });
  shouldTake('an empty result', { '/result': {} });
  for (const scaled of [1.01, -1.00001]) {
    shouldRefuse(
      `scaled ${scaled}`,
      { '/result/score': { scaled } },
      'xapi-score-range',
      '/result/score/scaled',
    );
  }
  shouldRefuse(
    'raw above max',
    { '/result/score': { raw: 2, max: 1 } },
    'xapi-score-order',
    '/result/score/raw',
  );
  shouldRefuse(
    'raw below min',
    { '/result/score': { raw: 0, min: 1 } },
    'xapi-score-order',
    '/result/score/raw',
  );
  shouldRefuse(
    'min that is not less than max',
    { '/result/score': { min: 1, max: 1 } },
    'xapi-score-order',
    '/result/score/min',
  );
  shouldRefuse('a score that is a number', { '/result/score': 1 }, 'xapi-type', '/result/score');
  shouldRefuse('a response that is a number', { '/result/response': 1 }, 'xapi-type', '/result/response');
});

describe('Data 4.6, durations', () => {
  for (const text of [
    'PT1H0M0.1S',
    'PT16559.14S',
    'P3Y1M29DT4H35M59.14S',
    'P3Y',
    'P4W',
    'PT0,5H',
    'P1DT12H36M0.12567S',
  ]) {
    shouldTake(text, { '/result/duration': text });
  }
  for (const text of [
    '',
    'P',
    'PT',
    'P1DT',
    'P4W1D',
    '-P1D',
    '1H',
    'PA1H0M0S',
    'PT1S1H',
    'PT1.5H1M',
    'pt1s',
    'P0003-06-04T12:30:05',
  ]) {
    shouldRefuse(JSON.stringify(text), { '/result/duration': text }, 'xapi-duration', '/result/duration');
  }
  shouldRefuse('a number', { '/result/duration': 12345 }, 'xapi-type', '/result/duration');
});

describe('Data 4.5, timestamps', () => {
  for (const text of [
    '2015-11-18T12:17:00Z',
    '2008-09-15T15:53:00.601+00:00',
    '2008-02-29T15:53:00.601234-05:30',
    '2016-12-31T23:59:60Z',
    '2031-11-23T23:04:04.614Z',
    '0001-01-01T00:00:00Z',
  ]) {
    shouldTake(text, { '/timestamp': text });
  }
  for (const text of [
    '2015-11-18T12:17:00',
    '2015-11-18T12:17Z',
    '2015-11-18T12:17:00+0200',
    '2015-11-18T12:17:00+02',
    '20151118T121700Z',
    '2015-11-18T12:17:00,5Z',
    '2015-11-18T24:00:00Z',
  ]) {
    shouldTake(`${text}, ISO 8601 but not RFC 3339,`, { '/timestamp': text }, ['1.0']);
    shouldRefuse(`${text}, which is not RFC 3339,`, { '/timestamp': text }, 'xapi-timestamp', '/timestamp', [
      '2.0',
    ]);
  }
  for (const text of [
    'should fail',
    '01/011/2015',
    '2015-11-18',
    '2008-09-15T15:53:00.601-00',
    '2008-09-15T15:53:00.601-0000',
    '2008-09-15T15:53:00.601-00:00',
    '2015-02-29T00:00:00Z',
    '2015-13-01T00:00:00Z',
    '2015-11-18T25:00:00Z',
    '2015-11-18T12:60:00Z',
    '2015-11-18 12:17:00Z',
    '2015-11-18T12:17:00+24:00',
  ]) {
    shouldRefuse(text, { '/timestamp': text }, 'xapi-timestamp', '/timestamp');
  }
  shouldRefuse('stored that is none (2.4.8)', { '/stored': 'now' }, 'xapi-timestamp', '/stored');
});

describe('Data 2.4.6, context', () => {
  shouldTake('one Activity in the list’s place', { '/context/contextActivities/category': ACTIVITY });
  shouldTake('lists of Activities', {
    '/context/contextActivities': { parent: [ACTIVITY], grouping: [], other: [ACTIVITY, ACTIVITY] },
  });
  shouldTake('an instructor that is a Group', { '/context/instructor': GROUP });
  shouldTake('revision and platform about an Activity', { '/context': { revision: '1', platform: 'x' } });
  shouldRefuse(
    'a kind of Activities that there is not',
    { '/context/contextActivities/consequences': [] },
    'xapi-unknown-member',
    '/context/contextActivities/consequences',
  );
  shouldRefuse(
    'a context Activity that is none',
    { '/context/contextActivities/other': [ACTIVITY, { id: 'x' }] },
    'xapi-iri',
    '/context/contextActivities/other/1/id',
  );
  shouldRefuse(
    'an Agent as context Activity',
    { '/context/contextActivities/other': { objectType: 'Agent', ...ACTIVITY } },
    'xapi-object-type',
    '/context/contextActivities/other/objectType',
  );
  shouldRefuse(
    'an Agent as team',
    { '/context/team': { objectType: 'Agent', ...AGENT } },
    'xapi-object-type',
    '/context/team/objectType',
  );
  shouldRefuse(
    'a team that does not say it is a Group',
    { '/context/team': AGENT },
    'xapi-required',
    '/context/team',
  );
  shouldRefuse(
    'a context statement without objectType',
    { '/context/statement': { id: UUID } },
    'xapi-required',
    '/context/statement',
  );
  for (const name of ['revision', 'platform']) {
    for (const object of [REFERENCE, GROUP, SUB_STATEMENT]) {
      shouldRefuse(
        `${name} about a ${object.objectType}`,
        { '/object': object, [`/context/${name}`]: 'x' },
        'xapi-context-activity-only',
        `/context/${name}`,
      );
    }
  }
});

describe('IEEE 9274.1.1 4.2.2.5, context agents and groups', () => {
  const agents = (entry: JsonObject): Changes => ({
    '/context/contextAgents': [{ objectType: 'contextAgent', agent: AGENT, ...entry }],
  });
  const groups = (entry: JsonObject): Changes => ({
    '/context/contextGroups': [{ objectType: 'contextGroup', group: GROUP, ...entry }],
  });
  const types = { relevantTypes: ['http://example.com/types/coach'] };
  shouldTake('them', { ...agents(types), ...groups(types) }, ['2.0']);
  shouldTake('them without types', { ...agents({}), ...groups({}) }, ['2.0']);
  shouldRefuse('agents', agents(types), 'xapi-unknown-member', '/context/contextAgents', ['1.0']);
  shouldRefuse('groups', groups(types), 'xapi-unknown-member', '/context/contextGroups', ['1.0']);
  shouldRefuse(
    'another objectType',
    agents({ objectType: 'contextGroup' }),
    'xapi-object-type',
    '/context/contextAgents/0/objectType',
    ['2.0'],
  );
  shouldRefuse(
    'a Group as agent',
    agents({ agent: { objectType: 'Group', ...AGENT } }),
    'xapi-object-type',
    '/context/contextAgents/0/agent/objectType',
    ['2.0'],
  );
  shouldRefuse(
    'no types',
    agents({ relevantTypes: [] }),
    'xapi-relevant-types',
    '/context/contextAgents/0/relevantTypes',
    ['2.0'],
  );
  shouldRefuse(
    'a type that is no IRI',
    groups({ relevantTypes: ['abc'] }),
    'xapi-iri',
    '/context/contextGroups/0/relevantTypes/0',
    ['2.0'],
  );
});

describe('Data 2.4.9, authority', () => {
  const consumer = { account: { homePage: 'http://example.com/oauth/token', name: 'consumer' } };
  const pair = (...member: JsonObject[]) => ({ '/authority': { objectType: 'Group', member } });
  shouldTake('an Agent', { '/authority': AGENT });
  shouldTake('the pair of three-legged OAuth', pair(consumer, AGENT));
  shouldRefuse('a Group of one', pair(consumer), 'xapi-authority', '/authority');
  shouldRefuse('a Group of three', pair(consumer, AGENT, AGENT), 'xapi-authority', '/authority');
  shouldRefuse('a pair without an application', pair(AGENT, AGENT), 'xapi-authority', '/authority');
  shouldRefuse(
    'an identified Group',
    { '/authority': { objectType: 'Group', ...AGENT, member: [consumer, AGENT] } },
    'xapi-authority',
    '/authority',
  );
});

describe('Data 2.4.10, version', () => {
  for (const version of ['1.0', '1.0.0', '1.0.9']) shouldTake(version, { '/version': version });
  for (const version of ['0.9.9', '1.1.0', 'should fail', '1', '3.0.0']) {
    shouldRefuse(version, { '/version': version }, 'xapi-version', '/version');
  }
  shouldTake('2.0.0', { '/version': '2.0.0' }, ['2.0']);
  shouldRefuse('2.0.0', { '/version': '2.0.0' }, 'xapi-version', '/version', ['1.0']);
});

describe('Data 2.4.11, attachments', () => {
  const attachment = (change: JsonObject) => ({ '/attachments': [{ ...ATTACHMENT, ...change }] });
  shouldTake('one', attachment({ description: { en: 'x' }, fileUrl: 'http://example.com/essay' }));
  shouldTake('none', { '/attachments': [] });
  shouldRefuse('one outside a list', { '/attachments': ATTACHMENT }, 'xapi-type', '/attachments');
  for (const name of Object.keys(ATTACHMENT)) {
    const { [name]: _left, ...rest } = ATTACHMENT as JsonObject;
    shouldRefuse(`one without ${name}`, { '/attachments': [rest] }, 'xapi-required', '/attachments/0');
  }
  shouldRefuse(
    'a usage that is no IRI',
    attachment({ usageType: 'essay' }),
    'xapi-iri',
    '/attachments/0/usageType',
  );
  shouldRefuse(
    'a content type that is none',
    attachment({ contentType: 'text' }),
    'xapi-attachment-content-type',
    '/attachments/0/contentType',
  );
  for (const length of [-1, 1.5]) {
    shouldRefuse(
      `the length ${length}`,
      attachment({ length }),
      'xapi-attachment-length',
      '/attachments/0/length',
    );
  }
  shouldRefuse('a length in a string', attachment({ length: '27' }), 'xapi-type', '/attachments/0/length');
  shouldRefuse(
    'a hash of another length',
    attachment({ sha2: '495395' }),
    'xapi-attachment-sha2',
    '/attachments/0/sha2',
  );
  shouldRefuse(
    'an address that is no IRL',
    attachment({ fileUrl: 'essay.txt' }),
    'xapi-iri',
    '/attachments/0/fileUrl',
  );
  const usageType = 'http://adlnet.gov/expapi/attachments/signature';
  shouldTake('a signature (2.6)', attachment({ usageType, contentType: 'application/octet-stream' }));
  shouldRefuse(
    'a signature as text (2.6)',
    attachment({ usageType }),
    'xapi-signature-content-type',
    '/attachments/0/contentType',
  );
});

describe('Data 4.1, extensions', () => {
  const places = ['/object/definition/extensions', '/result/extensions', '/context/extensions'];
  for (const path of places) {
    shouldTake(`anything in ${path}`, {
      [path]: {
        'http://example.com/a': null,
        'http://example.com/b': '',
        'http://example.com/c': { d: [null, {}] },
      },
    });
    shouldRefuse(
      `a key that is no IRI in ${path}`,
      { [path]: { 'should fail': true } },
      'xapi-iri',
      `${path}/should fail`,
    );
    shouldRefuse(`a list as ${path}`, { [path]: [] }, 'xapi-type', path);
  }
  shouldRefuse(
    'extensions elsewhere',
    { '/actor/extensions': {} },
    'xapi-unknown-member',
    '/actor/extensions',
  );
});

describe('Communication 2.1.2 and 3.2, batches', () => {
  const rulesAndPaths = (batch: JsonValue) =>
    validateBatch(batch, { version: '1.0' }).map(({ rule, path }) => [rule, path]);

  it('take one statement on its own, with pointers from it', () => {
    expect(rulesAndPaths(STATEMENT)).toEqual([]);
    expect(rulesAndPaths(changed({ '/id': 'x' }))).toEqual([['xapi-uuid', '/id']]);
  });
  it('take a list, with pointers from the list', () => {
    expect(rulesAndPaths([STATEMENT, STATEMENT])).toEqual([]);
    expect(rulesAndPaths([STATEMENT, changed({ '/id': 'x' }), 7])).toEqual([
      ['xapi-uuid', '/1/id'],
      ['xapi-type', '/2'],
    ]);
  });
  it('refuse two statements under one id, whatever its case', () => {
    const batch = [changed({ '/id': UUID }), STATEMENT, changed({ '/id': UUID.toUpperCase() })];
    expect(rulesAndPaths(batch)).toEqual([['xapi-duplicate-id', '/2/id']]);
  });
});

describe('hostile text', () => {
  it('is judged in linear time', () => {
    const long = 50_000;
    const texts = [
      `http://x/${'%41'.repeat(long)} `,
      `mailto:${'a.'.repeat(long)}`,
      `P${'1'.repeat(long)}`,
      `PT${'1.'.repeat(long)}S`,
      `${'en-'.repeat(long)}`,
      `text/plain${'; a="\\"'.repeat(long)}`,
      `text/plain${' '.repeat(long)}x`,
      '2015-11-18T12:17:00.' + '0'.repeat(long),
    ];
    const began = performance.now();
    for (const text of texts) {
      validateStatement(
        changed({
          '/actor': { mbox: text },
          '/verb': { id: text, display: { [text]: text } },
          '/result/duration': text,
          '/timestamp': text,
          '/attachments': [{ ...ATTACHMENT, contentType: text }],
        }),
        { version: '1.0' },
      );
    }
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
