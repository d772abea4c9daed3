import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../src/json/index.ts';
import {
  aboutResource,
  canonicalStatement,
  checkPostParameters,
  checkStatementId,
  enclosedAttachments,
  idsOnly,
  languagePreference,
  negotiateVersion,
  parsePutParameters,
  parseStatementsQuery,
  preferredTag,
  recogniseStatement,
  statementResult,
  validateStatement,
} from '../src/xapi/index.ts';
import { statements } from './arbitraries/statements.ts';

const UUID = 'fd41c918-b88b-4b20-a0a5-a4c32391aaa0';
const AGENT = { mbox: 'mailto:anne@example.com' };

describe('Communication 3.3, the version header', () => {
  it.each([
    ['1.0', '1.0', '1.0.3'],
    ['1.0.0', '1.0', '1.0.3'],
    ['1.0.9', '1.0', '1.0.3'],
    ['2.0', '2.0', '2.0.0'],
    ['2.0.0', '2.0', '2.0.0'],
    [' 2.0.1 ', '2.0', '2.0.0'],
  ])('%j speaks %s and is answered with %s', (header, version, answer) => {
    expect(negotiateVersion(header)).toEqual({ ok: true, version, header: answer });
  });
  it.each([undefined, null, '', '0.9', '0.95', '1', '1.1.0', '2.1.0', '3.0.0', 'latest', '1.0.3, 2.0.0'])(
    '%j is refused, with the versions that would be right',
    (header) => {
      const negotiated = negotiateVersion(header);
      expect(negotiated).toMatchObject({
        ok: false,
        // without the header it is a request of 0.9, which had none
        header: header ? '2.0.0' : '0.9',
        finding: { rule: 'xapi-version-header' },
      });
      expect(!negotiated.ok && negotiated.finding.message).toContain('"1.0.3" or "2.0.0"');
    },
  );
});

const query = (parameters: Record<string, string>) =>
  parseStatementsQuery(new URLSearchParams(parameters), '1.0');
const rulesAndPaths = (read: ReturnType<typeof query>) =>
  read.ok ? [] : read.findings.map(({ rule, path }) => [rule, path]);

describe('Communication 2.1.3, the parameters of GET statements', () => {
  it('have defaults', () => {
    expect(query({})).toEqual({
      ok: true,
      value: {
        relatedActivities: false,
        relatedAgents: false,
        limit: 0,
        format: 'exact',
        attachments: false,
        ascending: false,
      },
    });
  });
  it('are read with their types', () => {
    const read = query({
      agent: JSON.stringify(AGENT),
      verb: 'http://example.com/verbs/tried',
      activity: 'http://example.com/activities/1',
      registration: UUID.toUpperCase(),
      related_activities: 'true',
      related_agents: 'false',
      since: '2012-06-01T19:09:13.245Z',
      until: '2012-06-01T21:09:13.245+02:00',
      limit: '25',
      format: 'ids',
      attachments: 'true',
      ascending: 'true',
    });
    expect(read).toEqual({
      ok: true,
      value: {
        agent: AGENT,
        verb: 'http://example.com/verbs/tried',
        activity: 'http://example.com/activities/1',
        registration: UUID,
        relatedActivities: true,
        relatedAgents: false,
        since: Date.UTC(2012, 5, 1, 19, 9, 13, 245),
        until: Date.UTC(2012, 5, 1, 19, 9, 13, 245),
        limit: 25,
        format: 'ids',
        attachments: true,
        ascending: true,
      },
    });
  });
  it.each([
    ['statementId', 'wrong'],
    ['voidedStatementId', 'wrong'],
    ['agent', 'wrong'],
    ['agent', '{}'],
    ['agent', 'null'],
    ['agent', '{"objectType":"Group","member":[{"mbox":"mailto:a@example.com"}]}'],
    ['verb', 'not.a.valid.iri.com/verb'],
    ['activity', 'not.a.valid.iri.com/activity'],
    ['registration', 'wrong'],
    ['related_activities', '1'],
    ['related_agents', 'True'],
    ['since', 'yesterday'],
    ['until', '2012-06-01T19:09:13-00:00'],
    ['limit', '-1'],
    ['limit', '1.5'],
    ['limit', ''],
    ['format', 'Exact'],
    ['attachments', 'yes'],
    ['ascending', ''],
  ])('are refused where a value is wrong: %s=%s', (name, value) => {
    expect(rulesAndPaths(query({ [name]: value }))).toEqual([['xapi-parameter-value', `/${name}`]]);
  });
  it('take an identified Group', () => {
    expect(query({ agent: JSON.stringify({ objectType: 'Group', ...AGENT }) }).ok).toBe(true);
  });
  it.each(['LIMIT', 'Agent', 'unknown', '__proto__'])(
    'are refused where there is no such parameter: %s',
    (name) => {
      const read = parseStatementsQuery([[name, '1']], '1.0');
      expect(rulesAndPaths(read)).toEqual([['xapi-parameter-unknown', `/${name}`]]);
    },
  );
  it('are refused where one comes twice', () => {
    const read = parseStatementsQuery(new URLSearchParams('limit=1&limit=2'), '2.0');
    expect(rulesAndPaths(read)).toEqual([['xapi-parameter-repeated', '/limit']]);
  });

  const others = [
    'agent',
    'verb',
    'activity',
    'registration',
    'related_activities',
    'related_agents',
    'since',
    'until',
    'limit',
    'ascending',
  ];
  const valid: Record<string, string> = {
    agent: JSON.stringify(AGENT),
    verb: 'http://example.com/v',
    activity: 'http://example.com/a',
    registration: UUID,
    related_activities: 'true',
    related_agents: 'true',
    since: '2012-06-01T19:09:13Z',
    until: '2012-06-01T19:09:13Z',
    limit: '1',
    ascending: 'true',
  };
  it.each(['statementId', 'voidedStatementId'])('give %s no company but format and attachments', (single) => {
    for (const other of others) {
      const read = query({ [single]: UUID, [other]: valid[other]! });
      expect(rulesAndPaths(read)).toEqual([['xapi-parameter-conflict', `/${other}`]]);
    }
    const read = query({ [single]: UUID.toUpperCase(), format: 'canonical', attachments: 'true' });
    expect(read).toMatchObject({ ok: true, value: { [single]: UUID } });
  });
  it('are refused with both ids', () => {
    const read = query({ statementId: UUID, voidedStatementId: UUID });
    expect(rulesAndPaths(read)).toEqual([['xapi-parameter-conflict', '/voidedStatementId']]);
  });
});

