import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredRecord } from '../src/audit/index.ts';
import { outboundFor, redacted, type Redaction, type Rendering } from '../src/forward/index.ts';
import type { JsonObject, JsonValue } from '../src/json/index.ts';
import { createCrosswalk, shippedTables } from '../src/mappings/index.ts';
import { ontology } from '../src/ontology/index.ts';
import { crosswalk as commandLine, folder } from './support/command-line.ts';
import { event, statement, stored } from './runtime/log-records.ts';

const tables = createCrosswalk(shippedTables(), ontology);
const key = { id: 'k1', secret: 'a-key-for-tests' };
const HASHED: Redaction = {
  key,
  actor: 'hash',
  names: 'hash',
  mail: 'hash',
  addresses: 'hash',
  text: 'hash',
};
const DROPPED: Redaction = { actor: 'drop', names: 'drop', mail: 'drop', addresses: 'drop', text: 'drop' };

const lrs = (redaction: Redaction, name = 'lrs'): Rendering => ({ kind: 'lrs', name, redaction });
const endpoint = (redaction: Redaction): Rendering => ({ kind: 'caliper', name: 'endpoint', redaction });

/** Values that stand for one person, none of which occurs by chance. */
const people = fc
  .record({ token: fc.stringMatching(/^[a-z]{10}$/), octet: fc.integer({ min: 1, max: 254 }) })
  .map(({ token, octet }) => ({
    id: `https://campus.example/people/qx${token}`,
    account: `uqx${token}`,
    name: `Zoë Qx${token} O"Hara`,
    mail: `qm${token}@campus.example`,
    address: `203.0.113.${octet}`,
    text: `I think that qt${token} is right`,
  }));
type Person = ReturnType<typeof people.generate> extends { value: infer Value } ? Value : never;

/** Where a sender can hide a value: under any name, in any depth, beside other text, encoded. */
const hiding = fc.constantFrom<(value: string) => JsonValue>(
  (value) => value,
  (value) => [`before ${value} after`],
  (value) => ({ [`https://campus.example/x/${value}`]: 1 }),
  (value) => `https://campus.example/?u=${encodeURIComponent(value)}`,
  (value) => JSON.stringify({ inner: value }),
  (value) => ({ deep: [{ deeper: value.toUpperCase() }] }),
);

const hidden = (person: Person, hide: (value: string) => JsonValue): JsonObject =>
  Object.fromEntries(
    Object.values(person).map((value, at) => [`https://campus.example/ext/${at}`, hide(value)]),
  );

const UUID = '7f6c1e9a-3b52-4c4e-9d7e-2c6d4a9b1f01';

const eventOf = (person: Person, extensions: JsonObject): JsonObject => ({
  '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p2',
  id: `urn:uuid:${UUID}`,
  type: 'AnnotationEvent',
  profile: 'AnnotationProfile',
  action: 'Highlighted',
  eventTime: '2026-01-01T00:00:00.000Z',
  actor: {
    id: person.id,
    type: 'Person',
    name: person.name,
    otherIdentifiers: [{ type: 'SystemIdentifier', identifierType: 'LoginID', identifier: person.account }],
    extensions: { 'https://campus.example/mail': person.mail },
  },
  object: { id: 'https://campus.example/book', type: 'Document' },
  generated: {
    id: 'https://campus.example/highlight',
    type: 'HighlightAnnotation',
    annotator: person.id,
    selectionText: person.text,
  },
  session: {
    id: 'https://campus.example/session',
    type: 'Session',
    user: person.id,
    extensions: { ip: person.address },
  },
  extensions,
});

const statementOf = (person: Person, extensions: JsonObject): JsonObject => ({
  id: UUID,
  timestamp: '2026-01-01T00:00:00.000Z',
  actor: { name: person.name, account: { homePage: 'https://campus.example', name: person.account } },
  verb: { id: 'http://adlnet.gov/expapi/verbs/answered' },
  object: { id: 'https://campus.example/question', definition: { name: { en: 'A question' } } },
  result: { response: person.text },
  context: {
    instructor: { mbox: `mailto:${person.mail}` },
    team: { objectType: 'Group', member: [{ openid: person.id }] },
    extensions: { ...extensions, 'https://campus.example/ip': person.address },
  },
});

async function sent(record: StoredRecord, to: Rendering): Promise<string> {
  const prepared = await outboundFor(record, to, tables);
  if (!prepared.ok) throw new Error(prepared.why);
  return `${prepared.outbound.body ?? record.body}${JSON.stringify(prepared.outbound.resource)}`;
}

const asEvent = (value: JsonObject): StoredRecord =>
  stored(event(`urn:uuid:${UUID}`, { body: JSON.stringify(value), type: 'AnnotationEvent' }), 1);
const asStatement = (value: JsonObject): StoredRecord =>
  stored(statement(UUID, { body: JSON.stringify(value) }), 1);

