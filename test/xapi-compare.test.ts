import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equal, isObject, type JsonObject, type JsonValue } from '../src/json/index.ts';
import {
  comparable,
  completeStatement,
  sameStatement,
  SIGNATURE,
  validateStatement,
  type Receipt,
} from '../src/xapi/index.ts';
import { statements } from './arbitraries/statements.ts';

const UUID = 'fd41c918-b88b-4b20-a0a5-a4c32391aaa0';
const ANNE = { name: 'Anne', mbox: 'mailto:anne@example.com' };
const BEN = { account: { homePage: 'http://example.com', name: 'ben' } };
const STATEMENT: JsonObject = {
  id: UUID,
  actor: { objectType: 'Group', member: [ANNE, BEN] },
  verb: { id: 'http://example.com/verbs/tried' },
  object: { id: 'http://example.com/activities/1' },
  result: { duration: 'PT1.12S', response: 'x' },
  context: { registration: UUID, contextActivities: { parent: { id: 'http://example.com/activities/2' } } },
  timestamp: '2015-11-18T12:17:00.500Z',
};
const ATTACHMENT = {
  usageType: 'http://example.com/essay',
  display: { en: 'An essay' },
  contentType: 'text/plain',
  length: 27,
  sha2: '495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a',
};

const shouldMatch = (what: string, change: JsonObject, base = STATEMENT) =>
  it(`ignores ${what}`, () => {
    expect(sameStatement(base, { ...base, ...change })).toBe(true);
    expect(sameStatement({ ...base, ...change }, base)).toBe(true);
  });

const shouldDiffer = (what: string, change: JsonObject, base = STATEMENT) =>
  it(`counts ${what}`, () => {
    expect(sameStatement(base, { ...base, ...change })).toBe(false);
    expect(sameStatement({ ...base, ...change }, base)).toBe(false);
  });

describe('Data 2.3.1, two statements under one id', () => {
  shouldMatch('what an LRS assigns', {
    id: UUID.toUpperCase(),
    stored: '2020-01-01T00:00:00Z',
    authority: ANNE,
    version: '1.0.0',
  });
  const { timestamp: _timestamp, ...untimed } = STATEMENT;
  shouldMatch('a timestamp that only one of them has', { timestamp: '2020-01-01T00:00:00Z' }, untimed);
  shouldMatch('the form of the timestamp', { timestamp: '2015-11-18T14:17:00.500000+02:00' });
  shouldMatch('the display of the verb', {
    verb: { id: 'http://example.com/verbs/tried', display: { en: 'tried' } },
  });
  shouldMatch('the definition of the Activity, and its default objectType', {
    object: {
      objectType: 'Activity',
      id: 'http://example.com/activities/1',
      definition: { type: 'http://x.example/t' },
    },
  });
  shouldMatch('definitions and lists in contextActivities', {
    context: {
      registration: UUID.toUpperCase(),
      contextActivities: {
        parent: [{ id: 'http://example.com/activities/2', definition: { name: { en: 'x' } } }],
      },
    },
  });
  shouldMatch('the order of members, and the default objectType of an Agent', {
    actor: { objectType: 'Group', member: [{ objectType: 'Agent', ...BEN }, ANNE] },
  });
  shouldMatch('the case of a mail domain', {
    actor: { objectType: 'Group', member: [{ ...ANNE, mbox: 'mailto:anne@EXAMPLE.com' }, BEN] },
  });
  shouldMatch('durations beyond hundredths of a second', {
    result: { duration: 'PT1.1299S', response: 'x' },
  });
  shouldMatch(
    'where the data of an attachment lies',
    { attachments: [{ ...ATTACHMENT, fileUrl: 'http://example.com/e' }] },
    {
      ...STATEMENT,
      attachments: [ATTACHMENT],
    },
  );
  shouldMatch('the signature, which what was signed lacks', {
    attachments: [{ ...ATTACHMENT, usageType: SIGNATURE }],
  });

  shouldDiffer('another actor', { actor: ANNE });
  shouldDiffer('a name', { actor: { objectType: 'Group', member: [{ ...ANNE, name: 'Ann' }, BEN] } });
  shouldDiffer('the case of the local part of an address', {
    actor: { objectType: 'Group', member: [{ ...ANNE, mbox: 'mailto:Anne@example.com' }, BEN] },
  });
  shouldDiffer('another verb', { verb: { id: 'http://example.com/verbs/did' } });
  shouldDiffer('another object', { object: { id: 'http://example.com/activities/3' } });
  shouldDiffer('another kind of object', { object: { objectType: 'StatementRef', id: UUID } });
  shouldDiffer('another time', { timestamp: '2015-11-18T12:17:00.501Z' });
  shouldDiffer('another form of the duration', { result: { duration: 'PT0M1.12S', response: 'x' } });
  shouldDiffer('an extension', {
    result: { duration: 'PT1.12S', response: 'x', extensions: { 'http://x.example/e': null } },
  });
  shouldDiffer('another attachment', { attachments: [ATTACHMENT] });

  it('applies inside SubStatements', () => {
    const { id: _id, ...parts } = STATEMENT;
    const outer = (object: JsonObject) => ({
      ...STATEMENT,
      object: { objectType: 'SubStatement', ...parts, ...object },
    });
    expect(
      sameStatement(outer({}), outer({ verb: { ...(STATEMENT['verb'] as JsonObject), display: {} } })),
    ).toBe(true);
    expect(sameStatement(outer({}), outer({ timestamp: '2015-11-18T13:17:00.5+01:00' }))).toBe(true);
    expect(sameStatement(outer({}), outer({ actor: ANNE }))).toBe(false);
  });
});

