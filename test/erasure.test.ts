import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { v4 } from 'uuid';
import type { Storage } from '../src/audit/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { mentions } from '../src/gateway/erasure/mentions.ts';
import {
  createGateway,
  parseConfiguration,
  personOf,
  portableDigest,
  settingsOf,
  type ConfigurationInput,
} from '../src/gateway/index.ts';
import { shippedCrosswalk } from '../src/index.ts';
import type { JsonObject, JsonValue } from '../src/json/index.ts';
import { crosswalk, folder, lines, type Folder } from './support/command-line.ts';

const TOKEN = 'a-token-for-tests';
const IRI = 'https://lms.example.edu/users/ada-l';
const ACCOUNT = { homePage: 'https://lms.example.edu', name: 'ada-l' };
const VERB = { id: 'http://adlnet.gov/expapi/verbs/completed' };
const UNIT = { id: 'https://lms.example.edu/units/1' };
const BOB = { mbox: 'mailto:bob@example.edu' };
const CONTEXT = 'http://purl.imsglobal.org/ctx/caliper/v1p2';

interface Counts {
  readonly records: number;
  readonly undelivered: number;
  readonly delivered: Record<string, number>;
  readonly documents: number;
  readonly attachments: number;
  readonly answers: number;
}

const eventOf = (actor: JsonValue, more: JsonObject = {}): JsonObject => ({
  '@context': CONTEXT,
  id: `urn:uuid:${v4()}`,
  type: 'NavigationEvent',
  actor,
  action: 'NavigatedTo',
  object: { id: 'https://lms.example.edu/pages/1', type: 'WebPage' },
  eventTime: '2025-09-15T09:00:00.000Z',
  ...more,
});

const statementOf = (actor: JsonObject, more: JsonObject = {}): JsonObject => ({
  id: v4(),
  actor,
  verb: VERB,
  object: UNIT,
  ...more,
});

