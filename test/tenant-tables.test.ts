import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { soundTables } from '../src/cli/tables.ts';
import { startConfigured, type RunningGateway } from '../src/gateway/node/index.ts';
import type { JsonObject } from '../src/json/index.ts';
import { startDestination, type LocalDestination } from './forward-destination.ts';
import { anEnvelope, anEvent } from './support/records.ts';

const TENANTS = ['north', 'south'] as const;

/** A row of north's own: the revision of an activity says what kind of file it is. */
const OWN_ROW =
  'row\tevent\tcaliper_path\txapi_path\ttransform\twhen\tdirection\tcomment\n' +
  'F:own\t\tobject.mediaType\tcontext.revision\tcopy\t\tc2x\tWhat kind of file it is\n';

const event = anEvent({
  object: { id: 'https://lms.example.edu/pages/1', type: 'WebPage', mediaType: 'text/html' },
});

const revisionOf = (statement: JsonObject | undefined) =>
  (statement?.['context'] as JsonObject | undefined)?.['revision'];

describe('two tenants, of which one has tables of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crosswalk-tenant-tables-'));
  let lrs: LocalDestination;
  let gateway: RunningGateway;

  beforeAll(async () => {
    lrs = await startDestination(() => ({ status: 200, body: '[]' }));
    mkdirSync(join(folder, 'tables'));
    writeFileSync(join(folder, 'tables', 'structure.tsv'), OWN_ROW);
    const config = join(folder, 'crosswalk.json');
    const secret = (env: string) => ({ scheme: 'bearer', token: { env } });
    const configuration = {
      listen: { port: 0 },
      data: './log.sqlite',
      tenants: [{ name: 'north', mappings: './tables' }, { name: 'south' }],
      sources: TENANTS.map((tenant) => ({
        name: `${tenant}-lms`,
        tenant,
        scopes: ['send-caliper', 'read-all'],
        credentials: [secret(tenant)],
      })),
      destinations: TENANTS.map((tenant) => ({
        kind: 'lrs',
        name: `${tenant}-lrs`,
        tenant,
        url: `${lrs.url}/${tenant}`,
        allowPrivate: true,
        batch: { age: 0 },
        authorization: secret(tenant),
      })),
    };
    writeFileSync(config, JSON.stringify(configuration));
    const environment = { north: 'north-token', south: 'south-token' };
    gateway = await startConfigured({ config, environment, tablesOf: soundTables, print: () => {} });
  });
  afterAll(async () => {
    await gateway.close();
    await lrs.close();
    rmSync(folder, { recursive: true });
  });

  const headers = (tenant: string) => ({
    authorization: `Bearer ${tenant}-token`,
    'content-type': 'application/json',
    'x-experience-api-version': '1.0.3',
  });

  it('are each delivered, and given back, by their own tables', async () => {
    for (const tenant of TENANTS) {
      const body = JSON.stringify(anEnvelope([event]));
      const sent = await fetch(`${gateway.url}/caliper`, { method: 'POST', headers: headers(tenant), body });
      expect(sent.status).toBe(200);
    }
    await expect.poll(() => lrs.requests.length, { timeout: 10_000 }).toBe(2);
    const delivered = new Map(
      lrs.requests.map(({ path, body }) => [
        path.split('/')[1],
        revisionOf((JSON.parse(body) as JsonObject[])[0]),
      ]),
    );
    expect([...delivered].sort()).toEqual([
      ['north', 'text/html'],
      ['south', undefined],
    ]);

    for (const tenant of TENANTS) {
      const answer = await fetch(`${gateway.url}/xapi/statements`, { headers: headers(tenant) });
      const { statements } = (await answer.json()) as { statements: JsonObject[] };
      expect(statements.map(revisionOf)).toEqual([delivered.get(tenant)]);
    }
  });
});
