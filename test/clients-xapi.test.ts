import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as Module from '@xapi/xapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../src/gateway/node/index.ts';
import { runningGateway, TOKEN } from './support/running-gateway.ts';

const { default: XAPI } = createRequire(import.meta.url)('@xapi/xapi') as typeof Module.default;

const statement = (more: Partial<Module.Statement> = {}): Module.Statement => ({
  id: randomUUID(),
  actor: { objectType: 'Agent', mbox: 'mailto:ada@example.edu' },
  verb: { id: 'http://adlnet.gov/expapi/verbs/experienced', display: { en: 'experienced' } },
  object: { objectType: 'Activity', id: 'https://example.edu/activities/xapi' },
  ...more,
});

describe.each(['fetch', 'axios'] as const)('@xapi/xapi with %s', (adapter) => {
  let gateway: RunningGateway;
  let client: InstanceType<typeof XAPI>;
  beforeAll(async () => {
    gateway = await runningGateway();
    client = new XAPI({
      endpoint: `${gateway.url}/xapi/`,
      auth: XAPI.toBasicAuth('local', TOKEN),
      version: '1.0.3',
      adapter,
    });
  });
  afterAll(() => gateway.close());

  it('sends a statement and reads it back by its id', async () => {
    const sent = statement({
      result: { response: 'Größe ☃', extensions: { 'https://example.edu/x': [1, null] } },
    });
    const { data: ids } = await client.sendStatement({ statement: sent });
    expect(ids).toEqual([sent.id]);
    const { data: found } = await client.getStatement({ statementId: sent.id ?? '' });
    expect(found).toMatchObject(sent);
  });

  it('sends a batch, and lists it with the page that comes after', async () => {
    const sent = [statement(), statement(), statement({ id: undefined as never })];
    const { data: ids } = await client.sendStatements({ statements: sent });
    expect(ids.slice(0, 2)).toEqual(sent.slice(0, 2).map(({ id }) => id));
    const { data: page } = await client.getStatements({ limit: 2, ascending: false });
    expect(page.statements.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const { data: next } = await client.getMoreStatements({ more: page.more });
    expect((next as Module.StatementsResponse).statements[0]?.id).toBe(ids[0]);
  });

  it('voids a statement, and reads it back as voided', async () => {
    const sent = statement();
    await client.sendStatement({ statement: sent });
    await client.voidStatement({
      actor: { objectType: 'Agent', mbox: 'mailto:teacher@example.edu' },
      statementId: sent.id ?? '',
    });
    await expect(client.getStatement({ statementId: sent.id ?? '' })).rejects.toThrow(
      /404|no-such-statement/,
    );
    const { data: voided } = await client.getVoidedStatement({ voidedStatementId: sent.id ?? '' });
    expect(voided).toMatchObject({ id: sent.id });
  });

  it('learns the versions', async () => {
    expect((await client.getAbout()).data).toEqual({ version: ['1.0.3', '2.0.0'] });
  });
});
