import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Storage } from '../src/audit/index.ts';
import { createForwarder } from '../src/forward/index.ts';
import { createCrosswalk, shippedTables } from '../src/mappings/index.ts';
import { ontology } from '../src/ontology/index.ts';
import { parseConfiguration, portableDigest, settingsOf } from '../src/gateway/index.ts';
import { sameStatement } from '../src/xapi/index.ts';
import { startDestination, type LocalDestination } from './forward-destination.ts';
import { appInMemory } from './support/app.ts';
import { aStatement, anEntity, anEnvelope, anEvent, uuid } from './support/records.ts';

const TENANTS = ['north', 'south'] as const;
type Tenant = (typeof TENANTS)[number];

/** What one of the two does. The same ids on purpose: nothing of one may meet the other's. */
type Operation =
  | {
      readonly does: 'event' | 'describe' | 'statement' | 'document';
      readonly n: number;
      readonly text: number;
    }
  | { readonly does: 'attachment' | 'void' | 'read' | 'key' | 'deliver' | 'forget'; readonly n: number };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    does: fc.constantFrom('event', 'describe', 'statement', 'document'),
    n: fc.nat(3),
    text: fc.nat(2),
  }),
  fc.record({
    does: fc.constantFrom('attachment', 'void', 'read', 'key', 'deliver', 'forget'),
    n: fc.nat(3),
  }),
);

const steps = fc.array(fc.tuple(fc.constantFrom(...TENANTS), operation), { minLength: 6, maxLength: 14 });

const AGENT = JSON.stringify({ mbox: 'mailto:a@example.edu' });
const document = (n: number) => `/xapi/agents/profile?agent=${encodeURIComponent(AGENT)}&profileId=p${n}`;
const ATTACHMENT = 'the same attachment of both';

/** Everything that a tenant can ask for. */
const questions = (seqs: readonly number[]) => [
  '/xapi/statements',
  '/xapi/statements?attachments=true',
  ...[0, 1, 2, 3].flatMap((n) => [
    `/xapi/statements?statementId=${uuid(n)}`,
    `/xapi/statements?voidedStatementId=${uuid(n)}`,
    document(n),
    `/records/urn:uuid:${uuid(n)}`,
    `/records/${uuid(n)}`,
    `/xapi/activities?activityId=${encodeURIComponent(`https://lms.example.edu/things/${n}`)}`,
  ]),
  `/xapi/agents?agent=${encodeURIComponent(AGENT)}`,
  `/xapi/agents/profile?agent=${encodeURIComponent(AGENT)}`,
  '/records?limit=100',
  '/records?as=xapi&order=ascending',
  '/records?as=caliper&format=ndjson',
  '/records?actor=mailto:a@example.edu',
  '/terms',
  '/dead?limit=500',
  ...Array.from({ length: 12 }, (_, key) => [`/dead/${key}`, `/dead/${key}/remapped`]).flat(),
  ...seqs.map((seq) => `/records/${seq}`),
  '/keys',
  '/destinations',
  '/metrics',
  '/records/proof',
  '/caliper',
  '/healthz',
  '/readyz',
  '/xapi/about',
];

