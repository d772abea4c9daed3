import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../src/json/index.ts';
import { checkMappings } from '../src/mappings/authoring/index.ts';
import { createCrosswalk, shippedTables, type Conversion } from '../src/mappings/index.ts';
import type { IdentityRow, TableSet } from '../src/mappings/tables/index.ts';
import { ontology } from '../src/ontology/index.ts';
import { validateStatement } from '../src/xapi/index.ts';
import { anEvent } from './support/records.ts';

const shipped = shippedTables();

/** The shipped tables with rows in front that prefer identifiers of other systems: type, IFI, home page, name, class. */
function preferring(...rows: readonly (readonly [string, string, string, string, string])[]): TableSet {
  const own = rows.map(([type, ifi, homePage, name, when], at): IdentityRow => ({
    row: `ID:${type}`,
    caliperIri: `otherIdentifiers[${type}]`,
    ifi,
    homePage,
    name,
    when,
    comment: 'of this test',
    at: { file: 'identity.tsv', line: 2 + at, columns: {} } as unknown as IdentityRow['at'],
  }));
  return { ...shipped, identities: [...own, ...shipped.identities] };
}

const MAIL = ['EmailAddress', 'mbox', '', 'mailto:{identifier}', 'Person'] as const;
const LOGIN = ['AccountUserName', 'account', '{source}', '{identifier}', 'Person'] as const;
const TOOL = ['LtiToolId', 'account', '{source}', '{identifier}', 'SoftwareApplication'] as const;

const identifier = (identifierType: string, value: JsonValue, source?: JsonValue): JsonObject => ({
  type: 'SystemIdentifier',
  identifierType,
  identifier: value,
  ...(source !== undefined && { source }),
});

const PERSON = 'https://lms.example.edu/users/1';
const personWith = (...otherIdentifiers: JsonObject[]): JsonObject => ({
  id: PERSON,
  type: 'Person',
  otherIdentifiers,
});

function recordOf(conversion: Conversion): JsonObject {
  if (!conversion.ok) throw new Error(JSON.stringify(conversion.diagnostics));
  return JSON.parse(JSON.stringify(conversion.record)) as JsonObject;
}

const crosswalk = createCrosswalk(preferring(MAIL, LOGIN, TOOL), ontology);
const actorOf = (actor: JsonObject): JsonValue | undefined =>
  recordOf(crosswalk.toXapi(anEvent({ actor })))['actor'];

