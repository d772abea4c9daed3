import { afterEach, beforeEach, expect, it } from 'vitest';
import { smallLrs, startDestination, type LocalDestination, type SmallLrs } from '../forward-destination.ts';
import { envelope, event, person, statement, V1P2 } from './gateway-records.ts';
import {
  basic,
  bearer,
  CONFIGURATION,
  eventually,
  SECRETS,
  type Stage,
  type StageHost,
} from './gateway-stage.ts';

interface History {
  deliveries: {
    destination: string;
    state: string;
    outbound: { form: string; tables: string | null } | null;
    attempts: { status: number | null }[];
  }[];
}

/** How records reach a destination of each kind, on loopback, after the answer. */
export function forwardingCases(host: StageHost): void {
  let lrs: LocalDestination;
  let endpoint: LocalDestination;
  let stage: Stage;
  let held: SmallLrs;

  beforeEach(async () => {
    held = smallLrs();
    lrs = await startDestination(held.answer);
    endpoint = await startDestination();
    const authorization = { scheme: 'bearer' as const, token: { env: 'DESTINATION' } };
    stage = await host.open(
      {
        ...CONFIGURATION,
        destinations: [
          { kind: 'lrs', name: 'lrs', url: `${lrs.url}/xapi/`, allowPrivate: true, authorization },
          {
            kind: 'caliper',
            name: 'endpoint',
            url: `${endpoint.url}/caliper`,
            allowPrivate: true,
            authorization,
          },
        ],
      },
      SECRETS,
    );
  });
  afterEach(async () => {
    await stage.close();
    await Promise.all([lrs.close(), endpoint.close()]);
  });

  const sendEvents = (...events: unknown[]) =>
    stage.request('/caliper', {
      method: 'POST',
      headers: { ...bearer('CAMPUS'), 'content-type': 'application/json' },
      body: JSON.stringify(envelope(events)),
    });
  const sendStatements = (...statements: unknown[]) =>
    stage.request('/xapi/statements', {
      method: 'POST',
      headers: {
        ...basic('campus', 'CAMPUS'),
        'x-experience-api-version': '1.0.3',
        'content-type': 'application/json',
      },
      body: JSON.stringify(statements),
    });
  const historyOf = async (id: string) =>
    (await (
      await stage.request(`/records/${encodeURIComponent(id)}`, { headers: bearer('CAMPUS') })
    ).json()) as History;
  const delivered = () =>
    endpoint.requests.flatMap(({ body }) => (JSON.parse(body) as { data: Record<string, unknown>[] }).data);

  it('gives each destination the record in the language that it reads, and the log says so', async () => {
    const ours = event();
    const theirs = statement();
    expect((await sendEvents(ours)).status).toBe(200);
    expect((await sendStatements(theirs)).status).toBe(200);
    await eventually(stage, () => {
      expect(held.statements.size).toBe(2);
      expect(delivered()).toHaveLength(2);
    });
    expect(held.statements.get(ours.id.slice('urn:uuid:'.length))).toMatchObject({
      actor: {},
      verb: {},
      object: {},
    });
    expect(held.statements.get(theirs.id)).toEqual(theirs);
    expect(delivered()).toContainEqual(ours);
    expect(delivered()).toContainEqual(expect.objectContaining({ id: `urn:uuid:${theirs.id}` }));
    for (const { headers } of [...lrs.requests, ...endpoint.requests]) {
      expect(headers.authorization).toBe(`Bearer ${SECRETS.DESTINATION}`);
    }
    await eventually(stage, async () => {
      const { deliveries } = await historyOf(ours.id);
      expect(deliveries).toMatchObject([
        { destination: 'lrs', state: 'delivered', outbound: { form: 'mapped' } },
        { destination: 'endpoint', state: 'delivered', outbound: { form: 'received', tables: null } },
      ]);
    });
  });

  it('sends the same bytes again after a failure, and what came twice goes out once', async () => {
    lrs.next.push({ status: 503 }, 'reset');
    const sent = event();
    await sendEvents(sent);
    await sendEvents(sent);
    await eventually(stage, async () => {
      const { deliveries } = await historyOf(sent.id);
      expect(deliveries.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    });
    const { deliveries } = await historyOf(sent.id);
    expect(deliveries[0]?.attempts.map(({ status }) => status)).toEqual([503, null, 200]);
    expect(new Set(lrs.requests.map(({ body }) => body)).size).toBe(1);
    expect(delivered()).toHaveLength(1);
  });

  it('keeps a record that comes back from the other side, and does not send it round again', async () => {
    const ours = event();
    const theirs = statement();
    await sendEvents(ours);
    await sendStatements(theirs);
    await eventually(stage, () => {
      expect(held.statements.size).toBe(2);
      expect(delivered()).toHaveLength(2);
    });
    const back = held.statements.get(ours.id.slice('urn:uuid:'.length));
    expect((await sendStatements({ ...back, stored: '2030-01-01T00:00:00.000Z' })).status).toBe(200);
    expect((await sendEvents(delivered().find(({ id }) => id === `urn:uuid:${theirs.id}`))).status).toBe(200);
    const kept = await historyOf(String(back?.id));
    expect(kept).toMatchObject({ language: 'xapi', attributes: { echoOf: 1 }, deliveries: [] });
    expect(await historyOf(`urn:uuid:${theirs.id}`)).toMatchObject({ language: 'caliper', deliveries: [] });
    const fresh = event();
    await sendEvents(fresh);
    await eventually(stage, () => expect(delivered()).toContainEqual(fresh));
    expect(delivered()).toHaveLength(3);
  });

  it('tells an LRS what the envelope described of the entities that an event only names, and searches by it', async () => {
    const actor = { ...person(), name: 'Ada' };
    const page = `https://lms.example.edu/pages/${actor.id.slice(-12)}`;
    const described = { '@context': V1P2, id: page, type: 'WebPage', name: 'Syllabus' };
    const thinned = event({ actor: actor.id, object: page });
    expect((await sendEvents(thinned, actor, described)).status).toBe(200);
    const told = {
      actor: { name: 'Ada' },
      object: { id: page, definition: { name: { und: 'Syllabus' } } },
    };
    const id = thinned.id.slice('urn:uuid:'.length);
    await eventually(stage, () => expect(held.statements.get(id)).toMatchObject(told));
    await eventually(stage, async () => {
      const found = await stage.request(`/xapi/statements?activity=${encodeURIComponent(page)}`, {
        headers: { ...basic('campus', 'CAMPUS'), 'x-experience-api-version': '1.0.3' },
      });
      const { statements } = (await found.json()) as { statements: unknown[] };
      expect(statements).toMatchObject([{ id, ...told }]);
    });
    const kept = await stage.request(`/records/${encodeURIComponent(thinned.id)}`, {
      headers: bearer('CAMPUS'),
    });
    expect(JSON.parse(((await kept.json()) as { body: string }).body)).toEqual(thinned);
  });

  it('counts the terms that the tables do not have, and tells each reader of those it may read', async () => {
    const strange = 'https://vendor.example/verbs/teleported';
    await sendStatements(...[1, 2].map(() => statement({ verb: { id: strange } })));
    const asked = async (path: string, headers: Record<string, string>) =>
      (await (await stage.request(path, { headers })).json()) as { terms: Record<string, unknown>[] };
    const counted = { source: 'campus', language: 'xapi', code: 'fallback', term: strange, count: 2 };
    await eventually(stage, async () => {
      expect((await asked('/terms', bearer('CAMPUS'))).terms).toContainEqual(
        expect.objectContaining(counted),
      );
    });
    expect((await asked('/terms?source=player', bearer('CAMPUS'))).terms).toEqual([]);
    expect((await asked('/terms', basic('player', 'PLAYER'))).terms).toEqual([]);
    expect((await asked('/terms?source=campus', basic('player', 'PLAYER'))).terms).toEqual([]);
    expect((await stage.request('/terms', { headers: bearer('SENSOR') })).status).toBe(403);
    expect((await stage.request('/terms')).status).toBe(401);
    expect((await stage.request('/terms?limit=all', { headers: bearer('CAMPUS') })).status).toBe(400);
  });

  it('sends on what another gateway wrote, since its source is not in this log', async () => {
    const ours = event();
    await sendEvents(ours);
    await eventually(stage, () => expect(held.statements.size).toBe(1));
    const marked = [...held.statements.values()][0];
    const copy = JSON.stringify(marked).replaceAll(ours.id.slice('urn:uuid:'.length), statement().id);
    await sendStatements(JSON.parse(copy));
    await eventually(stage, () => expect(held.statements.size).toBe(2));
  });
}
