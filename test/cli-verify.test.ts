import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import { event, statement } from './runtime/log-records.ts';
import { appInMemory } from './support/app.ts';
import { crosswalk, folder, lines, type Folder } from './support/command-line.ts';

interface Summary {
  readonly head: { readonly number: number; readonly value: string };
  readonly records: number;
  readonly unsealed: number;
  readonly faults: number;
}

describe('crosswalk verify', () => {
  let files: Folder;
  let data: string;

  beforeEach(async () => {
    files = folder();
    data = join(files.path, 'log.sqlite');
    const log = await openSqliteLog(data);
    await log.append([event('a'), statement('b')], { onConflict: 'skip' });
    await log.proof.seal(Infinity, 1);
    await log.append([event('c')], { onConflict: 'skip' });
    await log.close();
  });
  afterEach(() => files.remove());

  const tamper = (sql: string) => {
    const database = new Sqlite(data);
    database.exec(sql);
    database.close();
  };

  it('says that a log is what was sealed, how much is not sealed yet, and where the chain ends', async () => {
    const before = readFileSync(data);
    const { status, output } = await crosswalk(['verify', '--data', data]);
    expect(status).toBe(0);
    expect(output).toMatch(/is what was sealed\. 2 records under 1 seals, 0 erased, 1 not yet sealed/);
    expect(output).toMatch(/seal 1, record 2, [0-9a-f]{64}/);
    expect(readFileSync(data)).toEqual(before);
  });

  it('takes the place of the log from a configuration', async () => {
    const config = files.file('crosswalk.json', { data });
    expect((await crosswalk(['verify', '--config', config])).status).toBe(0);
  });

  it('names each fault with its place, as text and as JSON, and ends with status 1', async () => {
    tamper(`UPDATE records SET body = '{}' WHERE seq = 2`);
    const text = await crosswalk(['verify', '--data', data]);
    expect([text.status, text.output]).toEqual([
      1,
      expect.stringMatching(/^body-changed {2}record 2: .*\n1 faults/),
    ]);
    const json = await crosswalk(['verify', '--data', data, '--json']);
    expect(json.status).toBe(1);
    expect(lines(json.output)).toMatchObject([
      { fault: { code: 'body-changed', seq: 2 } },
      { records: 2, unsealed: 1, faults: 1 },
    ]);
  });

  it('finds against an anchor that the log was made anew', async () => {
    const { output } = await crosswalk(['verify', '--data', data, '--json']);
    const anchor = files.file('anchor.json', output);
    expect((await crosswalk(['verify', '--data', data, '--anchor', anchor])).status).toBe(0);
    tamper(`DELETE FROM seals; UPDATE records SET source = 'other' WHERE seq = 1`);
    const log = await openSqliteLog(data);
    await log.proof.seal(Infinity, 2);
    await log.close();
    tamper(`UPDATE seals SET number = 1; UPDATE sqlite_sequence SET seq = 1 WHERE name = 'seals'`);
    const forged = await crosswalk(['verify', '--data', data, '--anchor', anchor, '--json']);
    expect(forged.status).toBe(1);
    expect(lines(forged.output)).toContainEqual(
      expect.objectContaining({
        fault: expect.objectContaining({ code: 'anchor-mismatch', seal: 1 }) as object,
      }),
    );
  });

  it('shows a person how far it is', async () => {
    const { errors } = await crosswalk(['verify', '--data', data], { terminal: true });
    expect(errors).toContain('rows');
  });

  it('cannot run without a log, or with an anchor that is none', async () => {
    expect((await crosswalk(['verify', '--data', join(files.path, 'absent')])).status).toBe(2);
    const anchor = files.file('anchor.json', { hello: 1 });
    const { status, errors } = await crosswalk(['verify', '--data', data, '--anchor', anchor]);
    expect([status, errors]).toEqual([2, expect.stringContaining('names no end of a chain')]);
  });

  it('takes for an anchor what an administrator is answered', async () => {
    const { app, log } = await appInMemory();
    await log.append([event('a')], { onConflict: 'skip' });
    await log.proof.seal(Infinity, 1);
    const authorization = 'Bearer a-token-for-tests';
    const answer = await app.request('/records/proof', { headers: { authorization } });
    const body = (await answer.json()) as Summary;
    expect(body).toMatchObject({ head: { number: 1, last: 1 }, unsealed: 0, erased: 0 });
    expect((await app.request('/records/proof')).status).toBe(401);
    const anchor = files.file('anchor.json', body);
    const { output } = await crosswalk(['verify', '--data', data, '--anchor', anchor, '--json']);
    expect(lines(output)[0]).toMatchObject({ fault: { code: 'anchor-mismatch' } });
  });

  it('is for administrators over HTTP', async () => {
    const { app } = await appInMemory({
      sources: [{ name: 'lms', credentials: [{ scheme: 'bearer', token: { env: 'CROSSWALK_TOKEN' } }] }],
    });
    const headers = { authorization: 'Bearer a-token-for-tests' };
    expect((await app.request('/records/proof', { headers })).status).toBe(403);
  });
});

describe('a gateway', () => {
  it('seals what it took, beside the requests', async () => {
    const { app, log } = await appInMemory();
    const headers = {
      authorization: 'Bearer a-token-for-tests',
      'content-type': 'application/json',
      'x-experience-api-version': '1.0.3',
    };
    const one = {
      actor: { mbox: 'mailto:ada@example.edu' },
      verb: { id: 'http://adlnet.gov/expapi/verbs/completed' },
      object: { id: 'https://lms.example.edu/units/1' },
    };
    const answer = await app.request('/xapi/statements', {
      method: 'POST',
      headers,
      body: JSON.stringify(one),
    });
    expect(answer.status).toBe(200);
    await expect.poll(async () => (await log.proof.state()).head.last).toBe(1);
  });
});