describe('a row that prefers an identifier of another system', () => {
  it('decides before the IRI does', () => {
    expect(actorOf(personWith(identifier('EmailAddress', 'ada@example.edu')))).toEqual({
      objectType: 'Agent',
      mbox: 'mailto:ada@example.edu',
    });
    const plain = createCrosswalk(shipped, ontology);
    const event = anEvent({ actor: personWith(identifier('EmailAddress', 'ada@example.edu')) });
    expect(recordOf(plain.toXapi(event))['actor']).toEqual({
      objectType: 'Agent',
      account: { homePage: 'https://lms.example.edu', name: '1' },
    });
  });

  it('stands in an order: the first row decides for which the person has an identifier', () => {
    const both = [identifier('AccountUserName', 'ada'), identifier('EmailAddress', 'ada@example.edu')];
    expect(actorOf(personWith(...both))).toMatchObject({ mbox: 'mailto:ada@example.edu' });
    expect(actorOf(personWith(both[0]!))).toMatchObject({
      account: { homePage: 'https://lms.example.edu', name: 'ada' },
    });
  });

  it('takes the home page of an account from the system that gave the identifier', () => {
    const source = { id: 'https://sis.example.edu', type: 'SoftwareApplication' };
    const account = { homePage: 'https://sis.example.edu', name: 'ada' };
    expect(actorOf(personWith(identifier('AccountUserName', 'ada', source)))).toMatchObject({ account });
    expect(actorOf(personWith(identifier('AccountUserName', 'ada', source.id)))).toMatchObject({ account });
  });

  it.each([
    ['no address', 'ada'],
    ['two addresses', 'ada@a.example ada@b.example'],
    ['empty', ''],
    ['a number', 7],
  ])('leaves the IRI to decide where the identifier is %s', (_, value) => {
    expect(actorOf(personWith(identifier('EmailAddress', value)))).toMatchObject({
      account: { homePage: 'https://lms.example.edu', name: '1' },
    });
  });

  it('serves agents of its class only', () => {
    const tool = identifier('LtiToolId', 'tool-7', 'https://tools.example.edu');
    const account = { homePage: 'https://tools.example.edu', name: 'tool-7' };
    const application = {
      id: 'https://tools.example.edu/7',
      type: 'SoftwareApplication',
      otherIdentifiers: [tool],
    };
    const graded = {
      type: 'GradeEvent',
      profile: 'GradingProfile',
      action: 'Graded',
      object: { id: 'https://lms.example.edu/attempts/1', type: 'Attempt' },
    };
    expect(recordOf(crosswalk.toXapi(anEvent({ ...graded, actor: application })))['actor']).toMatchObject({
      account,
    });
    expect(actorOf(personWith(tool))).not.toMatchObject({ account });
  });

  it('is named by an explanation', () => {
    const event = anEvent({ actor: personWith(identifier('EmailAddress', 'ada@example.edu')) });
    const conversion = crosswalk.toXapi(event, { trace: true });
    expect(conversion.ok && conversion.trace).toContainEqual({
      row: 'ID:EmailAddress',
      from: '/actor',
      to: '/actor/mbox',
    });
  });

  it('lets a person return exactly, with any identifiers, and makes valid statements only', () => {
    const types = ontology.terms('SystemIdentifierType');
    const anyIdentifier = fc
      .tuple(
        fc.constantFrom(...types),
        fc.oneof(fc.emailAddress(), fc.string(), fc.constantFrom('ada', 'a b', '7')),
        fc.option(fc.oneof(fc.webUrl(), fc.string()), { nil: undefined }),
      )
      .map(([type, value, source]) => identifier(type, value, source));
    const ids = fc.constantFrom(
      PERSON,
      'urn:uuid:6f0a1d5e-0e1f-4c8b-9a52-0b6c4d7e8f09',
      'mailto:eve@example.edu',
      '_:b0',
    );
    fc.assert(
      fc.property(ids, fc.array(anyIdentifier, { maxLength: 4 }), (id, otherIdentifiers) => {
        const actor = { id, type: 'Person', name: 'Ada', otherIdentifiers };
        const event = anEvent({
          actor,
          session: { id: 'https://lms.example.edu/sessions/1', type: 'Session', user: id },
        });
        const statement = recordOf(crosswalk.toXapi(event));
        expect(validateStatement(statement, { version: '1.0' })).toEqual([]);
        expect(recordOf(crosswalk.toCaliper(statement))).toEqual(event);
      }),
      { numRuns: 300 },
    );
  });

  it('lets an address that was edited in between be another person', () => {
    const statement = recordOf(
      crosswalk.toXapi(anEvent({ actor: personWith(identifier('EmailAddress', 'ada@example.edu')) })),
    );
    const edited = { ...statement, actor: { objectType: 'Agent', mbox: 'mailto:eve@example.edu' } };
    expect(recordOf(crosswalk.toCaliper(edited))['actor']).toEqual({
      id: 'mailto:eve@example.edu',
      type: 'Person',
    });
  });

  it('is checked: its type is one that Caliper has, its templates use what there is', () => {
    const codes = (tables: TableSet) =>
      checkMappings(tables, ontology)
        .filter(({ file }) => file === 'identity.tsv')
        .map(({ column, code }) => `${column} ${code}`);
    expect(codes(preferring(MAIL, LOGIN, TOOL))).toEqual([]);
    expect(codes(preferring(['Telephone', 'account', '{source}', '{identifier}', 'Person']))).toEqual([
      'caliper_iri term-unknown',
    ]);
    expect(codes(preferring(['EmailAddress', 'mbox', '', 'mailto:{name}', 'Person']))).toEqual([
      'name template',
    ]);
  });
});