describe('Communication 2.1.1 and 2.1.2, storing statements', () => {
  it('PUT needs the id of its statement, and nothing else', () => {
    const put = (entries: [string, string][]) => parsePutParameters(entries);
    expect(put([['statementId', UUID.toUpperCase()]])).toEqual({ ok: true, value: { statementId: UUID } });
    expect(put([])).toMatchObject({ ok: false, findings: [{ rule: 'xapi-parameter-required' }] });
    expect(put([['statementId', 'x']])).toMatchObject({ findings: [{ rule: 'xapi-parameter-value' }] });
    expect(put([['statementid', UUID]])).toMatchObject({
      findings: [{ rule: 'xapi-parameter-unknown' }, { rule: 'xapi-parameter-required' }],
    });
  });
  it('PUT takes a body without id, or with the same one', () => {
    expect(checkStatementId({}, UUID)).toEqual([]);
    expect(checkStatementId({ id: UUID.toUpperCase() }, UUID)).toEqual([]);
    expect(checkStatementId({ id: UUID.replace('f', 'e') }, UUID)).toMatchObject([
      { path: '/id', rule: 'xapi-statement-id' },
    ]);
  });
  it('POST has no parameters', () => {
    expect(checkPostParameters([])).toEqual([]);
    expect(checkPostParameters([['statementId', UUID]])).toMatchObject([{ rule: 'xapi-parameter-unknown' }]);
  });
  it('knows the attachments whose data has to come along', () => {
    const attachments = [{ sha2: 'a' }, { sha2: 'b', fileUrl: 'http://example.com/b' }];
    const object = { objectType: 'SubStatement', attachments: [{ sha2: 'c' }] };
    expect(enclosedAttachments({ attachments, object })).toEqual([
      { path: '/attachments/0', sha2: 'a' },
      { path: '/object/attachments/0', sha2: 'c' },
    ]);
    expect(enclosedAttachments({})).toEqual([]);
  });
});

