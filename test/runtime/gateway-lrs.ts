import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { CompactSign } from 'jose';
import { expect, it } from 'vitest';
import { envelope, event, statement, voiding } from './gateway-records.ts';
import { basic, bearer, eventually, type Stage } from './gateway-stage.ts';

type Given = Record<string, unknown> & { id: string };

interface Page {
  statements: Given[];
  more: string;
}

const SIGNATURE = 'http://adlnet.gov/expapi/attachments/signature';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const attachment = (data: string, more: object = {}) => ({
  usageType: 'https://example.edu/usage/essay',
  display: { en: 'An essay' },
  contentType: 'text/plain',
  length: data.length,
  sha2: sha256(data),
  ...more,
});

/** A multipart body: the statements, then data under their hashes. */
function multipart(statements: unknown, data: readonly string[]): string {
  const parts = [
    `Content-Type: application/json\r\n\r\n${JSON.stringify(statements)}`,
    ...data.map(
      (text) =>
        `Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n` +
        `X-Experience-API-Hash: ${sha256(text)}\r\n\r\n${text}`,
    ),
  ];
  return `\r\n${parts.map((part) => `--edge\r\n${part}\r\n`).join('')}--edge--\r\n`;
}

/** What the xAPI resources do beyond storing statements and reading them by id (xAPI Communication 1 to 3). */
export function lrsCases(stage: () => Stage): void {
  const credential = basic('campus', 'CAMPUS');
  const headers = { ...credential, 'x-experience-api-version': '1.0.3' };
  const latest = { ...headers, 'x-experience-api-version': '2.0.0' };
  const at = (resource: string, query: Record<string, string> = {}) =>
    `/xapi/${resource}?${new URLSearchParams(query).toString()}`;
  const send = (method: string, path: string, body?: unknown, more: Record<string, string> = {}) =>
    stage().request(path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...more },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const post = async (body: unknown) =>
    expect((await send('POST', '/xapi/statements', body)).status).toBe(200);
  const page = async (query: Record<string, string>) =>
    (await (await send('GET', at('statements', query))).json()) as Page;
  const ids = async (query: Record<string, string>) => (await page(query)).statements.map(({ id }) => id);

  it('filters by agent, verb, activity and registration, alone and together (Communication 2.1.3)', async () => {
    const mbox = `mailto:${randomUUID()}@Example.edu`;
    const activity = `https://example.edu/activities/${randomUUID()}`;
    const registration = randomUUID();
    const verb = { id: `https://example.edu/verbs/${randomUUID()}` };
    const plain = statement({ actor: { mbox } });
    const about = statement({ object: { id: activity }, actor: { mbox }, verb });
    const within = statement({ context: { registration, contextActivities: { parent: { id: activity } } } });
    const taught = statement({ context: { instructor: { mbox } } });
    const nested = statement({
      object: { objectType: 'SubStatement', actor: { mbox }, verb, object: { id: activity } },
    });
    const member = statement({ actor: { objectType: 'Group', member: [{ mbox }] } });
    await post([plain, about, within, taught, nested, member]);
    const agent = JSON.stringify({ mbox: mbox.replace('@Example', '@example') });
    expect(await ids({ agent })).toEqual([member.id, about.id, plain.id]);
    expect(await ids({ agent, ascending: 'true' })).toEqual([plain.id, about.id, member.id]);
    expect(await ids({ agent, related_agents: 'true' })).toEqual([
      member.id,
      nested.id,
      taught.id,
      about.id,
      plain.id,
    ]);
    expect(await ids({ verb: verb.id })).toEqual([about.id]);
    expect(await ids({ activity })).toEqual([about.id]);
    expect(await ids({ activity, related_activities: 'true' })).toEqual([nested.id, within.id, about.id]);
    expect(await ids({ registration: registration.toUpperCase() })).toEqual([within.id]);
    expect(await ids({ agent, verb: verb.id, activity })).toEqual([about.id]);
    expect(await ids({ agent, registration })).toEqual([]);
  });

  it('goes on with the same filters behind the link in more', async () => {
    const activity = `https://example.edu/activities/${randomUUID()}`;
    const sent = Array.from({ length: 5 }, () => statement({ object: { id: activity } }));
    await post(sent);
    const found: string[] = [];
    let next = await page({ activity, limit: '2', ascending: 'true' });
    for (;;) {
      found.push(...next.statements.map(({ id }) => id));
      if (next.more === '') break;
      next = (await (await send('GET', next.more)).json()) as Page;
    }
    expect(found).toEqual(sent.map(({ id }) => id));
  });

  it('finds with a statement those that refer to it, and not the voided one (2.1.3, StatementRefs)', async () => {
    const verb = { id: `https://example.edu/verbs/${randomUUID()}` };
    const target = statement({ verb });
    const comment = statement({ object: { objectType: 'StatementRef', id: target.id } });
    await post([comment]);
    await post([target]);
    expect(await ids({ verb: verb.id })).toEqual([target.id, comment.id]);
    const voids = voiding(target.id);
    await post(voids);
    expect(await ids({ verb: verb.id })).toEqual([voids.id, comment.id]);
    expect((await send('GET', at('statements', { statementId: target.id }))).status).toBe(404);
    expect((await send('GET', at('statements', { voidedStatementId: target.id }))).status).toBe(200);
  });

  it('gives what arrived as Caliper as statements, with the same filters', async () => {
    const activity = `https://example.edu/pages/${randomUUID()}`;
    const sent = event({ object: { id: activity, type: 'WebPage', name: 'A page' } });
    const answer = await stage().request('/caliper', {
      method: 'POST',
      headers: { ...bearer('CAMPUS'), 'content-type': 'application/json' },
      body: JSON.stringify(envelope([sent])),
    });
    expect(answer.status).toBe(200);
    const id = sent.id.replace('urn:uuid:', '');
    await eventually(stage(), async () => expect(await ids({ activity })).toEqual([id]));
    const single = await send('GET', at('statements', { statementId: id }));
    expect(await single.json()).toMatchObject({
      id,
      object: { id: activity },
      authority: { account: { name: 'campus' } },
    });
    await post(voiding(id));
    expect(await ids({ activity })).not.toContain(id);
  });

  it('takes the data of attachments, keeps them, and gives them back on demand (1.5.2, Data 2.4.11)', async () => {
    const data = `essay ${randomUUID()}`;
    const sent = statement({ attachments: [attachment(data)] });
    const mixed = { 'content-type': 'multipart/mixed; boundary=edge' };
    expect((await send('POST', '/xapi/statements', multipart(sent, [data]), mixed)).status).toBe(200);
    const found = await send('GET', at('statements', { statementId: sent.id, attachments: 'true' }));
    expect(found.headers.get('content-type')).toMatch(/^multipart\/mixed; *boundary=/);
    const text = await found.text();
    expect(text).toContain(sent.id);
    expect(text).toContain(`X-Experience-API-Hash: ${sha256(data)}`);
    expect(text).toContain(`\r\n\r\n${data}\r\n`);
    const plain = await send('GET', at('statements', { statementId: sent.id }));
    expect(await plain.json()).toMatchObject({ id: sent.id });
  });

  it.each([
    [
      'an attachment without its data',
      (data: string) => multipart(statement({ attachments: [attachment(data)] }), []),
    ],
    ['data that no attachment describes', (data: string) => multipart(statement(), [data])],
    [
      'data with another hash',
      (data: string) =>
        multipart(statement({ attachments: [attachment(data)] }), [data]).replace(`\n${data}`, '\nx'),
    ],
    ['no boundary in the body', () => JSON.stringify(statement())],
    [
      'a first part that is no JSON',
      (data: string) =>
        multipart(statement({ attachments: [attachment(data)] }), [data]).replace(
          'application/json',
          'text/xml',
        ),
    ],
  ])('answers 400 to multipart with %s (1.5.2)', async (_what, body) => {
    const mixed = { 'content-type': 'multipart/mixed; boundary=edge' };
    const answer = await send('POST', '/xapi/statements', body(`data ${randomUUID()}`), mixed);
    expect(answer.status).toBe(400);
  });

  it('answers 400 to JSON whose attachment has neither data nor fileUrl (1.5.1)', async () => {
    const lacking = statement({ attachments: [attachment('data')] });
    expect((await send('POST', '/xapi/statements', lacking)).status).toBe(400);
    const linked = statement({ attachments: [attachment('data', { fileUrl: 'https://example.edu/f' })] });
    expect((await send('POST', '/xapi/statements', linked)).status).toBe(200);
  });

  it('takes a signed statement whose signature holds, and no other (Data 2.6)', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signed = async (payload: unknown, alg = 'RS256') =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
        .setProtectedHeader({ alg })
        .sign(alg === 'HS256' ? new TextEncoder().encode('a'.repeat(32)) : privateKey);
    const answer = async (sent: object, jws: string) => {
      const meta = attachment(jws, { usageType: SIGNATURE, contentType: 'application/octet-stream' });
      const mixed = { 'content-type': 'multipart/mixed; boundary=edge' };
      const body = multipart({ ...sent, attachments: [meta] }, [jws]);
      return (await send('POST', '/xapi/statements', body, mixed)).status;
    };
    const sent = statement();
    expect(await answer(sent, await signed({ ...sent, verb: { id: 'https://example.edu/other' } }))).toBe(
      400,
    );
    expect(await answer(sent, await signed(sent, 'HS256'))).toBe(400);
    expect(await answer(sent, 'no signature')).toBe(400);
    expect(await answer(sent, await signed(sent, 'RS512'))).toBe(200);
  });

  it('keeps a state document with its type, tag and time (2.3, 3.1)', async () => {
    const activityId = `https://example.edu/activities/${randomUUID()}`;
    const key = {
      activityId,
      agent: JSON.stringify({ mbox: 'mailto:ada@example.edu' }),
      stateId: 'bookmark',
    };
    const path = at('activities/state', key);
    expect((await send('GET', path)).status).toBe(404);
    expect((await send('PUT', path, 'page 7', { 'content-type': 'text/plain' })).status).toBe(204);
    const found = await send('GET', path);
    expect(found.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(found.headers.get('etag')).toBe(`"${createHash('sha1').update('page 7').digest('hex')}"`);
    expect(Date.parse(found.headers.get('last-modified') ?? '')).toBeGreaterThan(0);
    expect(await found.text()).toBe('page 7');
    expect((await send('HEAD', path)).headers.get('etag')).toBe(found.headers.get('etag'));
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await send('GET', path)).status).toBe(404);
  });

  it('lists states by their context and since a time, and deletes them all at once (2.3)', async () => {
    const activityId = `https://example.edu/activities/${randomUUID()}`;
    const agent = JSON.stringify({ account: { homePage: 'https://example.edu', name: 'ada' } });
    const registration = randomUUID();
    const one = { activityId, agent, stateId: 'one' };
    await send('PUT', at('activities/state', one), {});
    await send('PUT', at('activities/state', { ...one, stateId: 'two', registration }), {});
    const listed = async (more: object = {}) => {
      const answer = await send('GET', at('activities/state', { activityId, agent, ...more }));
      return (await answer.json()) as string[];
    };
    expect(await listed()).toEqual(['one', 'two']);
    expect(await listed({ registration })).toEqual(['two']);
    expect(await listed({ since: '2100-01-01T00:00:00Z' })).toEqual([]);
    expect((await send('DELETE', at('activities/state', { activityId, agent, registration }))).status).toBe(
      204,
    );
    expect(await listed()).toEqual(['one']);
    expect((await send('DELETE', at('activities/state', { activityId, agent }))).status).toBe(204);
    expect(await listed()).toEqual([]);
  });

  it('merges JSON objects by POST, and nothing else (2.2)', async () => {
    const path = at('activities/profile', {
      activityId: `https://example.edu/activities/${randomUUID()}`,
      profileId: 'p',
    });
    expect((await send('POST', path, { a: 1, b: { c: 1 } })).status).toBe(204);
    expect((await send('POST', path, { b: 2, ['__proto__']: null, d: null })).status).toBe(204);
    expect(await (await send('GET', path)).text()).toBe('{"a":1,"b":2,"__proto__":null,"d":null}');
    expect((await send('POST', path, '[1]')).status).toBe(400);
    expect((await send('POST', path, '{"a":')).status).toBe(400);
    expect((await send('POST', path, 'text', { 'content-type': 'text/plain' })).status).toBe(400);
  });

  it('guards documents against lost updates (3.1)', async () => {
    const path = at('agents/profile', {
      agent: JSON.stringify({ mbox: `mailto:${randomUUID()}@example.edu` }),
      profileId: 'p',
    });
    expect((await send('PUT', path, { a: 1 })).status).toBe(400);
    expect((await send('PUT', path, { a: 1 }, { 'if-none-match': '*' })).status).toBe(204);
    expect((await send('PUT', path, { a: 2 }, { 'if-none-match': '*' })).status).toBe(412);
    expect((await send('PUT', path, { a: 2 })).status).toBe(409);
    expect((await send('PUT', path, { a: 2 }, { 'if-match': '"other"' })).status).toBe(412);
    const etag = (await send('GET', path)).headers.get('etag') ?? '';
    expect((await send('PUT', path, { a: 2 }, { 'if-match': etag })).status).toBe(204);
    expect((await send('POST', path, { b: 1 }, { 'if-match': etag })).status).toBe(412);
    expect((await send('DELETE', path, undefined, { 'if-match': etag })).status).toBe(412);
    expect(await (await send('GET', path)).json()).toEqual({ a: 2 });
  });

  it('asks in 2.0 for the tag of a state as well (IEEE 9274.1.1, 4.1.4)', async () => {
    const agent = JSON.stringify({ mbox: `mailto:${randomUUID()}@example.edu` });
    const path = at('activities/state', { activityId: 'https://example.edu/a', agent, stateId: 's' });
    expect((await send('PUT', path, {}, latest)).status).toBe(204);
    expect((await send('PUT', path, {}, latest)).status).toBe(409);
    expect((await send('PUT', path, {})).status).toBe(204);
  });

  it.each([
    ['activities/state', { activityId: 'https://example.edu/a', stateId: 's' }],
    ['activities/state', { activityId: 'https://example.edu/a', stateId: 's', agent: '{}' }],
    ['activities/state', { activityId: 'no iri', stateId: 's', agent: '{"mbox":"mailto:a@example.edu"}' }],
    ['agents/profile', { profileId: 'p' }],
    ['activities/profile', { profileId: 'p' }],
    ['activities/profile', { activityId: 'https://example.edu/a', profileid: 'p' }],
    ['agents', { agent: 'ada' }],
    ['activities', {}],
  ])('answers 400 to parameters that %s does not have: %o (3.2)', async (resource, query) => {
    expect((await send('GET', at(resource, query))).status).toBe(400);
  });

  it('tells what is known of an agent and of an activity (2.4, 2.5)', async () => {
    const account = { homePage: 'https://example.edu', name: randomUUID() };
    const id = `https://example.edu/activities/${randomUUID()}`;
    const named = (name: string, definition: object) =>
      statement({ actor: { account, name }, object: { id, definition } });
    await post(named('Ada', { name: { en: 'Page' }, type: 'https://example.edu/page' }));
    await post(named('Ada L.', { name: { de: 'Seite' } }));
    const person = await send('GET', at('agents', { agent: JSON.stringify({ account }) }));
    expect(await person.json()).toEqual({
      objectType: 'Person',
      name: ['Ada', 'Ada L.'],
      account: [account],
    });
    const activity = await send('GET', at('activities', { activityId: id }));
    expect(await activity.json()).toEqual({
      objectType: 'Activity',
      id,
      definition: { name: { en: 'Page', de: 'Seite' }, type: 'https://example.edu/page' },
    });
  });

  it('reads a form as the request that it stands for, in 1.0 only (1.3)', async () => {
    const sent = statement();
    const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const fields = {
      statementId: sent.id,
      content: JSON.stringify(sent),
      'Content-Type': 'application/json',
      'X-Experience-API-Version': '1.0.3',
      Authorization: credential.authorization,
    };
    const request = { method: 'POST', headers: type, body: form(fields) };
    expect((await stage().request('/xapi/statements?method=PUT', request)).status).toBe(204);
    const read = await send('POST', '/xapi/statements?method=GET', form({ statementId: sent.id }), type);
    expect(await read.json()).toMatchObject({ id: sent.id });
    const extra = await send('POST', `/xapi/statements?method=GET&limit=1`, form({}), type);
    expect(extra.status).toBe(400);
    const newer = await send('POST', '/xapi/statements?method=GET', form({}), { ...type, ...latest });
    expect(newer.status).toBe(400);
  });

  it('shows a reader of its own source only what that source sent', async () => {
    const activity = `https://example.edu/activities/${randomUUID()}`;
    await post(statement({ object: { id: activity } }));
    const own = { ...headers, ...basic('player', 'PLAYER') };
    const answer = await stage().request(at('statements', { activity }), { headers: own });
    expect(((await answer.json()) as Page).statements).toEqual([]);
    const none = await stage().request(at('activities/state'), {
      headers: { ...headers, ...bearer('SENSOR') },
    });
    expect(none.status).toBe(403);
  });
}
