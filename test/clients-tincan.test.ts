import { createRequire } from 'node:module';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../src/gateway/node/index.ts';
import { runningGateway, TOKEN } from './support/running-gateway.ts';

/** The part of TinCanJS that is used: it publishes no types. */
interface Result {
  err: unknown;
  xhr: { status: number; responseText: string };
}
/** The error is null, an HTTP status, or what else went wrong. */
type Callback<Value> = (error: number | string | null, value: Value) => void;
interface TinCanStatement {
  id: string;
  actor: { mbox: string };
  verb: { id: string };
  target: { id: string };
  stored: string;
  authority: { account: { name: string } };
  result: { score: { scaled: number } } | null;
}
interface StatementsResult {
  statements: TinCanStatement[];
  more: string;
}
interface Lrs {
  saveStatement(statement: TinCanStatement, options: { callback: Callback<Result['xhr']> }): void;
  saveStatements(statements: TinCanStatement[], options: { callback: Callback<Result['xhr']> }): void;
  retrieveStatement(id: string, options: { callback: Callback<TinCanStatement> }): void;
  retrieveVoidedStatement(id: string, options: { callback: Callback<TinCanStatement> }): void;
  queryStatements(options: { params: object; callback: Callback<StatementsResult> }): void;
  moreStatements(options: { url: string; callback: Callback<StatementsResult> }): void;
  about(options: { callback: Callback<{ version: string[] }> }): void;
}
interface TinCan {
  LRS: new (options: object) => Lrs;
  Statement: new (parts: object) => TinCanStatement;
}

const TinCan = createRequire(import.meta.url)('tincanjs') as TinCan;

const parts = (more: object = {}) => ({
  id: randomUUID(),
  actor: { mbox: 'mailto:ada@example.edu', name: 'Ada' },
  verb: { id: 'http://adlnet.gov/expapi/verbs/passed', display: { 'en-US': 'passed' } },
  target: { id: 'https://example.edu/activities/tincan', definition: { name: { 'en-US': 'A test' } } },
  result: { score: { scaled: 0.75 }, success: true, duration: 'PT12M' },
  ...more,
});

describe('TinCanJS', () => {
  let gateway: RunningGateway;
  let lrs: Lrs;
  beforeAll(async () => {
    gateway = await runningGateway();
    lrs = new TinCan.LRS({
      endpoint: `${gateway.url}/xapi/`,
      username: 'local',
      password: TOKEN,
      allowFail: false,
    });
  });
  afterAll(() => gateway.close());

  const asked = <Value>(call: (callback: Callback<Value>) => void): Promise<Value> =>
    new Promise((resolve, reject) =>
      call((error, value) => {
        if (error === null) resolve(value);
        else reject(new Error(`status ${error}`));
      }),
    );
  const retrieve = (id: string) =>
    asked<TinCanStatement>((callback) => lrs.retrieveStatement(id, { callback }));

  it('saves a statement by PUT and reads it back by its id', async () => {
    const sent = new TinCan.Statement(parts());
    const answer = await asked<Result['xhr']>((callback) => lrs.saveStatement(sent, { callback }));
    expect(answer.status).toBe(204);
    const found = await retrieve(sent.id);
    expect(found).toMatchObject({ id: sent.id, verb: { id: sent.verb.id }, target: { id: sent.target.id } });
    expect(found.result?.score.scaled).toBe(0.75);
    expect(found.authority.account.name).toBe('local');
    expect(Date.parse(found.stored)).toBeGreaterThan(0);
  });

  it('saves a batch by POST, and lists it page by page', async () => {
    const sent = Array.from({ length: 3 }, () => new TinCan.Statement(parts()));
    const answer = await asked<Result['xhr']>((callback) => lrs.saveStatements(sent, { callback }));
    expect(JSON.parse(answer.responseText)).toEqual(sent.map(({ id }) => id));
    const first = await asked<StatementsResult>((callback) =>
      lrs.queryStatements({ params: { limit: 2 }, callback }),
    );
    expect(first.statements.map(({ id }) => id)).toEqual([sent[2]?.id, sent[1]?.id]);
    const second = await asked<StatementsResult>((callback) =>
      lrs.moreStatements({ url: first.more, callback }),
    );
    expect(second.statements[0]?.id).toBe(sent[0]?.id);
  });

  it('is told of a conflict, and of a statement that is not there', async () => {
    const sent = new TinCan.Statement(parts());
    await asked<Result['xhr']>((callback) => lrs.saveStatement(sent, { callback }));
    const other = new TinCan.Statement(parts({ id: sent.id, result: { success: false } }));
    await expect(
      asked((callback: Callback<Result['xhr']>) => lrs.saveStatement(other, { callback })),
    ).rejects.toThrow('409');
    await expect(retrieve(randomUUID())).rejects.toThrow('404');
  });

  it('learns the versions', async () => {
    const about = await asked<{ version: string[] }>((callback) => lrs.about({ callback }));
    expect(about.version).toEqual(['1.0.3', '2.0.0']);
  });
});
