import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outboundFor, redacted, type Redaction, type Rendering } from '../src/forward/index.ts';
import { configurationSchema } from '../src/gateway/config.ts';
import type { JsonObject, JsonValue } from '../src/json/index.ts';
import { createCrosswalk, shippedTables } from '../src/mappings/index.ts';
import { ontology } from '../src/ontology/index.ts';
import { events } from './arbitraries/events.ts';
import { crosswalk as commandLine, folder } from './support/command-line.ts';
import { statements } from './arbitraries/statements.ts';
import { event, statement, stored } from './runtime/log-records.ts';

const tables = createCrosswalk(shippedTables(), ontology);
const UUID = '7f6c1e9a-3b52-4c4e-9d7e-2c6d4a9b1f01';
const BADGE = 'https://vendor.example/ext/badge';

const kept = (treatment: 'drop' | 'hash'): Redaction => ({
  key: { id: 'k', secret: 'a-key-for-tests' },
  actor: treatment,
  names: treatment,
  mail: treatment,
  addresses: treatment,
  text: treatment,
  members: treatment,
  named: ['studentNumber', BADGE, '/object/extensions/seat'],
});

/**
 * Marks of one person, which hold no letters that a pseudonym or another value holds in this order, and no zeros: of those
 * made UUIDs are full, in which a number stands by chance.
 */
const marks = fc
  .record({ word: fc.stringMatching(/^[g-z]{9}$/), digits: fc.stringMatching(/^7[1-9]{8}$/) })
  .map(({ word, digits }) => ({ word, number: Number(digits) }))
  .map(({ word, number }) => ({
    number,
    name: `Zq${word} Person`,
    mail: `zm${word}@zq.example`,
    address: '203.0.113.77',
    text: `what zt${word} wrote`,
    badge: `zb${word}`,
    student: number + 1e9,
    seat: `zs${word}`,
  }));
type Marks = ReturnType<typeof marks.generate> extends { value: infer Value } ? Value : never;

/** A person's values as a vendor may repeat them: as numbers, in IRIs, in names, in texts. */
const vendor = (mark: Marks): JsonObject => ({
  'https://vendor.example/ext/n': mark.number,
  'https://vendor.example/ext/all': [{ deep: mark.number, [`u${mark.number}`]: [mark.name, mark.text] }],
  'https://vendor.example/ext/iri': `https://vendor.example/u/${mark.number}/x?b=${mark.badge}&s=${mark.seat}`,
  [`https://vendor.example/u/${mark.number}`]: mark.student,
  [mark.mail]: mark.address,
  [BADGE]: { value: mark.badge },
});

