import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { event as eventRecord } from './runtime/log-records.ts';
import { event, statement } from './runtime/gateway-records.ts';
import { appInMemory, ENVIRONMENT } from './support/app.ts';

type App = Awaited<ReturnType<typeof appInMemory>>['app'];

const headers = {
  authorization: `Bearer ${ENVIRONMENT.CROSSWALK_TOKEN}`,
  'x-experience-api-version': '1.0.3',
  'content-type': 'application/json',
};

/** What a reader is given: the ids, when they were stored, and the time through which that is all. */
async function read(app: App) {
  const answer = await app.request('http://gateway.test/xapi/statements', { headers });
  const { statements } = (await answer.json()) as { statements: { id: string; stored: string }[] };
  const through = Date.parse(answer.headers.get('x-experience-api-consistent-through') ?? '');
  return { statements, through };
}

const send = (app: App, body: object) =>
  app.request('http://gateway.test/xapi/statements', { method: 'POST', headers, body: JSON.stringify(body) });

/** Communication 2.1.3: all that has or will have an earlier `stored` can be read. */
describe('X-Experience-API-Consistent-Through', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crosswalk-consistency-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is kept by an append in another process that took its time before and ends after', async () => {
    const database = join(folder, 'two.sqlite');
    const reader = await appInMemory({}, { database });
    const began = Date.now() - 5_000;
    const slow = await appInMemory({}, { database, now: () => began });
    const { through } = await read(reader.app);
    expect(through).toBeGreaterThan(began);
    const sent = statement();
    expect((await send(slow.app, sent)).status).toBe(200);
    const { statements } = await read(reader.app);
    expect(statements.map(({ id }) => id)).toEqual([sent.id]);
    expect(Date.parse(statements[0]?.stored ?? '')).toBeGreaterThan(through);
    await slow.log.close();
    await reader.log.close();
  });

  it('stays before events that are not indexed yet, whichever process received them, and then goes on', async () => {
    const database = join(folder, 'held.sqlite');
    const sender = await appInMemory({}, { database });
    const reader = await appInMemory({}, { database });
    const receivedAt = Date.now() - 60_000;
    const events = Array.from({ length: 450 }, () => event());
    const records = events.map((one) =>
      eventRecord(one.id, { tenant: 'default', body: JSON.stringify(one), receivedAt, deliveries: [] }),
    );
    await sender.log.append(records, { onConflict: 'skip' });
    const first = await read(reader.app);
    expect(first.statements).toHaveLength(200);
    expect(first.through).toBe(receivedAt - 1);
    const second = await read(reader.app);
    expect(second.through).toBe(receivedAt - 1);
    const third = await read(reader.app);
    expect(third.statements).toHaveLength(450);
    expect(third.through).toBeGreaterThan(receivedAt);
    await sender.log.close();
    await reader.log.close();
  });

  it('bounds the list of records that ascends, too, so that who goes on by time misses nothing', async () => {
    const database = join(folder, 'ascending.sqlite');
    const reader = await appInMemory({}, { database });
    const slow = await appInMemory({}, { database, now: () => Date.now() - 5_000 });
    const list = async (query: string) => {
      const answer = await reader.app.request(`http://gateway.test/records?order=ascending&${query}`, {
        headers,
      });
      const { records } = (await answer.json()) as { records: { id: string; receivedAt: string }[] };
      return records;
    };
    const first = event();
    const record = { tenant: 'default', body: JSON.stringify(first), receivedAt: Date.now(), deliveries: [] };
    await reader.log.append([eventRecord(first.id, record)], { onConflict: 'skip' });
    const [seen] = await list('limit=10');
    expect(seen?.id).toBe(first.id);
    const late = statement();
    expect((await send(slow.app, late)).status).toBe(200);
    const later = await list(`limit=10&since=${encodeURIComponent(seen?.receivedAt ?? '')}`);
    expect(later.map(({ id }) => id)).toEqual([late.id]);
    await slow.log.close();
    await reader.log.close();
  });

  it('goes on with time where nothing is sent, and holds what was said where the log cannot be written', async () => {
    let at = Date.UTC(2025, 8, 15);
    const { app, log } = await appInMemory({}, { now: () => at });
    expect((await read(app)).through).toBe(at);
    at += 3_600_000;
    expect((await read(app)).through).toBe(at);
    const { statements } = log;
    const said = at;
    at += 3_600_000;
    const consistency = statements.consistency.bind(statements);
    statements.consistency = (until) =>
      until === undefined ? consistency() : Promise.reject(new Error('attempt to write a readonly database'));
    expect((await read(app)).through).toBe(said);
    await log.close();
  });
});
