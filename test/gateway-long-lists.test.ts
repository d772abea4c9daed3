import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { statement } from './runtime/gateway-records.ts';
import { appInMemory, ENVIRONMENT } from './support/app.ts';

/** A statement's verb in sixty thousand further postings, its agent in none of them but as many of their own. */
const LENGTHEN = `
WITH RECURSIVE places (place) AS (VALUES (1) UNION ALL SELECT place + 1 FROM places WHERE place < 120000)
INSERT INTO posting_runs (stored, term, first, places)
SELECT :after + place, (SELECT key FROM terms WHERE value = iif(place % 2, :verb, :agent)), 1000 + place, ' 0 ' FROM places`;

/** Communication 2.1.3: what is left of a limited list is found behind `more`. */
describe('a list whose conditions seldom meet', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crosswalk-lists-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is given in pages that may be empty, and `more` leads to what there is', async () => {
    const database = join(folder, 'log.sqlite');
    const { app, log } = await appInMemory({}, { database });
    const headers = {
      authorization: `Bearer ${ENVIRONMENT.CROSSWALK_TOKEN}`,
      'x-experience-api-version': '1.0.3',
      'content-type': 'application/json',
    };
    const actor = { mbox: 'mailto:odd@example.edu' };
    const verb = { id: 'https://example.edu/verbs/even' };
    const sent = statement({ actor, verb });
    const body = JSON.stringify(sent);
    await app.request('http://gateway.test/xapi/statements', { method: 'POST', headers, body });
    const file = new Database(database);
    const named = { verb: `term verb ${verb.id}`, agent: `term agent mbox ${actor.mbox}`, after: Date.now() };
    expect(file.prepare(LENGTHEN).run(named).changes).toBe(120_000);
    file.close();
    const query = new URLSearchParams({ agent: JSON.stringify(actor), verb: verb.id, limit: '1' });
    const pages: string[][] = [];
    for (let path = `/xapi/statements?${query.toString()}`; path !== '';) {
      const answer = await app.request(`http://gateway.test${path}`, { headers });
      expect(answer.status).toBe(200);
      const { statements, more } = (await answer.json()) as { statements: { id: string }[]; more: string };
      pages.push(statements.map(({ id }) => id));
      path = more;
    }
    expect(pages).toEqual([[], [sent.id]]);
    await log.close();
  });
});
