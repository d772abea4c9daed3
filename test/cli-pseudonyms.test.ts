import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTables } from '../src/cli/crosswalk.ts';
import { outboundFor, type Rendering } from '../src/forward/index.ts';
import { ConfigurationError, parseConfiguration, portableDigest, settingsOf } from '../src/gateway/index.ts';
import { startConfigured } from '../src/gateway/node/index.ts';
import type { JsonObject, JsonValue } from '../src/json/index.ts';
import { createCrosswalk, shippedTables } from '../src/mappings/index.ts';
import { ontology } from '../src/ontology/index.ts';
import { startDestination } from './forward-destination.ts';
import {
  crosswalk as commandLine,
  ended,
  folder,
  lines,
  startCrosswalk,
  textOf,
  type Folder,
} from './support/command-line.ts';
import { aStatement, anEnvelope, anEvent, uuid } from './support/records.ts';
import { event, statement, stored } from './runtime/log-records.ts';

const shipped = createCrosswalk(shippedTables(), ontology);

/** Secrets, each with a mark of its own. */
const SECRETS = { NEW_KEY: 'mark-new-8c1d', OLD_KEY: 'mark-old-77e2', OLDEST_KEY: 'mark-oldest-5b0a' };
const KEYS = {
  key: { id: '2026-b', secret: { env: 'NEW_KEY' } },
  formerKeys: [
    { id: '2026-a', secret: { env: 'OLD_KEY' } },
    { id: '2025', secret: { env: 'OLDEST_KEY' } },
  ],
};
const IDS = ['2026-b', '2026-a', '2025'];
const HASHED = { ...KEYS, actor: 'hash', names: 'hash', mail: 'drop' };

const destination = (kind: 'lrs' | 'caliper', name: string, redaction?: object, more: object = {}) => ({
  kind,
  name,
  url: 'https://lake.example/records',
  authorization: { scheme: 'bearer', token: { env: 'LAKE' } },
  ...(redaction === undefined ? {} : { redaction }),
  ...more,
});

interface Shown {
  readonly key: string;
  readonly present: boolean;
  readonly language: 'caliper' | 'xapi';
  readonly actor: JsonObject;
  readonly sent: JsonObject;
}

