import { createHash, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../src/gateway/node/index.ts';
import { runningGateway, TOKEN } from './support/running-gateway.ts';

type Done = (error: Error | null, response: { statusCode: number }, body: string) => void;

/** The methods of ADL's wrapper that are used; it has no types of its own. */
interface Wrapper {
  testConfig(done: (works: boolean) => void): void;
  sendStatements(statements: unknown, done: Done): void;
  getStatements(query: object | null, more: string | null, done: Done): void;
  sendState(
    activity: string,
    agent: object,
    id: string,
    registration: string | null,
    value: unknown,
    match: string | null,
    noneMatch: string | null,
    done: Done,
  ): void;
  getState(
    activity: string,
    agent: object,
    id: string,
    registration: string | null,
    since: null,
    done: Done,
  ): void;
}

const { XAPIWrapper } = createRequire(import.meta.url)('adl-xapiwrapper') as {
  XAPIWrapper: new (config: object) => Wrapper;
};

const AGENT = { objectType: 'Agent', mbox: 'mailto:ada@example.edu' };
const ACTIVITY = 'https://example.edu/activities/wrapper';
const statement = (more: object = {}) => ({
  id: randomUUID(),
  actor: AGENT,
  verb: { id: 'http://adlnet.gov/expapi/verbs/experienced', display: { en: 'experienced' } },
  object: { objectType: 'Activity', id: ACTIVITY },
  ...more,
});

describe("ADL's xAPI wrapper", () => {
  let gateway: RunningGateway;
  let wrapper: Wrapper;
  beforeAll(async () => {
    gateway = await runningGateway();
    wrapper = new XAPIWrapper({ url: `${gateway.url}/xapi/`, auth: { user: 'local', pass: TOKEN } });
  });
  afterAll(() => gateway.close());

  const answered = (call: (done: Done) => void) =>
    new Promise<{ status: number; body: string }>((resolve, reject) =>
      call((error, response, body) =>
        error ? reject(error) : resolve({ status: response.statusCode, body }),
      ),
    );

  it('finds that the gateway is an LRS that it can speak with', async () => {
    expect(await new Promise((resolve) => wrapper.testConfig(resolve))).toBe(true);
  });

  it('sends statements, and reads them page by page', async () => {
    const sent = [statement(), statement(), statement()];
    const { status, body } = await answered((done) => wrapper.sendStatements(sent, done));
    expect([status, JSON.parse(body)]).toEqual([200, sent.map(({ id }) => id)]);
    const query = { activity: ACTIVITY, limit: 2, ascending: true };
    const page = await answered((done) => wrapper.getStatements(query, null, done));
    const first = JSON.parse(page.body) as { statements: { id: string }[]; more: string };
    const next = await answered((done) => wrapper.getStatements(null, first.more, done));
    const second = JSON.parse(next.body) as typeof first;
    expect([...first.statements, ...second.statements].map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
    expect(second.more).toBe('');
  });

  it('keeps state, merges it, and takes the hash of what it has for an entity tag', async () => {
    const send = (value: unknown, match: string | null = null) =>
      answered((done) => wrapper.sendState(ACTIVITY, AGENT, 'bookmark', null, value, match, null, done));
    const read = () => answered((done) => wrapper.getState(ACTIVITY, AGENT, 'bookmark', null, null, done));
    expect((await send({ page: 1 })).status).toBe(204);
    expect((await send({ note: 'x' })).status).toBe(204);
    const { body } = await read();
    expect(JSON.parse(body)).toEqual({ page: 1, note: 'x' });
    const hash = createHash('sha1').update(body).digest('hex');
    expect((await send({ page: 2 }, hash)).status).toBe(204);
    expect((await send({ page: 3 }, hash)).status).toBe(412);
    expect(JSON.parse((await read()).body)).toEqual({ page: 2, note: 'x' });
  });

  it('sends statements that name attachments by their address', async () => {
    const attachment = {
      usageType: 'https://example.edu/usage',
      display: { en: 'work' },
      contentType: 'text/plain',
      length: 3,
      sha2: createHash('sha256').update('abc').digest('hex'),
      fileUrl: 'https://files.example.edu/abc.txt',
    };
    const sent = statement({ attachments: [attachment] });
    expect((await answered((done) => wrapper.sendStatements(sent, done))).status).toBe(200);
    const found = await answered((done) => wrapper.getStatements({ statementId: sent.id }, null, done));
    expect(JSON.parse(found.body)).toMatchObject({ attachments: [attachment] });
  });
});
