import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { statement, voiding } from './gateway-records.ts';
import { problemOf } from './gateway-requests.ts';
import { basic, bearer, type Stage } from './gateway-stage.ts';

type Returned = Record<string, unknown> & { id: string; stored: string };

interface Page {
  statements: Returned[];
  more: string;
}

/** What the statements resource and the about resource do (xAPI Communication 2.1, 2.8, 3.2, 3.3). */
export function xapiCases(stage: () => Stage): void {
  const version = { 'x-experience-api-version': '1.0.3' };
  const credential = basic('campus', 'CAMPUS');
  const path = (query: Record<string, string>) => `/xapi/statements?${new URLSearchParams(query).toString()}`;
  const send = (
    method: 'POST' | 'PUT',
    target: string,
    body: unknown,
    headers: Record<string, string> = {},
  ) =>
    stage().request(target, {
      method,
      headers: { ...credential, ...version, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const post = (body: unknown, headers?: Record<string, string>) =>
    send('POST', '/xapi/statements', body, headers);
  const put = (id: string, body: unknown) => send('PUT', path({ statementId: id }), body);
  const get = (query: Record<string, string>, headers: Record<string, string> = {}) =>
    stage().request(path(query), { headers: { ...credential, ...version, ...headers } });
  const single = async (id: string) => (await (await get({ statementId: id })).json()) as Returned;

  it('stores one statement by POST, and gives it back with what an LRS adds (2.1.2, Data 2.4)', async () => {
    const sent = statement({
      version: undefined,
      result: { score: { scaled: 0.5 }, extensions: { 'urn:x': null } },
    });
    const answer = await post(sent);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual([sent.id]);
    const found = await get({ statementId: sent.id });
    expect(found.status).toBe(200);
    const { stored, authority, version: said, ...own } = (await found.json()) as Returned;
    expect(own).toEqual(JSON.parse(JSON.stringify(sent)));
    expect(said).toBe('1.0.0');
    expect(authority).toMatchObject({ objectType: 'Agent', account: { name: 'campus' } });
    expect(Date.parse(found.headers.get('last-modified') ?? '')).toBe(
      Math.floor(Date.parse(stored) / 1000) * 1000,
    );
  });

  it('stores a batch in order, and gives ids to statements without one (2.1.2, Data 2.4.1)', async () => {
    const named = statement();
    const ids = (await (
      await post([named, statement({ id: undefined, timestamp: undefined })])
    ).json()) as string[];
    expect(ids[0]).toBe(named.id);
    const found = await single(ids[1] ?? '');
    expect(found).toMatchObject({ id: ids[1] });
    expect(found.timestamp).toBe(found.stored);
    expect(await (await post([])).json()).toEqual([]);
  });

  it('stores a statement by PUT under the id of the request, with 204 (2.1.1)', async () => {
    const id = randomUUID();
    const answer = await put(id.toUpperCase(), statement({ id: undefined }));
    expect(answer.status).toBe(204);
    expect(await answer.text()).toBe('');
    expect(await single(id)).toMatchObject({ id });
    expect((await put(randomUUID(), statement())).status).toBe(400);
    expect((await put(id, [statement()])).status).toBe(400);
    expect((await send('PUT', '/xapi/statements', statement())).status).toBe(400);
    expect((await send('PUT', path({ statementid: id }), statement())).status).toBe(400);
  });

  it('takes the same statement again, in any form of the same, and changes nothing (2.1.1, 2.1.2)', async () => {
    const sent = statement({ timestamp: undefined });
    await post(sent);
    const first = await single(sent.id);
    expect((await post([sent])).status).toBe(200);
    expect(
      (await post([statement(), { ...first, verb: { ...(sent.verb as object), display: {} } }])).status,
    ).toBe(200);
    expect((await put(sent.id, sent)).status).toBe(204);
    expect(await single(sent.id)).toEqual(first);
  });

  it('answers 409 to another statement under an id, and stores nothing of its batch (2.1.2, 3.2)', async () => {
    const sent = statement();
    await post(sent);
    const other = statement();
    const answer = await post([other, { ...sent, result: { success: true } }]);
    expect(answer.status).toBe(409);
    expect((await problemOf(answer)).errors).toMatchObject([{ path: '/1', rule: 'xapi-conflict' }]);
    expect((await get({ statementId: other.id })).status).toBe(404);
    expect((await put(sent.id, { ...sent, result: { success: true } })).status).toBe(409);
  });

  it('refuses a batch whole where one statement breaks a rule, and says where (2.1.2)', async () => {
    const good = statement();
    const answer = await post([good, statement({ verb: undefined }), statement({ actor: { mbox: 'ada' } })]);
    expect(answer.status).toBe(400);
    const { errors } = await problemOf(answer);
    expect(errors.map(({ path: at }) => at)).toEqual(['/1', '/2/actor/mbox']);
    expect((await get({ statementId: good.id })).status).toBe(404);
    const twice = await post([good, { ...good, id: good.id.toUpperCase() }]);
    expect(twice.status).toBe(400);
  });

  it.each([
    ['malformed JSON', '{"actor":', {}],
    ['a scalar', '5', {}],
    ['another content type', '{}', { 'content-type': 'text/plain' }],
    ['attachments with their data', '--x--', { 'content-type': 'multipart/mixed; boundary=x' }],
    ['a missing version', JSON.stringify(statement()), { 'x-experience-api-version': '' }],
    ['an unknown version', JSON.stringify(statement()), { 'x-experience-api-version': '0.95' }],
    [
      'a number beyond a double',
      JSON.stringify(statement({ result: { score: { raw: 7 } } })).replace('7', '1e999'),
      {},
    ],
    ['what nests too deep', `${'['.repeat(21)}${']'.repeat(21)}`, {}],
  ])('answers 400 to %s (3.2)', async (_, body, headers) => {
    const answer = await post(body, headers);
    expect(answer.status).toBe(400);
    await problemOf(answer);
  });

  it('answers 401 with challenges without a known credential, 403 where it may not do this (3.2, 4)', async () => {
    for (const authorization of ['', 'Basic Og==', `Basic ${btoa('campus:wrong')}`, 'Bearer nobody']) {
      const answer = await post(statement(), { authorization });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Basic realm=');
      await problemOf(answer);
    }
    expect((await post(statement(), basic('sensor', 'SENSOR'))).status).toBe(403);
    expect((await get({}, basic('sensor', 'SENSOR'))).status).toBe(403);
    expect((await post(statement(), bearer('PLAYER'))).status).toBe(200);
  });

  it('answers 413 past its limits (3.2)', async () => {
    expect((await post(Array.from({ length: 21 }, () => statement()))).status).toBe(413);
    expect((await post(statement({ result: { response: 'x'.repeat(60_000) } }))).status).toBe(413);
  });

  it('shows a source its own statements only, unless it may read all', async () => {
    const sent = statement();
    await post(sent);
    expect((await get({ statementId: sent.id }, basic('player', 'PLAYER'))).status).toBe(404);
    const { statements } = (await (await get({}, basic('player', 'PLAYER'))).json()) as Page;
    expect(statements.map(({ authority }) => authority)).not.toContainEqual(
      expect.objectContaining({ account: expect.objectContaining({ name: 'campus' }) as unknown }),
    );
  });

  it('gives out a voided statement as such only, and the voiding one as any other (2.1.4)', async () => {
    const sent = statement();
    await post(sent);
    expect((await get({ voidedStatementId: sent.id })).status).toBe(404);
    const voidance = voiding(sent.id.toUpperCase());
    await post(voidance);
    expect((await get({ statementId: sent.id })).status).toBe(404);
    expect(await (await get({ voidedStatementId: sent.id })).json()).toMatchObject({ id: sent.id });
    const { statements } = (await (await get({ limit: '5' })).json()) as Page;
    expect(statements.map(({ id }) => id)).toContain(voidance.id);
    expect(statements.map(({ id }) => id)).not.toContain(sent.id);
    await post(voiding(voidance.id));
    expect((await get({ statementId: voidance.id })).status).toBe(200);
  });

  it('lists statements newest first or oldest first, in pages, between two times (2.1.3)', async () => {
    const before = (await single(((await (await post(statement())).json()) as string[])[0] ?? '')).stored;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const sent = Array.from({ length: 5 }, () => statement().id);
    for (const id of sent) await post(statement({ id }));
    const pages: string[] = [];
    let next = path({ since: before, limit: '2', ascending: 'true' });
    while (next !== '') {
      const page = await stage().request(next, { headers: { ...credential, ...version } });
      const { statements, more } = (await page.json()) as Page;
      expect(statements.length).toBeLessThanOrEqual(2);
      pages.push(...statements.map(({ id }) => id));
      next = more;
    }
    expect(pages).toEqual(sent);
    const newest = (await (await get({ since: before })).json()) as Page;
    expect(newest.statements.map(({ id }) => id)).toEqual([...sent].reverse());
    const none = (await (await get({ since: before, until: before })).json()) as Page;
    expect(none).toEqual({ statements: [], more: '' });
    const upTo = (await (await get({ until: before, limit: '1' })).json()) as Page;
    expect(upTo.statements[0]?.stored).toBe(before);
  });

  it('gives out identifiers only, or one language, where it is asked to (2.1.3)', async () => {
    const sent = statement({
      object: { id: 'https://example.edu/a', definition: { name: { en: 'Page', de: 'Seite' } } },
    });
    await post(sent);
    const ids = (await (await get({ statementId: sent.id, format: 'ids' })).json()) as Record<
      string,
      unknown
    >;
    expect(ids.object).toEqual({ id: 'https://example.edu/a' });
    const canonical = await get({ statementId: sent.id, format: 'canonical' }, { 'accept-language': 'de' });
    expect(await canonical.json()).toMatchObject({ object: { definition: { name: { de: 'Seite' } } } });
  });

  it.each([
    [{ nonsense: '1' }],
    [{ Limit: '1' }],
    [{ limit: '-1' }],
    [{ since: 'yesterday' }],
    [{ statementId: 'x' }],
    [{ statementId: randomUUID(), voidedStatementId: randomUUID() }],
    [{ statementId: randomUUID(), limit: '1' }],
    [{ attachments: 'yes' }],
    [{ verb: 'no IRI' }],
    [{ cursor: 'forged' }],
    [{ cursor: 'MTIzP3ZlcmI9eA', limit: '1' }],
  ])('answers 400 to a query that it cannot answer: %o (2.1.3)', async (query) => {
    const answer = await get(query);
    expect(answer.status).toBe(400);
    expect((await problemOf(answer)).errors.length).toBeGreaterThan(0);
  });

  it('says on every answer which version it speaks, and through when it is consistent (3.3, 2.1.3)', async () => {
    const spoken = async (asked: string) =>
      (await get({}, { 'x-experience-api-version': asked })).headers.get('x-experience-api-version');
    expect(await spoken('1.0')).toBe('1.0.3');
    expect(await spoken('2.0.0')).toBe('2.0.0');
    const refused = await get({ nonsense: '1' });
    expect(refused.headers.get('x-experience-api-version')).toBe('1.0.3');
    expect(Date.parse(refused.headers.get('x-experience-api-consistent-through') ?? '')).toBeGreaterThan(0);
  });

  it('refuses what names no version as a request of 0.9, whoever spoke before (Communication 3.3)', async () => {
    for (const spoken of ['1.0.3', '2.0.0']) {
      await get({}, { 'x-experience-api-version': spoken });
      const unversioned = await stage().request('/xapi/statements', { headers: credential });
      expect(unversioned.status).toBe(400);
      expect(unversioned.headers.get('x-experience-api-version')).toBe('0.9');
    }
    const about = await stage().request('/xapi/about');
    expect(about.headers.get('x-experience-api-version')).toBe('2.0.0');
  });

  it('holds statements to the version of the request (3.3)', async () => {
    const agents = statement({
      context: {
        contextAgents: [{ objectType: 'contextAgent', agent: { mbox: 'mailto:b@example.edu' } }],
      },
    });
    expect((await post(agents)).status).toBe(400);
    expect((await post(agents, { 'x-experience-api-version': '2.0.0' })).status).toBe(200);
    expect(await single(agents.id)).toMatchObject({ version: '2.0.0' });
  });

  it('answers HEAD as GET without a body, and tells everyone about itself (1.1, 2.8)', async () => {
    const sent = statement();
    await post(sent);
    const head = await stage().request(path({ statementId: sent.id }), {
      method: 'HEAD',
      headers: { ...credential, ...version },
    });
    expect(head.status).toBe(200);
    expect(head.headers.get('last-modified')).not.toBeNull();
    expect(await head.text()).toBe('');
    const about = await stage().request('/xapi/about');
    expect(about.status).toBe(200);
    expect(await about.json()).toMatchObject({ version: ['1.0.3', '2.0.0'] });
  });
}