const receipt: Receipt = {
  id: '7ccd3322-e1a5-411a-a67d-6a735c76f119',
  stored: '2024-01-01T00:00:00.000Z',
  authority: BEN,
  version: '2.0',
};

function frozen<T extends JsonValue>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach((member) => frozen(member as JsonValue));
    Object.freeze(value);
  }
  return value;
}

describe('a statement that an LRS completes', () => {
  it('gets what it lacks (Data 2.4.1, 2.4.7 to 2.4.10)', () => {
    expect(completeStatement({ actor: ANNE }, receipt)).toEqual({
      actor: ANNE,
      id: receipt.id,
      timestamp: receipt.stored,
      stored: receipt.stored,
      authority: BEN,
      version: '2.0.0',
    });
    expect(completeStatement({}, { ...receipt, version: '1.0' })['version']).toBe('1.0.0');
  });
  it('keeps its id, timestamp and version, and loses the stored and authority that it claims', () => {
    const sent = { ...STATEMENT, version: '1.0.3', stored: '1999-01-01T00:00:00Z', authority: ANNE };
    expect(completeStatement(sent, receipt)).toMatchObject({
      id: UUID,
      timestamp: STATEMENT['timestamp'],
      version: '1.0.3',
      stored: receipt.stored,
      authority: BEN,
    });
  });
  it('gets lists in contextActivities, those of a SubStatement too (Data 2.4.6.2)', () => {
    const parent = [{ id: 'http://example.com/activities/2' }];
    const context = { contextActivities: { parent } };
    const completed = completeStatement(
      { ...STATEMENT, object: { objectType: 'SubStatement', context: STATEMENT['context'] } },
      receipt,
    );
    expect(completed).toMatchObject({ context, object: { context } });
  });
  it('stays valid, the same statement, and what was sent is not touched', () => {
    fc.assert(
      fc.property(statements('2.0'), (statement) => {
        const completed = completeStatement(frozen(statement), receipt);
        expect(validateStatement(completed, { version: '2.0' })).toEqual([]);
        expect(sameStatement(statement, completed)).toBe(true);
        const again = completeStatement(completed, receipt);
        expect(again).toEqual(completed);
      }),
      { numRuns: 200 },
    );
  });
});

describe('comparable values of generated statements', () => {
  it('are equal to themselves after members are put in another order', () => {
    fc.assert(
      fc.property(statements('2.0'), (statement) => {
        expect(equal(comparable(statement), comparable(reversed(statement) as JsonObject))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
  it('tell statements apart whose extensions differ in one value', () => {
    fc.assert(
      fc.property(statements('1.0'), fc.string(), fc.string(), (statement, a, b) => {
        const other = (text: string) => ({
          ...statement,
          result: { extensions: { 'http://x.example/e': text } },
        });
        expect(sameStatement(other(a), other(b))).toBe(a === b);
      }),
      { numRuns: 100 },
    );
  });
});

/** The same JSON value with the members of every object the other way round. */
function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member as JsonValue)]),
  );
}