const objectOf = (value: JsonValue | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

function markedEvent(made: JsonObject, mark: Marks): JsonObject {
  const id = `https://zq.example/users/${mark.number}`;
  const object = { id: `https://zq.example/of/${mark.number}/book`, type: 'Document' };
  return {
    ...made,
    id: `urn:uuid:${UUID}`,
    actor: {
      id,
      type: 'Person',
      name: mark.name,
      extensions: { email: mark.mail, studentNumber: mark.student },
    },
    object: { ...object, extensions: { seat: mark.seat } },
    generated: {
      id: 'https://zq.example/a',
      type: 'HighlightAnnotation',
      annotator: id,
      selectionText: mark.text,
    },
    extensions: vendor(mark),
  };
}

function markedStatement(made: JsonObject, mark: Marks): JsonObject {
  const { attachments: _attachments, ...rest } = made;
  const account = { homePage: 'https://zq.example', name: String(mark.number) };
  const linked = {
    usageType: 'https://zq.example/use',
    display: { en: `By ${mark.name}` },
    contentType: 'a/b',
  };
  return {
    ...rest,
    id: UUID,
    actor: { objectType: 'Agent', name: mark.name, account },
    object: { id: `https://zq.example/of/${mark.number}/book`, extensions: { seat: mark.seat } },
    result: { response: mark.text, extensions: { studentNumber: mark.student } },
    context: { ...objectOf(made.context), extensions: vendor(mark) },
    attachments: [
      { ...linked, length: 3, sha2: 'b'.repeat(64), fileUrl: `https://zq.example/${mark.number}/f` },
    ],
  };
}

const DESTINATIONS: readonly Rendering[] = (['drop', 'hash'] as const).flatMap((treatment) => [
  { kind: 'lrs', name: 'lrs', redaction: kept(treatment) },
  { kind: 'caliper', name: 'endpoint', redaction: kept(treatment) },
]);

async function leaks(record: Parameters<typeof outboundFor>[0], mark: Marks): Promise<string[]> {
  const found: string[] = [];
  for (const to of DESTINATIONS) {
    const prepared = await outboundFor(record, to, tables);
    if (!prepared.ok) continue;
    const text = `${prepared.outbound.body ?? record.body}${JSON.stringify(prepared.outbound)}`.toLowerCase();
    for (const secret of Object.values(mark).map(String))
      if (text.includes(secret.toLowerCase())) found.push(`${to.kind}: ${secret} in ${text}`);
  }
  return found;
}

describe('a value that is kept from a destination', () => {
  it('stands in no text made from any event, as a number, in IRIs, names and vendor members', async () => {
    await fc.assert(
      fc.asyncProperty(events, marks, async (made, mark) => {
        const body = JSON.stringify(markedEvent(made, mark));
        expect(await leaks(stored(event(`urn:uuid:${UUID}`, { body }), 1), mark)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('stands in no text made from any statement, nor beside its attachments', async () => {
    await fc.assert(
      fc.asyncProperty(statements('1.0'), marks, async (made, mark) => {
        const body = JSON.stringify(markedStatement(made, mark));
        expect(await leaks(stored(statement(UUID, { body }), 1), mark)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('stands in no text made from a described person, nor from what a person wrote', async () => {
    await fc.assert(
      fc.asyncProperty(marks, async (mark) => {
        const id = `https://zq.example/users/${mark.number}`;
        const person = {
          '@context': 'http://purl.imsglobal.org/ctx/caliper/v1p2',
          id,
          type: 'Person',
          name: mark.name,
          otherIdentifiers: [
            { type: 'SystemIdentifier', identifierType: 'EmailAddress', identifier: mark.mail },
          ],
          extensions: {
            studentNumber: mark.student,
            again: [mark.number, mark.name, mark.student, mark.address],
          },
        };
        const written = {
          '@context': person['@context'],
          id: `https://zq.example/of/${mark.number}/note`,
          type: 'Message',
          body: mark.text,
          creators: [id],
          object: {
            id: 'https://zq.example/thing',
            type: 'DigitalResource',
            extensions: { seat: mark.seat },
          },
          extensions: { [BADGE]: mark.badge, again: [mark.seat, mark.text, mark.mail] },
        };
        for (const value of [person, written]) {
          const own = { kind: 'describe' as const, type: value.type, body: JSON.stringify(value) };
          expect(await leaks(stored(event(value.id, own), 1), mark)).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('is found as a short number where it is one, and left where it stands by chance', () => {
    const account = { homePage: 'https://zq.example', name: '101' };
    const record: JsonObject = {
      id: '7f6c1e9a-3b52-4101-9d7e-2c6d4a9b1101',
      actor: { account },
      object: { id: 'https://zq.example/u/101/book' },
      result: { score: { raw: 101 }, duration: 'PT101S' },
      context: { extensions: { a: 101, b: 1101, c: 'user 101', d: '1101', e: '2026-01-01T00:00:00.101Z' } },
    };
    const { value, places } = redacted(record, 'lrs', { actor: 'drop' });
    expect(value).toMatchObject({
      id: record.id,
      object: { id: 'https://zq.example/u/urn:crosswalk:pseudonym:none:redacted/book' },
      result: record.result,
      context: { extensions: { a: '[redacted]', b: 1101, d: '1101', e: '2026-01-01T00:00:00.101Z' } },
    });
    expect(JSON.stringify(value)).not.toContain('user 101');
    expect(places.map(({ path }) => path)).toEqual([
      '/actor',
      '/object/id',
      '/context/extensions/a',
      '/context/extensions/c',
    ]);
  });

  it('is found where a UUID that names an account stands as an IRI', () => {
    const record = {
      actor: { account: { homePage: 'https://zq.example', name: UUID } },
      x: `urn:uuid:${UUID}`,
    };
    expect(JSON.stringify(redacted(record, 'lrs', { actor: 'drop' }).value)).not.toContain(UUID);
  });

  it('is noted where only the name of a member holds it, without being shown', () => {
    const { value, places } = redacted({ extensions: { 'a@zq.example': 1 } }, 'lrs', { mail: 'drop' });
    expect(JSON.stringify([value, places])).not.toContain('zq.example');
    expect(places).toHaveLength(1);
  });

  it('is named in the configuration together with what becomes of it', () => {
    const parsed = (redaction: JsonObject) =>
      configurationSchema.safeParse({
        destinations: [
          {
            kind: 'lrs',
            name: 'lake',
            url: 'https://lake.example/xapi',
            authorization: { scheme: 'bearer', token: { env: 'LAKE' } },
            redaction,
          },
        ],
      }).success;
    expect(parsed({ members: 'drop', named: [BADGE] })).toBe(true);
    expect(parsed({ named: [BADGE] })).toBe(false);
    expect(parsed({ members: 'hash', named: [BADGE] })).toBe(false);
  });

  it('is shown by explain where it stands, and where its values stand besides, without the values', async () => {
    const place = folder();
    const redaction = {
      key: { id: 'k1', secret: { env: 'PSEUDONYMS' } },
      members: 'hash',
      named: [BADGE, 'studentNumber', '/object/extensions/seat'],
    };
    const destination = {
      kind: 'lrs',
      name: 'lake',
      url: 'https://lake.example/xapi',
      authorization: { scheme: 'bearer', token: { env: 'LAKE' } },
      redaction,
    };
    const config = place.file('crosswalk.json', { destinations: [destination] });
    const [mark] = fc.sample(marks, { numRuns: 1, seed: 1 }) as [Marks];
    const [made] = fc.sample(events, { numRuns: 1, seed: 1 }) as [JsonObject];
    const value = markedEvent({ ...made, type: 'AnnotationEvent', action: 'Highlighted' }, mark);
    const record = place.file('event.json', value);
    const words = ['explain', '--config', config, '--destination', 'lake', record];
    const environment = { PSEUDONYMS: 'a-key-for-tests' };
    const asJson = await commandLine([...words, '--json'], { environment });
    const asText = await commandLine(words, { environment });
    place.remove();
    const { redacted: places } = JSON.parse(asJson.output) as {
      redacted: { path: string; kinds: string[] }[];
    };
    const paths = places.filter(({ kinds }) => kinds.includes('members')).map(({ path }) => path);
    const escaped = (name: string) => name.replaceAll('/', '~1');
    expect(paths).toEqual(
      expect.arrayContaining([
        '/actor/extensions/studentNumber',
        '/object/extensions/seat',
        `/extensions/${escaped(BADGE)}`,
        `/extensions/${escaped('https://vendor.example/ext/iri')}`,
      ]),
    );
    const shown = asText.output.split('\n').map((line) => line.trim().split(/ {2,}/));
    for (const path of paths) expect(shown).toContainEqual([path, 'members']);
    for (const { output, errors } of [asJson, asText])
      for (const secret of [mark.badge, mark.seat, String(mark.student), environment.PSEUDONYMS])
        // a slash of a pointer is written ~1, and a number may follow it
        expect(`${output}${errors}`.replaceAll('~1', '/')).not.toContain(secret);
  });
});