describe('two tenants of one gateway', () => {
  let refuses: LocalDestination;
  beforeAll(async () => {
    refuses = await startDestination((request) => ({
      status: 400,
      body: `refused by ${request.path.includes('north') ? 'north-place' : 'south-place'}`,
    }));
  });
  afterAll(() => refuses.close());

  const input = () => ({
    tenants: TENANTS.map((name) => ({ name })),
    sources: TENANTS.map((tenant) => ({
      name: `${tenant}-lms`,
      tenant,
      scopes: ['send-caliper', 'send-xapi', 'read-all', 'administer', 'monitor'] as const,
      credentials: [{ scheme: 'bearer' as const, token: { env: tenant } }],
    })).map((source) => ({ ...source, scopes: [...source.scopes] })),
    destinations: TENANTS.map((tenant) => ({
      kind: 'lrs' as const,
      name: `${tenant}-lrs`,
      tenant,
      url: `${refuses.url}/${tenant}`,
      authorization: { scheme: 'bearer' as const, token: { env: tenant } },
    })),
  });
  const environment = { north: 'north-token', south: 'south-token' };

  async function opened() {
    const { app, log, notices } = await appInMemory(input(), { environment });
    const request = (
      tenant: Tenant,
      path: string,
      init: { method?: string; body?: string; type?: string } = {},
    ) =>
      app.request(path, {
        method: init.method ?? 'GET',
        headers: {
          authorization: `Bearer ${environment[tenant]}`,
          'content-type': init.type ?? 'application/json',
          'x-experience-api-version': '1.0.3',
          ...(init.method === 'PUT' ? { 'if-match': '*' } : {}),
          ...(init.method === 'POST' && path.includes('profile') ? { 'if-none-match': '"x"' } : {}),
        },
        ...(init.body === undefined ? {} : { body: init.body }),
      });
    return { log, notices, request };
  }
  type Opened = Awaited<ReturnType<typeof opened>>;

  /** A word of a tenant's own, which stands in everything that it sends. */
  const mark = (tenant: Tenant, text: number) => `${tenant}-word-${text}`;

  async function perform({ request, log }: Opened, tenant: Tenant, one: Operation): Promise<number> {
    const post = (path: string, body: unknown, type?: string) =>
      request(tenant, path, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...(type === undefined ? {} : { type }),
      });
    const id = uuid(one.n);
    const thing = { id: `https://lms.example.edu/things/${one.n}` };
    const named = (text: number) => ({ ...thing, definition: { name: { en: mark(tenant, text) } } });
    switch (one.does) {
      case 'event': {
        const object = { ...thing, type: 'WebPage', name: mark(tenant, one.text) };
        return (await post('/caliper', anEnvelope([anEvent({ id: `urn:uuid:${id}`, object })]))).status;
      }
      case 'describe':
        return (
          await post('/caliper', anEnvelope([anEntity({ id: thing.id, name: mark(tenant, one.text) })]))
        ).status;
      case 'statement':
        return (
          await post(
            '/xapi/statements',
            aStatement({
              id,
              actor: { mbox: 'mailto:a@example.edu', name: mark(tenant, one.text) },
              object: named(one.text),
            }),
          )
        ).status;
      case 'document':
        return (await post(document(one.n), { word: mark(tenant, one.text) })).status;
      case 'attachment': {
        const sha2 = portableDigest(ATTACHMENT);
        const statement = aStatement({
          id: randomUUID(),
          object: named(0),
          attachments: [
            {
              usageType: 'https://example.edu/a',
              display: { en: mark(tenant, 0) },
              contentType: 'text/plain',
              length: ATTACHMENT.length,
              sha2,
            },
          ],
        });
        const part = `Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: ${sha2}`;
        const body = `--b\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(statement)}\r\n--b\r\n${part}\r\n\r\n${ATTACHMENT}\r\n--b--\r\n`;
        return (await post('/xapi/statements', body, 'multipart/mixed; boundary=b')).status;
      }
      case 'void':
        return (
          await post(
            '/xapi/statements',
            aStatement({
              id: randomUUID(),
              verb: { id: 'http://adlnet.gov/expapi/verbs/voided' },
              object: { objectType: 'StatementRef', id },
            }),
          )
        ).status;
      case 'key':
        return (await post('/keys', { source: `${tenant}-reader`, scopes: ['read-all'] })).status;
      case 'deliver':
        await deliver(log, [`${tenant}-lrs`]);
        return 0;
      case 'forget':
        return (await post('/erasures', { actor: 'mailto:a@example.edu', dryRun: one.n === 0 })).status;
      case 'read':
        return (await request(tenant, `/xapi/statements?statementId=${id}`)).status;
    }
  }

  /** Everything that a tenant is answered, as one text; times, numbers and random ids aside. */
  async function told({ request }: Opened, tenant: Tenant, seqs: readonly number[]): Promise<string> {
    const answers: string[] = [];
    for (const path of questions(seqs)) {
      const answer = await request(tenant, path);
      expect(answer.status).toBeLessThan(500);
      answers.push(`${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}`);
    }
    return answers.join('\n');
  }

  const shipped = createCrosswalk(shippedTables(), ontology);

  async function deliver(log: Storage, names?: readonly string[]): Promise<void> {
    const forwarder = createForwarder({
      log,
      destinations: settingsOf(parseConfiguration(input()), environment, portableDigest).destinations,
      crosswalk: () => shipped,
      comparable: sameStatement,
      fetch,
      now: Date.now,
      random: Math.random,
      newId: randomUUID,
    });
    await (names ? Promise.all(names.map((name) => forwarder.deliver(name))) : forwarder.deliverAll());
  }

  it('see no byte of one another, whatever they do', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const stage = await opened();
        for (const [tenant, one] of all) expect(await perform(stage, tenant, one)).toBeLessThan(500);
        await deliver(stage.log);
        const seqs = (await stage.log.read({ limit: 100 })).map(({ seq }) => seq);
        for (const tenant of TENANTS) {
          const other = tenant === 'north' ? 'south' : 'north';
          const text = await told(stage, tenant, seqs);
          expect(text).not.toContain(other);
          const sent = refuses.requests.filter(({ path }) => path.includes(tenant));
          expect(JSON.stringify(sent)).not.toContain(`${other}-word`);
        }
        expect(stage.notices.filter(({ level }) => level === 'error')).toEqual([]);
        refuses.requests.length = 0;
        await stage.log.close();
      }),
      { numRuns: Number(process.env['CROSSWALK_TENANT_RUNS'] ?? 12) },
    );
  }, 120_000);

  it('are each answered as if the other were not there', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const [shared, alone] = [await opened(), await opened()];
        const figures = async ({ request }: Opened) => {
          const json = async (path: string) =>
            JSON.parse(await (await request('north', path)).text()) as object;
          const [standings, terms, metrics] = [
            await json('/destinations'),
            await json('/terms'),
            await (await request('north', '/metrics')).text(),
          ];
          // Times, and the numbers of records, which count all tenants.
          const lasting = (name: string, value: unknown) =>
            ['retryAt', 'oldestPending', 'record'].includes(name) ? null : value;
          return [
            JSON.stringify([standings, terms], lasting),
            metrics.replace(/^crosswalk_delivery_oldest_age_seconds.*$/gm, ''),
          ];
        };
        for (const [tenant, one] of all) {
          const status = await perform(shared, tenant, one);
          // conflicts, duplicates, voiding and echoes: what another tenant holds under an id decides nothing
          if (tenant === 'north') expect(await perform(alone, tenant, one)).toBe(status);
        }
        expect(await figures(shared)).toEqual(await figures(alone));
        await Promise.all([shared.log.close(), alone.log.close()]);
      }),
      { numRuns: Number(process.env['CROSSWALK_TENANT_RUNS'] ?? 12) },
    );
  }, 120_000);

  it('do not reach into one another’s dead letters and keys, by whatever number', async () => {
    const stage = await opened();
    await perform(stage, 'north', { does: 'statement', n: 1, text: 1 });
    await deliver(stage.log);
    const made = await stage.request('north', '/keys', {
      method: 'POST',
      body: JSON.stringify({ source: 'r', scopes: ['read-all'] }),
    });
    const { id } = (await made.json()) as { id: string };
    const [letter] = await stage.log.dead.list({ limit: 1 });
    expect(letter).toBeDefined();
    const body = JSON.stringify(aStatement());
    const found = async (tenant: Tenant, query: string) => {
      const answer = await stage.request(tenant, `/records?${query}`);
      return ((await answer.json()) as { records: unknown[] }).records.length;
    };
    for (const query of ['destination=north-lrs', 'destination=north-lrs&state=dead', 'source=north-lms']) {
      expect([await found('north', query), await found('south', query)], query).toEqual([1, 0]);
    }
    for (const [method, path] of [
      ['POST', `/dead/${letter?.key}/replay`],
      ['PUT', `/dead/${letter?.key}/outbound`],
      ['DELETE', `/dead/${letter?.key}`],
      ['POST', '/destinations/north-lrs/resume'],
      ['GET', '/records/proof'],
      ['POST', `/keys/${id}/rotate`],
      ['DELETE', `/keys/${id}`],
    ] as const) {
      const sent = method === 'GET' ? { method } : { method, body: method === 'PUT' ? body : '{}' };
      const wanted = /resume$|proof$/.test(path) ? 403 : 404;
      expect((await stage.request('south', path, sent)).status, path).toBe(wanted);
    }
    const all = { method: 'POST', body: JSON.stringify({ query: { reason: 'refused' } }) };
    expect(await (await stage.request('south', '/dead/replay', all)).json()).toEqual({ replayed: 0 });
    expect(await (await stage.request('north', '/dead/replay', all)).json()).toEqual({ replayed: 1 });
    await stage.log.close();
  });
});
