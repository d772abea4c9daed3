import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { smallLrs, startDestination, type LocalDestination } from '../forward-destination.ts';
import { envelope, event, person, statement } from './gateway-records.ts';
import { problemOf } from './gateway-requests.ts';
import {
  basic,
  bearer,
  CONFIGURATION,
  eventually,
  SECRETS,
  type Stage,
  type StageHost,
} from './gateway-stage.ts';

interface Lineage {
  seq: number;
  id: string;
  kind: string;
  source: string;
  digest: string;
  deliveries: {
    destination: string;
    state: string;
    outbound: { digest: string; tables: string | null } | null;
    attempts: { status: number }[];
  }[];
}

interface List {
  records: Lineage[];
  next: string | null;
}

const COURSE = 'https://lms.example.edu/courses/log';
const ACTOR = 'https://lms.example.edu/users/log-1';
const VERB = 'http://adlnet.gov/expapi/verbs/completed';
const ACTIVITY = 'https://lms.example.edu/units/log';
const REGISTRATION = '6f0a1d5e-0e1f-4c8b-9a52-0b6c4d7e8f01';

/** What `/records` gives: the log by every condition, in every form, page by page and as a stream. */
export function logCases(host: StageHost): void {
  let stage: Stage;
  let lrs: LocalDestination;
  const entity = person();
  const events = Array.from({ length: 3 }, () =>
    event({
      actor: { id: ACTOR, type: 'Person' },
      group: { id: COURSE, type: 'CourseSection' },
    }),
  );
  const refused = statement({ result: { response: 'refuse me' } });
  const statements = [
    statement({
      actor: { mbox: 'mailto:log@example.edu' },
      verb: { id: VERB },
      object: { id: ACTIVITY },
      context: { registration: REGISTRATION },
    }),
    refused,
  ];

  const send = async (path: string, body: unknown, credential: Record<string, string>) => {
    const headers = {
      'content-type': 'application/json',
      'x-experience-api-version': '1.0.3',
      ...credential,
    };
    const answer = await stage.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
  };
  const ask = (query: string, headers: Record<string, string> = {}) =>
    stage.request(query.startsWith('/') ? query : `/records?${query}`, {
      headers: { ...bearer('CAMPUS'), ...headers },
    });
  const list = async (query: Record<string, string> = {}, headers = {}) =>
    (await (await ask(new URLSearchParams(query).toString(), headers)).json()) as List;
  const ids = async (query: Record<string, string>, headers = {}) =>
    (await list(query, headers)).records.map(({ id }) => id).sort();
  const sorted = (records: readonly { id: string }[]) => records.map(({ id }) => id).sort();

  beforeAll(async () => {
    const held = smallLrs();
    lrs = await startDestination((request) =>
      request.method === 'POST' && request.body.includes('refuse me')
        ? { status: 400 }
        : held.answer(request),
    );
    const authorization = { scheme: 'bearer' as const, token: { env: 'DESTINATION' } };
    stage = await host.open(
      {
        ...CONFIGURATION,
        destinations: [
          { kind: 'lrs', name: 'lrs', url: `${lrs.url}/xapi`, allowPrivate: true, authorization },
        ],
      },
      SECRETS,
    );
    await send('/caliper', envelope([entity, ...events]), bearer('STRICT'));
    await send('/xapi/statements', statements, basic('player', 'PLAYER'));
    await eventually(stage, async () => {
      expect((await list({ state: 'pending' })).records).toEqual([]);
    });
  });
  afterAll(async () => {
    await stage.close();
    await lrs.close();
  });

  it('lists the log, the newest first, each record with its lineage', async () => {
    const { records, next } = await list();
    expect(next).toBeNull();
    expect(sorted(records)).toEqual(sorted([entity, ...events, ...statements]));
    expect(records.map(({ seq }) => seq)).toEqual([6, 5, 4, 3, 2, 1]);
    const [delivery] = records.find(({ id }) => id === events[0]?.id)?.deliveries ?? [];
    expect(delivery).toMatchObject({ destination: 'lrs', state: 'delivered' });
    expect(delivery?.attempts.at(-1)).toMatchObject({ status: 200 });
    expect(delivery?.outbound?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(delivery?.outbound?.tables).toMatch(/^\d+\.\d+\.\d+.*\+[0-9a-f]{64}$/);
  });

  it('finds records by each thing that is known of them, and by several at once', async () => {
    expect(await ids({ source: 'player' })).toEqual(sorted(statements));
    expect(await ids({ language: 'caliper' })).toEqual(sorted([entity, ...events]));
    expect(await ids({ kind: 'describe' })).toEqual([entity.id]);
    expect(await ids({ kind: 'describe', language: 'xapi' })).toEqual([]);
    expect(await ids({ type: String(events[0]?.type) })).toEqual(sorted(events));
    expect(await ids({ verb: VERB, source: 'player' })).toContain(statements[0]?.id);
    expect(await ids({ actor: ACTOR })).toEqual(sorted(events));
    expect(await ids({ actor: 'mailto:log@example.edu' })).toEqual([statements[0]?.id]);
    expect(await ids({ actor: '{"mbox":"mailto:log@example.edu"}' })).toEqual([statements[0]?.id]);
    expect(await ids({ activity: ACTIVITY })).toEqual([statements[0]?.id]);
    expect(await ids({ course: COURSE })).toEqual(sorted(events));
    expect(await ids({ registration: REGISTRATION.toUpperCase() })).toEqual([statements[0]?.id]);
    expect(await ids({ state: 'dead', destination: 'lrs' })).toEqual([refused.id]);
    expect(await ids({ state: 'dead' })).toEqual([refused.id]);
    expect(await ids({ state: 'delivered', source: 'player' })).toEqual([statements[0]?.id]);
    expect(await ids({ destination: 'elsewhere' })).toEqual([]);
    expect(await ids({ actor: ACTOR, course: COURSE, state: 'delivered' })).toEqual(sorted(events));
    expect(await ids({ actor: ACTOR, state: 'dead' })).toEqual([]);
    expect(await ids({ until: '2001-01-01T00:00:00Z' })).toEqual([]);
    expect(await ids({ since: '2001-01-01T00:00:00Z', kind: 'describe' })).toEqual([entity.id]);
  });

  it.each(['ascending', 'descending'])(
    'pages through the log, %s, by links that stay right while records come',
    async (order) => {
      const seen: number[] = [];
      let query = `order=${order}&limit=2&language=caliper`;
      for (;;) {
        const answer = await ask(query);
        const { records, next } = (await answer.json()) as List;
        seen.push(...records.map(({ seq }) => seq));
        if (next === null) break;
        expect(answer.headers.get('link')).toBe(`<${next}>; rel="next"`);
        expect(next).toMatch(/^\/records\?cursor=[\w-]+$/);
        query = next;
        await send('/xapi/statements', statement(), basic('player', 'PLAYER'));
      }
      expect(seen).toEqual(order === 'ascending' ? [1, 2, 3, 4] : [4, 3, 2, 1]);
    },
  );

  it('streams the log as lines, whole or in one language', async () => {
    const streamed = async (query: string, accept = 'application/x-ndjson') => {
      const answer = await ask(query, { accept });
      expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
      const text = await answer.text();
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    };
    const lines = await streamed('language=caliper&order=ascending');
    expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(await streamed('kind=event&as=received&format=ndjson', '*/*')).toEqual([...events].reverse());
    const asXapi = await streamed('language=caliper&as=xapi');
    expect(asXapi).toHaveLength(events.length);
    for (const one of asXapi) expect(one).toMatchObject({ authority: { account: { name: 'strict' } } });
    const asCaliper = await streamed(`activity=${encodeURIComponent(ACTIVITY)}&as=caliper`);
    expect(asCaliper).toMatchObject([{ object: ACTIVITY }]);
  });

  it('gives one record in each form, by Accept, by a parameter, and by links for browsers', async () => {
    const [first] = events;
    const one = `/records/${encodeURIComponent(first?.id ?? '')}`;
    const received = await ask(one, { accept: 'application/vnd.crosswalk.received+json' });
    expect(await received.text()).toBe(JSON.stringify(first));
    const asXapi = await ask(`${one}?as=xapi`);
    expect(asXapi.headers.get('content-type')).toBe('application/vnd.crosswalk.xapi+json');
    const given = (await asXapi.json()) as { verb: { id: string }; stored: string };
    expect(given.verb.id).toMatch(/^https?:/);
    expect(Date.parse(given.stored)).toBeGreaterThan(0);
    const link = asXapi.headers.get('link') ?? '';
    const [, turtle = ''] = /<([^>]+)>; rel="alternate"; type="text\/turtle"/.exec(link) ?? [];
    expect((await ask(turtle)).headers.get('content-type')).toBe('text/turtle');
    const asCaliper = await ask(`/records/${statements[0]?.id}?as=caliper`);
    expect(await asCaliper.json()).toMatchObject({ object: ACTIVITY });
    const none = await problemOf(await ask(`/records/${encodeURIComponent(entity.id)}?as=xapi`));
    expect(none).toMatchObject({ status: 406, code: 'no-such-form' });
    expect((await problemOf(await ask(`${one}?as=html`))).errors).toMatchObject([{ path: '/as' }]);
  });

  it('shows each reader what it may see, and nothing to one that may read nothing', async () => {
    expect(await ids({ language: 'xapi', limit: '500' }, bearer('STRICT'))).toEqual([]);
    expect(await ids({}, bearer('STRICT'))).toEqual(sorted([entity, ...events]));
    expect(await ids({ source: 'player' }, bearer('STRICT'))).toEqual([]);
    expect((await ask('', bearer('SENSOR'))).status).toBe(403);
    expect((await ask('', { authorization: '' })).status).toBe(401);
  });

  it.each([
    [{ colour: 'red' }, '/colour'],
    [{ since: 'yesterday' }, '/since'],
    [{ limit: '0' }, '/limit'],
    [{ kind: 'envelope' }, '/kind'],
    [{ registration: 'x' }, '/registration'],
    [{ actor: '{"name":"nobody"}' }, '/actor'],
    [{ cursor: 'x' }, '/cursor'],
    [{ cursor: 'x', limit: '1' }, '/cursor'],
  ])('refuses %j with the parameter that is wrong', async (query: Record<string, string>, path) => {
    const problem = await problemOf(await ask(new URLSearchParams(query).toString()));
    expect(problem).toMatchObject({ status: 400, errors: [{ path }] });
  });

  it('shows a statement right after its sender was answered, an event too', async () => {
    const sent = event({ actor: { id: `${ACTOR}-${randomUUID()}`, type: 'Person' } });
    await send('/caliper', envelope([sent]), bearer('STRICT'));
    expect(await ids({ actor: (sent.actor as { id: string }).id })).toEqual([sent.id]);
  });
}
