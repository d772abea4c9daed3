import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outboundFor } from '../src/forward/index.ts';
import { shippedCrosswalk } from '../src/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { statement } from './runtime/gateway-records.ts';
import { appInMemory, ENVIRONMENT } from './support/app.ts';
import { crosswalk, folder, type Folder } from './support/command-line.ts';

type Json = Record<string, unknown>;

const headers = {
  authorization: `Bearer ${ENVIRONMENT.CROSSWALK_TOKEN}`,
  'content-type': 'application/json',
  'x-experience-api-version': '1.0.3',
};

/** A statement whose sender left its id and timestamp to the LRS. */
function bare(parts: Json = {}): Json {
  const { id: _id, timestamp: _timestamp, ...rest } = statement();
  return { ...rest, ...parts };
}

describe('what a sender left to the LRS (xAPI Data 2.4.1, 2.4.7)', () => {
  let files: Folder;
  let database: string;
  beforeEach(() => {
    files = folder();
    database = `${files.path}/log.sqlite`;
  });
  afterEach(() => files.remove());

  /** Id and time of the records of the log, in each form that there is. */
  const forms = async () => {
    const { app, log } = await appInMemory({}, { database });
    const asked = async (path: string) => {
      const answer = await app.request(`http://gateway.test${path}`, { headers });
      expect(answer.status).toBe(200);
      return (await answer.json()) as Json;
    };
    const sent = async (kind: 'lrs' | 'caliper', record: Parameters<typeof outboundFor>[0]) => {
      const prepared = await outboundFor(record, { name: 'there', kind }, shippedCrosswalk());
      return JSON.parse((prepared.ok && prepared.outbound.body) || record.body) as Json;
    };
    const known = ({ id, timestamp, eventTime }: Json) => ({
      id: String(id).toLowerCase().replace('urn:uuid:', ''),
      time: timestamp ?? eventTime,
    });
    const records = await log.read({ limit: 10 });
    const all = await Promise.all(
      records.map(async (record) => ({
        found: [
          known(await asked(`/xapi/statements?statementId=${record.id}`)),
          known(await asked(`/records/${record.seq}?as=caliper`)),
          known(await sent('lrs', record)),
          known(await sent('caliper', record)),
        ],
      })),
    );
    await log.close();
    return all;
  };

  it('is the same wherever the statement goes, and in whichever form', async () => {
    const { app, log } = await appInMemory({}, { database });
    // what it says of its storage means nothing: it was stored nowhere
    const body = JSON.stringify(bare({ stored: '2001-01-01T00:00:00.000Z' }));
    const answer = await app.request('http://gateway.test/xapi/statements', {
      method: 'POST',
      headers,
      body,
    });
    const [id] = (await answer.json()) as string[];
    const [stored] = await log.read({ limit: 1 });
    await log.close();
    const [one] = await forms();
    const time = new Date(stored?.receivedAt ?? 0).toISOString();
    expect(one?.found).toEqual(Array.from({ length: 4 }, () => ({ id, time })));
  });

  it('is what another LRS had set before, where the statement was kept there', async () => {
    const stored = '2019-01-01T00:00:00.000Z';
    const id = 'a0e2f1c4-0000-4000-8000-000000000001';
    const dump = files.file('dump.json', [bare({ id: id.toUpperCase(), stored }), bare({ stored: 'then' })]);
    expect((await crosswalk(['import', '--database', database, dump])).errors).toBe('');
    const log = await openSqliteLog(database);
    const [, second] = await log.read({ limit: 2 });
    await log.close();
    const [kept, undated] = await forms();
    expect(kept?.found).toEqual(Array.from({ length: 4 }, () => ({ id, time: stored })));
    const time = new Date(second?.receivedAt ?? 0).toISOString();
    expect(undated?.found).toEqual(Array.from({ length: 4 }, () => ({ id: second?.id, time })));
  });
});