describe('what a destination does not get to see', () => {
  it('stands nowhere in what is sent to it, whichever language it came in and goes out in', async () => {
    const destinations = [lrs(HASHED), lrs(DROPPED), endpoint(HASHED), endpoint(DROPPED)];
    await fc.assert(
      fc.asyncProperty(people, hiding, async (person, hide) => {
        const extensions = hidden(person, hide);
        const records = [asEvent(eventOf(person, extensions)), asStatement(statementOf(person, extensions))];
        for (const to of destinations) {
          for (const record of records) {
            const text = (await sent(record, to)).toLowerCase();
            for (const secret of Object.values(person)) {
              for (const spelling of [
                secret,
                encodeURIComponent(secret),
                JSON.stringify(secret).slice(1, -1),
              ]) {
                expect(text).not.toContain(spelling.toLowerCase());
              }
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  }, 30_000);

  it('stands nowhere in the residual of a record that was converted before', async () => {
    await fc.assert(
      fc.asyncProperty(people, async (person) => {
        const made = tables.toXapi(eventOf(person, {}));
        if (!made.ok) throw new Error('the event was not converted');
        for (const to of [lrs(HASHED), endpoint(HASHED)]) {
          const text = await sent(asStatement(made.record), to);
          for (const secret of [person.id, person.mail, person.address]) expect(text).not.toContain(secret);
        }
      }),
      { numRuns: 20 },
    );
  });

  const person: Person = {
    id: 'https://campus.example/people/qxadam',
    account: 'uqxadam',
    name: 'Adam Qx',
    mail: 'qmadam@campus.example',
    address: '203.0.113.9',
    text: 'I think that it is right',
  };
  const actorOf = (text: string) => (JSON.parse(text.replace(/null$/, '')) as { actor: JsonObject }).actor;

  it('is one pseudonym for one person at a destination, and another at another or under another key', async () => {
    const record = asStatement(statementOf(person, {}));
    const other = asStatement({ ...statementOf(person, {}), result: { success: true } });
    const actor = actorOf(await sent(record, lrs(HASHED)));
    expect(actorOf(await sent(other, lrs(HASHED)))).toEqual(actor);
    expect(actorOf(await sent(record, lrs(HASHED, 'lake')))).not.toEqual(actor);
    const rotated = actorOf(await sent(record, lrs({ ...HASHED, key: { id: 'k2', secret: 'another' } })));
    expect(rotated).not.toEqual(actor);
    expect(JSON.stringify(actor)).toContain('k1');
    expect(JSON.stringify(rotated)).toContain('k2');
  });

  it('is only what was configured, and a record without any passes letter for letter', async () => {
    const value = statementOf(person, {});
    const clean = JSON.parse(
      (await sent(asStatement(value), lrs({ text: 'drop' }))).replace(/null$/, ''),
    ) as JsonObject;
    expect(clean).toEqual({ ...value, result: { response: '[redacted]' } });
    const { result: _result, ...silent } = value;
    const record = stored(statement(UUID, { body: `${JSON.stringify(silent)}  ` }), 1);
    const prepared = await outboundFor(record, lrs({ text: 'drop' }), tables);
    expect(prepared).toMatchObject({ ok: true, outbound: { form: 'received', body: null } });
  });

  it('leaves terms of the languages as they are, also where a person has such a name', () => {
    const value: JsonObject = { ...statementOf({ ...person, name: 'answered' }, {}), type: 'answered' };
    const { verb, type } = redacted(value, 'lrs', HASHED).value as JsonObject;
    expect(verb).toEqual(value.verb);
    expect(type).toBe('answered');
  });

  it('gives no attachment whose data people wrote to whom text is kept from, and leaves links', async () => {
    const sha2 = 'a'.repeat(64);
    const linked = { sha2, fileUrl: 'https://files.example.edu/1' };
    const body = JSON.stringify({
      ...statementOf({ ...person, name: 'x' }, {}),
      attachments: [{ sha2 }, linked],
    });
    const record = stored(statement('attached', { body }), 1);
    const sent = async (redaction: Redaction) => {
      const prepared = await outboundFor(record, lrs(redaction), tables);
      const text = prepared.ok ? (prepared.outbound.body ?? record.body) : '{}';
      return (JSON.parse(text) as { attachments?: unknown[] }).attachments;
    };
    expect(await sent({ text: 'drop' })).toEqual([linked]);
    expect(await sent({ mail: 'drop' })).toHaveLength(2);
  });

  it('is shown by explain, with the places and without the values', async () => {
    const place = folder();
    const config = place.file('crosswalk.json', {
      destinations: [
        {
          kind: 'lrs',
          name: 'lake',
          url: 'https://lake.example/xapi',
          authorization: { scheme: 'bearer', token: { env: 'LAKE' } },
          redaction: {
            key: { id: 'k1', secret: { env: 'PSEUDONYMS' } },
            actor: 'hash',
            names: 'drop',
            mail: 'drop',
          },
        },
      ],
    });
    const file = place.file('event.json', eventOf(person, {}));
    const words = ['explain', '--config', config, '--destination', 'lake', '--json', file];
    const ran = await commandLine(words, { environment: { PSEUDONYMS: 'a-key' } });
    expect(ran).toMatchObject({ status: 0, errors: '' });
    const shown = JSON.parse(ran.output) as { redacted: { path: string; kinds: string[] }[] };
    expect(shown.redacted).toContainEqual({ path: '/actor/id', kinds: ['actor'] });
    for (const secret of [person.id, person.name, person.mail, 'a-key'])
      expect(ran.output).not.toContain(secret);
    const missing = await commandLine(words, {});
    expect(missing.status).toBe(2);
    expect(missing.errors).toContain('PSEUDONYMS');
    expect((await commandLine([...words.slice(0, 3), '--destination', 'none', file])).status).toBe(2);
    place.remove();
  });
});