describe('the pseudonyms of a person', () => {
  let files: Folder;
  let config: string;

  beforeAll(() => {
    files = folder();
    files.file('tables.md', '');
    config = files.file('crosswalk.json', {
      tenants: [{ name: 'north', mappings: './north' }],
      destinations: [
        destination('lrs', 'lake', HASHED),
        destination('lrs', 'strict', HASHED, { strict: true }),
        destination('caliper', 'stream', HASHED),
        destination('lrs', 'by-mail', { ...KEYS, mail: 'hash' }),
        destination('lrs', 'dropping', { actor: 'drop', mail: 'drop' }),
        destination('lrs', 'wordless', { ...KEYS, actor: 'drop', text: 'hash' }),
        destination('lrs', 'open'),
        destination('caliper', 'northern', HASHED, { tenant: 'north' }),
      ],
    });
  });
  afterAll(() => files.remove());

  const ask = (
    to: string,
    actor: string,
    more: string[] = [],
    environment: Record<string, string> = SECRETS,
  ) =>
    commandLine(['pseudonyms', '--config', config, '--destination', to, '--actor', actor, ...more], {
      environment,
    });
  const shown = async (to: string, actor: string) => {
    const { status, output, errors } = await ask(to, actor, ['--format', 'ndjson']);
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
    return lines<Shown>(output);
  };

  /** The actor of a whole record, as a destination is sent it under a key. */
  async function actorSent(one: Shown, to: Rendering, secret: string, crosswalk = shipped) {
    const redaction = { actor: 'hash', names: 'hash', mail: 'drop', key: { id: one.key, secret } } as const;
    const actor = { ...one.actor, name: 'Ada Lovelace' };
    const record =
      one.language === 'caliper'
        ? event(`urn:uuid:${uuid(1)}`, { body: JSON.stringify(anEvent({ actor })) })
        : statement(uuid(2), { body: JSON.stringify(aStatement({ actor })) });
    const prepared = await outboundFor(stored(record, 1), { ...to, redaction }, crosswalk);
    if (!prepared.ok) throw new Error(prepared.why);
    return (JSON.parse(prepared.outbound.body ?? '') as { actor: JsonObject }).actor;
  }

  const secretOf = (key: string) => Object.values(SECRETS)[IDS.indexOf(key)] as string;

  const segment = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/);
  const identifiers = fc.oneof(
    segment.map((name) => `${name}@campus.example`.replace(/^[.]/, 'a')),
    segment.map((name) => `https://lms.example.edu/users/${name}`),
    segment.map((name) => `https://lms.example.edu/people?${name}`),
    segment.map((name) => `urn:person:${name}`),
    segment.map((name) => `https://lms.example.edu Person ${name}`),
    segment.map((name) => JSON.stringify({ openid: `https://id.example/${name}` })),
    fc.stringMatching(/^[0-9a-f]{40}$/),
  );

  it('are those that whole records carry, in both languages, to both kinds of destinations, under each key', async () => {
    await fc.assert(
      fc.asyncProperty(identifiers, fc.constantFrom('lake', 'stream'), async (actor, to) => {
        const kind = to === 'lake' ? 'lrs' : 'caliper';
        const found = await shown(to, actor);
        expect(new Set(found.map(({ language }) => language)).size).toBe(2);
        expect([...new Set(found.map(({ key }) => key))]).toEqual(IDS);
        for (const one of found)
          expect(await actorSent(one, { kind, name: to }, secretOf(one.key))).toMatchObject(one.sent);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('are given for a mail that begins like a flag of the program', async () => {
    const found = await shown('lake', '-Vera@campus.example');
    expect(found[0]?.actor).toEqual({ mbox: 'mailto:-Vera@campus.example' });
  });

  it('are given for the identifier itself first, then for what it is in the other language', async () => {
    const found = await shown('lake', 'https://lms.example.edu/users/42');
    expect(found.filter(({ present }) => present).map(({ language, actor }) => [language, actor])).toEqual([
      ['caliper', { id: 'https://lms.example.edu/users/42', type: 'Person' }],
      ['xapi', { account: { homePage: 'https://lms.example.edu', name: '42' } }],
    ]);
    const texts = found.map(({ sent }) => JSON.stringify(sent));
    expect(new Set(texts).size).toBe(6);
    for (const [at, text] of texts.entries()) expect(text).toContain(IDS[Math.floor(at / 2)]);
  });

  it('are given for a mail address by its hash, too, and letter by letter as it is written', async () => {
    const found = (await shown('lake', 'mailto:Ada@example.edu')).filter(({ present }) => present);
    const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
    expect(found.map(({ actor }) => actor)).toEqual(
      expect.arrayContaining([
        { mbox: 'mailto:Ada@example.edu' },
        { id: 'mailto:Ada@example.edu', type: 'Person' },
        { mbox_sha1sum: sha1('mailto:Ada@example.edu') },
        { mbox_sha1sum: sha1('mailto:ada@example.edu') },
      ]),
    );
    const [lower] = await shown('lake', 'mailto:ada@example.edu');
    expect(lower?.sent).not.toEqual(found[0]?.sent);
  });

  it('are printed as a table that names the present key', async () => {
    const { status, output } = await ask('lake', 'https://lms.example.edu 42');
    const rows = output.split('\n').map((line) => line.split(/ {2,}/));
    expect(status).toBe(0);
    expect(rows[0]).toEqual(['key', 'received in', 'as', 'sent as']);
    expect(rows.slice(1, -1).map(([key, language, as]) => [key, language, as])).toEqual(
      ['2026-b (present)', '2026-a', '2025'].flatMap((key) => [
        [key, 'statement', 'https://lms.example.edu 42'],
        [key, 'event', 'https://lms.example.edu/users/42'],
      ]),
    );
    const [first] = await shown('lake', 'https://lms.example.edu 42');
    const { homePage, name } = first?.sent.account as { homePage: string; name: string };
    expect(rows[1]?.[3]).toBe(`${homePage} ${name}`);
  });

  it('are the same at a destination that is strict, and others at another', async () => {
    const [one, strict] = [await shown('lake', 'ada@example.edu'), await shown('strict', 'ada@example.edu')];
    expect(strict.map(({ actor }) => actor)).toEqual(one.map(({ actor }) => actor));
    expect(strict[0]?.sent).not.toEqual(one[0]?.sent);
  });

  it('are those of identifiers that are hashed, where only some are', async () => {
    const found = await shown('by-mail', 'ada@example.edu');
    expect(found.every(({ actor }) => !JSON.stringify(actor).includes('agent/mbox_sha1sum'))).toBe(true);
    const { status, errors } = await ask('by-mail', 'https://lms.example.edu/users/42');
    expect(status).toBe(2);
    expect(errors).toContain('sent as it is');
  });

  it('follow the tables of the tenant whose destination it is', async () => {
    const folderOfNorth = join(files.path, 'north');
    mkdirSync(folderOfNorth);
    files.file(
      'north/identity.tsv',
      'row\tcaliper_iri\tifi\thome_page\tname\twhen\tcomment\n' +
        'ID:north\thttps://north.example/who/{name}\taccount\thttps://w3id.org/crosswalk/pseudonym/2025\t{name}\tPerson\tOurs.\n',
    );
    const northern = await loadTables(folderOfNorth);
    const found = await shown('northern', 'https://lms.example.edu 42');
    const [own] = found.filter(({ key, language }) => key === '2025' && language === 'xapi');
    expect(own?.sent.id).toMatch(/^https:\/\/north\.example\/who\/[0-9a-f]{64}$/);
    for (const one of found) {
      const sent = await actorSent(one, { kind: 'caliper', name: 'northern' }, secretOf(one.key), northern);
      expect(sent).toMatchObject(one.sent);
    }
  });

  it.each([
    ['a destination that there is not', 'none', 'ada@example.edu', /no destination "none"/],
    ['one that sees people as they are', 'open', 'ada@example.edu', /"open" has no redaction/],
    ['one that hashes nothing', 'dropping', 'ada@example.edu', /"dropping" hashes nothing/],
    ['one that hashes something else', 'wordless', 'ada@example.edu', /who acts is dropped/],
    ['a text that names nobody', 'lake', 'Ada', /Ada names nobody/],
    ['JSON that names nobody', 'lake', '{"name":"Ada"}', /names nobody/],
    ['JSON that is none', 'lake', '{"mbox":', /names nobody/],
  ])('are refused for %s', async (_, to, actor, message) => {
    const { status, output, errors } = await ask(to, actor);
    expect({ status, output }).toEqual({ status: 2, output: '' });
    expect(errors).toMatch(message);
  });

  it('are refused where a secret is missing, or is that of another key', async () => {
    const { OLD_KEY: _old, ...missing } = SECRETS;
    const first = await ask('lake', 'ada@example.edu', [], missing);
    expect(first).toMatchObject({ status: 2, output: '' });
    expect(first.errors).toContain('/destinations/0/redaction/formerKeys/0/secret/env');
    expect(first.errors).toContain('OLD_KEY is not set');
    const same = await ask('lake', 'ada@example.edu', [], { ...SECRETS, OLDEST_KEY: SECRETS.NEW_KEY });
    expect(same).toMatchObject({ status: 2, output: '' });
    expect(same.errors).toContain('/destinations/0/redaction/formerKeys/1');
    expect(same.errors).toContain('OLDEST_KEY holds the secret of the key "2026-b"');
  });

  it('show no secret, whatever is asked', async () => {
    const texts = [];
    for (const to of ['lake', 'stream', 'by-mail', 'dropping', 'wordless', 'open', 'none'])
      for (const more of [[], ['--format', 'ndjson'], ['--format', 'other'], ['--help']]) {
        const { output, errors } = await ask(to, 'ada@example.edu', more, { ...SECRETS, OLD_KEY: '' });
        const whole = await ask(to, 'ada@example.edu', more);
        texts.push(output, errors, whole.output, whole.errors);
      }
    const text = texts.join('\n');
    expect(text).toContain('crosswalk/pseudonym/2025');
    for (const secret of Object.values(SECRETS)) {
      for (const spelling of [
        secret,
        Buffer.from(secret).toString('hex'),
        Buffer.from(secret).toString('base64'),
      ])
        expect(text).not.toContain(spelling);
    }
  });
});

describe('former keys of a redaction', () => {
  const errorsOf = (redaction: object) => {
    try {
      parseConfiguration({ destinations: [destination('lrs', 'lake', redaction)] });
      return [];
    } catch (error) {
      if (error instanceof ConfigurationError)
        return error.errors.map(({ path, message }) => [path, message]);
      throw error;
    }
  };
  const former = (id: string, env: string) => ({ id, secret: { env } });
  const at = (path: string) => `/destinations/0/redaction/formerKeys${path}`;

  it.each([
    [
      'the id of the present one',
      { formerKeys: [former('2026-b', 'OLD_KEY')] },
      at('/0/id'),
      /names another key/,
    ],
    [
      'the id of one another',
      { formerKeys: [former('2026-a', 'OLD_KEY'), former('2026-a', 'OLDEST_KEY')] },
      at('/1/id'),
      /names another key/,
    ],
    [
      'the variable of the present one',
      { formerKeys: [former('2026-a', 'NEW_KEY')] },
      at('/0/secret/env'),
      /variable/,
    ],
    ['no present one beside them', { key: undefined, actor: 'drop' }, at(''), /give key/],
    ['a literal secret', { formerKeys: [{ id: 'a', secret: 'mark' }] }, at('/0/secret'), /type object/],
    ['a name that is none', { formerKeys: [former('__proto__', 'OLD_KEY')] }, at('/0/id'), /1 to 64 letters/],
    ['none in their list', { formerKeys: [] }, at(''), /1 or more/],
  ])('are refused with %s', (_, parts, path, message) => {
    const errors = errorsOf({ ...HASHED, ...parts });
    expect(errors.map(([where]) => where)).toContain(path);
    expect(errors.find(([where]) => where === path)?.[1]).toMatch(message);
  });

  it('are no business of a gateway that runs, which needs no secret of theirs', () => {
    const configuration = parseConfiguration({ destinations: [destination('lrs', 'lake', HASHED)] });
    const environment = { LAKE: 'lake', NEW_KEY: SECRETS.NEW_KEY, CROSSWALK_TOKEN: 'token' };
    const { destinations } = settingsOf(configuration, environment, portableDigest);
    expect(destinations[0]?.redaction).toEqual({
      actor: 'hash',
      names: 'hash',
      mail: 'drop',
      key: { id: '2026-b', secret: SECRETS.NEW_KEY },
    });
  });
});

describe('a rotation of the key', () => {
  it('changes what both destinations are sent, and leaves both names of a person to be told', async () => {
    const files = folder();
    const other = await startDestination(() => ({ status: 200, body: '[]' }));
    const configured = (keys: object) =>
      files.file('crosswalk.json', {
        listen: { port: 0 },
        data: './log.sqlite',
        sources: [{ name: 'lms', credentials: [{ scheme: 'bearer', token: { env: 'LMS' } }] }],
        destinations: (['lrs', 'caliper'] as const).map((kind) =>
          destination(
            kind,
            kind,
            { ...keys, actor: 'hash' },
            {
              url: `${other.url}/${kind}`,
              allowPrivate: true,
              batch: { age: 0 },
            },
          ),
        ),
      });
    const environment = { LMS: 'lms-token', LAKE: 'lake-token', ...SECRETS };
    const headers = { authorization: 'Bearer lms-token', 'content-type': 'application/json' };
    const former = { key: { id: '2026-a', secret: { env: 'OLD_KEY' } } };
    const rotated = { ...KEYS, formerKeys: [former.key] };
    for (const [at, keys] of [former, rotated].entries()) {
      const config = configured(keys);
      const gateway = await startConfigured({ config, environment, print: () => undefined });
      const event = anEvent({ id: `urn:uuid:${uuid(at)}` });
      const statement = aStatement({ id: uuid(10 + at) });
      const xapi = { ...headers, 'x-experience-api-version': '1.0.3' };
      const sent = await Promise.all([
        fetch(`${gateway.url}/caliper`, {
          method: 'POST',
          headers,
          body: JSON.stringify(anEnvelope([event])),
        }),
        fetch(`${gateway.url}/xapi/statements`, {
          method: 'POST',
          headers: xapi,
          body: JSON.stringify(statement),
        }),
      ]);
      expect(sent.map(({ status }) => status)).toEqual([200, 200]);
      const recordsSent = () => other.requests.flatMap(({ body }) => actorsIn(JSON.parse(body) as JsonValue));
      await expect.poll(() => recordsSent().length, { timeout: 10_000 }).toBe(4 * (at + 1));
      await gateway.close();
    }
    await other.close();
    for (const kind of ['lrs', 'caliper']) {
      const words = ['--config', join(files.path, 'crosswalk.json'), '--destination', kind];
      const asked = startCrosswalk(
        ['pseudonyms', ...words, '--actor', 'https://lms.example.edu/users/1', '--format', 'ndjson'],
        { environment: SECRETS },
      );
      const [output, errors, status] = await Promise.all([
        textOf(asked.stdout),
        textOf(asked.stderr),
        ended(asked),
      ]);
      expect({ status, errors }).toEqual({ status: 0, errors: '' });
      const told = lines<Shown>(output).map(({ sent }) => identityOf(sent));
      const got = other.requests
        .filter(({ path }) => path.startsWith(`/${kind}`))
        .flatMap(({ body }) => actorsIn(JSON.parse(body) as JsonValue).map(identityOf));
      expect(new Set(got).size).toBe(4);
      expect(told.toSorted()).toEqual(got.toSorted());
      for (const secret of Object.values(SECRETS)) expect(output).not.toContain(secret);
    }
    files.remove();
  }, 60_000);
});

const identityOf = ({ id, account }: JsonObject) => JSON.stringify(id ?? account);

/** The actors of the statements or events in a body. */
function actorsIn(body: JsonValue): JsonObject[] {
  const records = Array.isArray(body) ? body : ((body as { data?: JsonValue[] }).data ?? [body]);
  return records.map((record) => (record as { actor: JsonObject }).actor);
}