describe('forgetting a person', () => {
  let files: Folder;
  let data: string;
  let log: Storage;
  let app: ReturnType<typeof createGateway>;

  const start = async (input: ConfigurationInput = {}) => {
    const configuration = parseConfiguration({
      data,
      destinations: [
        {
          name: 'lrs',
          kind: 'lrs',
          url: 'https://lrs.example.edu',
          authorization: { scheme: 'bearer', token: { env: 'CROSSWALK_TOKEN' } },
        },
      ],
      ...input,
    });
    log = await openSqliteLog(data);
    app = createGateway(
      configuration,
      settingsOf(configuration, { CROSSWALK_TOKEN: TOKEN }, portableDigest),
      {
        log,
        crosswalk: shippedCrosswalk,
        digest: portableDigest,
        now: Date.now,
        newId: v4,
        notify: () => {},
        report: () => {},
      },
    );
  };

  beforeEach(async () => {
    files = folder();
    data = join(files.path, 'log.sqlite');
    await start();
  });
  afterEach(async () => {
    await log.close().catch(() => undefined);
    files.remove();
  });

  const request = (path: string, init: RequestInit = {}) =>
    app.request(path, {
      ...init,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
        'x-experience-api-version': '1.0.3',
        ...(init.headers as Record<string, string>),
      },
    });
  const post = async (path: string, body: unknown) => {
    const answer = await request(path, { method: 'POST', body: JSON.stringify(body) });
    expect(answer.ok, await answer.clone().text()).toBe(true);
    return answer;
  };
  const envelope = (...records: JsonObject[]) =>
    post('/caliper', {
      sensor: 'https://lms.example.edu/sensor',
      sendTime: '2025-09-15T09:00:01.000Z',
      dataVersion: CONTEXT,
      data: records,
    });
  const statements = (...records: JsonObject[]) => post('/xapi/statements', records);
  const seqs = async () => (await log.read({ limit: 1_000 })).map(({ seq }) => seq);
  const erase = async (...words: string[]) => {
    const { status, output, errors } = await crosswalk(['erase', '--database', data, ...words]);
    expect(errors).toBe('');
    expect(status).toBe(0);
    return lines<Counts>(output)[0]!;
  };
  /** Everything in the folder, as the disk has it. */
  const bytes = () =>
    Buffer.concat(readdirSync(files.path).map((name) => readFileSync(join(files.path, name))));

  /** Ada in every place where a person can stand. Records 1 to 3 are of others. */
  async function everywhere(): Promise<void> {
    await statements(statementOf(BOB), statementOf({ account: { ...ACCOUNT, name: 'ada-l2' } }));
    await envelope(eventOf({ id: `${IRI}ovelace`, type: 'Person' }));
    await envelope(
      eventOf({ id: IRI, type: 'Person', name: 'Ada Lovelace-King' }),
      eventOf(IRI),
      eventOf('https://lms.example.edu/users/bob', {
        group: {
          id: 'https://lms.example.edu/groups/1',
          type: 'Group',
          members: [{ id: IRI, type: 'Person' }],
        },
      }),
      { '@context': CONTEXT, id: IRI, type: 'Person', name: 'Ada Lovelace-King' },
    );
    const group = { objectType: 'Group', member: [BOB, { account: ACCOUNT }] };
    await statements(
      statementOf({ account: ACCOUNT, name: 'Ada Lovelace-King' }),
      statementOf(BOB, { object: { objectType: 'Agent', account: ACCOUNT } }),
      statementOf(group),
      statementOf(BOB, { context: { instructor: { account: ACCOUNT } } }),
      statementOf(BOB, { context: { extensions: { 'https://example.edu/x': [`as seen by ${IRI}.`] } } }),
      statementOf(BOB, {
        object: { objectType: 'SubStatement', actor: { account: ACCOUNT }, verb: VERB, object: UNIT },
      }),
    );
    // As senders write it that escape every slash.
    const escaped = JSON.stringify(statementOf(BOB, { result: { response: IRI } })).replaceAll('/', '\\/');
    await request('/xapi/statements', { method: 'POST', body: escaped });
  }

  it('erases each record that names the person anywhere, and those of nobody else', async () => {
    await everywhere();
    expect(await seqs()).toHaveLength(14);
    const dry = await erase('--actor', IRI, '--dry-run');
    expect(dry).toMatchObject({ records: 11, undelivered: 11 });
    expect(await seqs()).toHaveLength(14);
    const counts = await erase('--actor', IRI);
    expect(counts).toMatchObject({ records: 11, undelivered: 11, delivered: {} });
    expect(await seqs()).toEqual([1, 2, 3]);
    const { status, output } = await crosswalk(['verify', '--data', data, '--json']);
    expect([status, lines(output)]).toEqual([
      0,
      [expect.objectContaining({ records: 3, erased: 11, faults: 0 })],
    ]);
  });

  it.each([
    ['the account in xAPI', `${ACCOUNT.homePage} ${ACCOUNT.name}`],
    ['an Agent', JSON.stringify({ objectType: 'Agent', account: ACCOUNT })],
    ['the IRI in Caliper', IRI],
  ])('finds the counterpart in the other language of %s', async (_name, identifier) => {
    await envelope(eventOf({ id: IRI, type: 'Person' }));
    await statements(statementOf({ account: ACCOUNT }), statementOf({ openid: IRI }));
    expect((await erase('--actor', identifier)).records).toBe(3);
  });

  it.each([
    'Ada@Example.edu',
    'mailto:ada@example.edu',
    createHash('sha1').update('mailto:ada@example.edu').digest('hex'),
  ])('knows a mail address and its hash as one: %s', async (identifier) => {
    const hash = createHash('sha1').update('mailto:ada@example.edu').digest('hex');
    await statements(
      statementOf({ mbox: 'mailto:ada@example.edu' }),
      statementOf({ mbox_sha1sum: hash }),
      statementOf({ mbox: 'mailto:bada@example.edu' }),
      statementOf({ mbox: 'mailto:ada@example.edu.au' }),
    );
    await envelope(eventOf({ id: 'mailto:ada@example.edu', type: 'Person' }));
    expect((await erase('--actor', identifier)).records).toBe(3);
    expect(await seqs()).toEqual([3, 4]);
  });

  it('leaves nothing of the person in the bytes of the file, whatever was made of the records', async () => {
    await everywhere();
    await envelope(eventOf(IRI, { id: `${IRI}/visits/1` }));
    const agent = encodeURIComponent(JSON.stringify({ account: ACCOUNT }));
    const activity = encodeURIComponent(UNIT.id);
    const put = (path: string, body: string) =>
      request(path, { method: 'PUT', body, headers: { 'content-type': 'text/plain', 'if-none-match': '*' } });
    await put(`/xapi/activities/state?activityId=${activity}&agent=${agent}&stateId=s`, 'the state of one');
    await put(`/xapi/agents/profile?agent=${agent}&profileId=p`, 'the profile of one');
    await put(`/xapi/activities/profile?activityId=${activity}&profileId=q`, `kept for ${IRI}`);
    await put(`/xapi/activities/profile?activityId=${activity}&profileId=r`, 'kept for all');
    const content = new TextEncoder().encode('an essay of hers');
    const sha2 = createHash('sha256').update(content).digest('hex');
    const attachment = {
      usageType: UNIT.id,
      display: { en: 'x' },
      contentType: 'text/plain',
      length: 16,
      sha2,
    };
    const signed = statementOf({ account: ACCOUNT }, { attachments: [attachment] });
    const part = (...lines: string[]) => ['--b', ...lines].join('\r\n');
    await request('/xapi/statements', {
      method: 'POST',
      headers: { 'content-type': 'multipart/mixed; boundary=b' },
      body: [
        part('Content-Type: application/json', '', JSON.stringify(signed)),
        part(
          'Content-Type: text/plain',
          'Content-Transfer-Encoding: binary',
          `X-Experience-API-Hash: ${sha2}`,
          '',
          'an essay of hers',
        ),
        '--b--\r\n',
      ].join('\r\n'),
    });
    // What became of them: fixed forms, answers that name her, a letter that was edited, the index of statements.
    const items = await log.pending('lrs', 100);
    await log.fix(
      items.map(({ key, record }) => ({
        key,
        outbound: {
          form: 'mapped' as const,
          body: record.body,
          digest: record.digest,
          tables: null,
          resource: null,
          diagnostics: [
            { code: 'unmapped', term: `${IRI}"` },
            { code: 'unmapped', term: 'https://example.edu/other' },
          ],
        },
      })),
    );
    const attempt = { at: 1, status: 400, answer: `refused: ${IRI}` };
    await log.settle(
      items.map(({ key }) => ({ key, state: 'dead', reason: 'refused', attempt })),
      {
        destination: 'lrs',
        failures: 0,
        retryAt: 0,
        openedAt: null,
        stopped: `status 401: nobody may send of "${IRI}"`,
      },
    );
    const last = items.at(-1)!;
    const edited = {
      form: 'edited',
      body: `{"by":"${IRI}"}`,
      digest: '00',
      tables: null,
      resource: null,
      diagnostics: [],
    } as const;
    await log.dead.edit(last.key, edited, { by: 'local', at: 2 });
    await request(`/xapi/statements?agent=${agent}&related_agents=true`);
    for (const trace of [IRI, '"ada-l"', 'Lovelace-King']) expect(bytes().includes(trace)).toBe(true);

    const counts = await erase('--actor', IRI);
    expect(counts).toMatchObject({ records: 13, documents: 3, attachments: 1, answers: 3 });
    await log.close();
    const left = bytes();
    const traces = [
      `${IRI}"`,
      `${IRI}.`,
      `${IRI}/visits`,
      '"ada-l"',
      '\\"ada-l\\"',
      'Lovelace-King',
      'essay of hers',
      'the state of one',
      'profile of one',
      sha2,
    ];
    expect(traces.filter((trace) => left.includes(trace))).toEqual([]);
    expect(left.includes('kept for all')).toBe(true);
    log = await openSqliteLog(data);
    expect((await log.state('lrs'))?.stopped).toBe('status 401');
    const terms = await log.terms.list({ tenant: 'default', limit: 10 });
    expect(new Set(terms.map(({ term }) => term))).toEqual(new Set(['https://example.edu/other']));
    expect((await crosswalk(['verify', '--data', data])).status).toBe(0);
  });

  it('is done over HTTP by administrators, in their tenant', async () => {
    await everywhere();
    const dry = (await (await post('/erasures', { actor: IRI, dryRun: true })).json()) as Counts;
    expect(dry).toMatchObject({ dryRun: true, records: 11 });
    const done = (await (await post('/erasures', { actor: IRI })).json()) as Counts;
    expect(done).toMatchObject({ dryRun: false, records: 11, scrubbed: true });
    expect((await request('/records/4')).status).toBe(410);
    expect(await (await request('/records/4')).json()).toMatchObject({ code: 'erased' });
    expect((await request('/records/99')).status).toBe(404);
    const bad = await request('/erasures', { method: 'POST', body: '{"actor":"nobody"}' });
    expect([bad.status, await bad.json()]).toMatchObject([400, { errors: [{ path: '/actor' }] }]);
  });

  it('says so where somebody reads the log for so long that the file still holds what was erased', async () => {
    await statements(statementOf({ account: ACCOUNT }));
    const reader = new Sqlite(data, { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM records').get();
    const erased = (await (await post('/erasures', { actor: IRI })).json()) as Counts;
    expect(erased).toMatchObject({ records: 1, scrubbed: false });
    reader.exec('COMMIT');
    reader.close();
    const again = (await (await post('/erasures', { actor: IRI })).json()) as Counts;
    expect(again).toMatchObject({ records: 0, scrubbed: true });
  }, 20_000);

  it('is not for those who only read', async () => {
    await log.close();
    await start({
      sources: [
        {
          name: 'reader',
          scopes: ['read-all'],
          credentials: [{ scheme: 'bearer', token: { env: 'CROSSWALK_TOKEN' } }],
        },
      ],
    });
    const answer = await request('/erasures', { method: 'POST', body: JSON.stringify({ actor: IRI }) });
    expect(answer.status).toBe(403);
  });

  it('answers queries as though the records had never been', async () => {
    const own = statementOf({ account: ACCOUNT });
    const reference = statementOf(BOB, { object: { objectType: 'StatementRef', id: own.id as string } });
    await statements(own, reference);
    const found = async () => {
      const agent = encodeURIComponent(JSON.stringify({ account: ACCOUNT }));
      const answer = (await (await request(`/xapi/statements?agent=${agent}`)).json()) as {
        statements: JsonObject[];
      };
      return answer.statements.map(({ id }) => id);
    };
    expect(await found()).toEqual([reference.id, own.id]);
    await post('/erasures', { actor: IRI });
    expect(await found()).toEqual([]);
    expect((await request(`/xapi/statements?statementId=${own.id as string}`)).status).toBe(404);
    expect((await request(`/records/${own.id as string}`)).status).toBe(404);
    await expect
      .poll(async () => {
        const answer = await request(`/xapi/statements?verb=${encodeURIComponent(VERB.id)}`);
        return ((await answer.json()) as { statements: JsonObject[] }).statements.map(({ id }) => id);
      })
      .toEqual([reference.id]);
    // The sender may send it again, and it is a new record.
    await statements(own);
    expect(await seqs()).toEqual([2, 3]);
  });

  it('keeps to rules of retention, and leaves what is still to be delivered', async () => {
    await statements(statementOf(BOB), statementOf(BOB));
    const [first] = await log.pending('lrs', 1);
    await log.settle([{ key: first!.key, state: 'delivered', attempt: { at: 1, status: 200, answer: '' } }], {
      destination: 'lrs',
      failures: 0,
      retryAt: 0,
      openedAt: null,
      stopped: null,
    });
    const config = files.file('crosswalk.json', { data, retention: [{ mebibytes: 0.000001 }] });
    const retain = async (...words: string[]) => {
      const { status, output } = await crosswalk(['erase', '--retention', '--config', config, ...words]);
      expect(status).toBe(0);
      return lines<Counts>(output)[0]!;
    };
    expect(await retain('--dry-run')).toMatchObject({ records: 1 });
    expect(await retain()).toMatchObject({ records: 1, undelivered: 0, delivered: { lrs: 1 } });
    expect(await seqs()).toEqual([2]);
    expect(await retain('--including-pending')).toMatchObject({ records: 1, undelivered: 1 });
    expect((await crosswalk(['verify', '--data', data])).status).toBe(0);
  });

  it('cannot be run without a person', async () => {
    expect((await crosswalk(['erase', '--database', data])).status).toBe(2);
    expect((await crosswalk(['erase', '--database', data, '--actor', 'nobody'])).status).toBe(2);
  });
});

describe('what names a person', () => {
  const person = personOf(IRI, shippedCrosswalk())!;

  it('is found at any place of any record', () => {
    const place = fc.constantFrom<JsonValue[]>(IRI, { account: ACCOUNT }, { id: IRI }, `see ${IRI}, please`, {
      [IRI]: 1,
    });
    const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        place,
        fc.tuple(fc.string(), tie('tree')).map(([name, value]) => ({ [`x${name}`]: value })),
        fc.tuple(fc.string(), tie('tree')).map(([text, value]) => [text, value]),
      ),
    }));
    fc.assert(fc.property(tree, (value) => mentions(value, person)));
  });

  it('is never found in records of others', () => {
    const other = fc
      .string({ unit: fc.constantFrom('a', 'l', '-', '2', 'z'), minLength: 1 })
      .filter((name) => name !== 'ada-l')
      .map((name) => ({ id: `https://lms.example.edu/users/${name}`, account: { ...ACCOUNT, name } }));
    fc.assert(fc.property(other, (value) => !mentions(value, person)));
  });
});