describe('Communication 2.1.3, formats', () => {
  const definition = {
    type: 'http://example.com/type',
    name: { en: 'colour', 'en-GB': 'colour!', de: 'Farbe' },
    interactionType: 'choice',
    choices: [{ id: 'a', description: { de: 'Rot', en: 'red' } }],
  };
  const activity = { objectType: 'Activity', id: 'http://example.com/activities/1', definition };
  const statement: JsonObject = {
    actor: { objectType: 'Group', name: 'x', member: [{ name: 'Anne', ...AGENT }] },
    verb: { id: 'http://example.com/v', display: { en: 'tried', de: 'versucht' } },
    object: activity,
    context: {
      contextActivities: { parent: activity },
      team: { objectType: 'Group', name: 'y', ...AGENT, member: [AGENT] },
    },
    authority: { name: 'Anne', ...AGENT },
    result: { response: 'a' },
  };

  it('ids keeps what identifies', () => {
    const identified = { id: 'http://example.com/activities/1' };
    expect(idsOnly(statement)).toEqual({
      actor: { objectType: 'Group', member: [AGENT] },
      verb: { id: 'http://example.com/v' },
      object: identified,
      context: { contextActivities: { parent: [identified] }, team: { objectType: 'Group', ...AGENT } },
      authority: AGENT,
      result: { response: 'a' },
    });
  });
  it('canonical gives one language of each map, chosen for each by itself', () => {
    const german = canonicalStatement(statement, languagePreference('de, en;q=0.5'));
    expect(german).toMatchObject({ actor: statement['actor'] });
    expect((german['verb'] as JsonObject)['display']).toEqual({ de: 'versucht' });
    const reduced = {
      ...definition,
      name: { de: 'Farbe' },
      choices: [{ id: 'a', description: { de: 'Rot' } }],
    };
    expect((german['object'] as JsonObject)['definition']).toEqual(reduced);
    expect(german['context']).toMatchObject({ contextActivities: { parent: [{ definition: reduced }] } });
    const british = canonicalStatement(statement, languagePreference('en-GB'));
    expect(british['object']).toMatchObject({ definition: { name: { 'en-GB': 'colour!' } } });
  });
  it('canonical takes what the LRS holds before what the statement brings', () => {
    const held = canonicalStatement(statement, languagePreference('en'), {
      definition: (id) => (id === activity.id ? { name: { en: 'Colour', fr: 'Couleur' } } : undefined),
      display: () => undefined,
    });
    expect(held['object']).toEqual({ ...activity, definition: { name: { en: 'Colour' } } });
    expect(held['verb']).toEqual({ id: 'http://example.com/v', display: { en: 'tried' } });
  });
  it('give valid statements', () => {
    fc.assert(
      fc.property(statements('2.0'), (generated) => {
        const preference = languagePreference('zh-Hant, es;q=0.5');
        for (const given of [idsOnly(generated), canonicalStatement(generated, preference)]) {
          expect(validateStatement(given, { version: '2.0' })).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('RFC 2616 14.4, Accept-Language', () => {
  it.each([
    ['de', ['en', 'de-CH'], 'de-CH'],
    ['de-CH', ['en', 'de'], 'de'],
    ['de-CH, en;q=0.1', ['en', 'de'], 'en'],
    ['en-GB', ['en-US', 'en-GB'], 'en-GB'],
    ['en;q=0.2, de;q=0.8', ['en', 'de'], 'de'],
    ['DE', ['en', 'de'], 'de'],
    ['fr, *;q=0.1', ['en', 'de'], 'en'],
    ['en;q=0', ['en', 'de'], 'de'],
    ['en;q=0', ['en'], 'en'],
    ['en, en-US;q=0', ['en-US', 'de'], 'de'],
    ['*, en;q=0.1', ['en', 'de'], 'de'],
    ['', ['de', 'en'], 'de'],
    ['not a range;;', ['de', 'en'], 'de'],
    ['en', [], undefined],
  ])('%j of %j gives %j', (header, tags, expected) => {
    expect(preferredTag(tags, languagePreference(header))).toBe(expected);
  });
});

describe('what the resources answer with', () => {
  it('about lists the latest version of each model, and extensions only where there are some (2.8)', () => {
    expect(aboutResource()).toEqual({ version: ['1.0.3', '2.0.0'] });
    expect(aboutResource({ 'http://example.com/e': 1 })).toEqual({
      version: ['1.0.3', '2.0.0'],
      extensions: { 'http://example.com/e': 1 },
    });
  });
  it('a result says where it goes on, or that it ends (Data 2.5)', () => {
    expect(statementResult([])).toEqual({ statements: [], more: '' });
    expect(statementResult([{}], '/xapi/statements?after=1')['more']).toBe('/xapi/statements?after=1');
  });
});

describe('the language of a record', () => {
  it('is xAPI where it has actor, verb and object, valid or not', () => {
    expect(recogniseStatement({ actor: 1, verb: null, object: '' })).toBe(true);
  });
  it.each([
    [{ actor: 'x', action: 'Viewed', object: 'y', type: 'ViewEvent' }],
    [Object.create({ actor: 1, verb: 1, object: 1 }) as JsonObject],
    [[]],
    [null],
    ['actor verb object'],
  ])('is not for %j', (value) => {
    expect(recogniseStatement(value)).toBe(false);
  });
});
