import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as Module from '@xapi/xapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../src/gateway/node/index.ts';
import { runningGateway, TOKEN } from './support/running-gateway.ts';

const load = createRequire(import.meta.url);
const { default: XAPI } = load('@xapi/xapi') as typeof Module.default;

type Callback<Value> = (error: number | string | null, value: Value) => void;
interface TinCanDocument {
  contents: unknown;
  contentType: string;
  etag: string;
}
interface Lrs {
  saveState(key: string, value: unknown, options: object): void;
  retrieveState(key: string, options: object): void;
  retrieveStateIds(options: object): void;
  dropState(key: string | null, options: object): void;
  saveActivityProfile(key: string, value: unknown, options: object): void;
  retrieveActivityProfile(key: string, options: object): void;
  saveAgentProfile(key: string, value: unknown, options: object): void;
  retrieveAgentProfile(key: string, options: object): void;
  saveStatement(statement: unknown, options: object): void;
  queryStatements(options: object): void;
}
interface TinCan {
  LRS: new (options: object) => Lrs;
  Statement: new (parts: object) => { id: string };
  Agent: new (parts: object) => object;
  Activity: new (parts: object) => { id: string };
  Verb: new (parts: object) => object;
}
const TinCan = load('tincanjs') as TinCan;

/** The answer to a call of TinCanJS. */
const asked = <Value>(call: (callback: Callback<Value>) => void): Promise<Value> =>
  new Promise((resolve, reject) =>
    call((error, value) => {
      if (error === null) resolve(value);
      else reject(new Error(`status ${error}`));
    }),
  );

describe('the resources beside statements, by clients that others wrote', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await runningGateway();
  });
  afterAll(() => gateway.close());

  describe('TinCanJS', () => {
    const agent = new TinCan.Agent({ mbox: 'mailto:ada@example.edu' });
    const activity = new TinCan.Activity({ id: `https://example.edu/activities/${randomUUID()}` });
    let lrs: Lrs;
    beforeAll(() => {
      const endpoint = `${gateway.url}/xapi/`;
      lrs = new TinCan.LRS({ endpoint, username: 'local', password: TOKEN, allowFail: false });
    });

    it('saves, reads, lists and drops states', async () => {
      await asked((callback) =>
        lrs.saveState('s', { page: 7 }, { agent, activity, contentType: 'application/json', callback }),
      );
      const found = await asked<TinCanDocument>((callback) =>
        lrs.retrieveState('s', { agent, activity, callback }),
      );
      expect(found).toMatchObject({ contents: { page: 7 }, contentType: 'application/json' });
      expect(await asked((callback) => lrs.retrieveStateIds({ agent, activity, callback }))).toEqual(['s']);
      await asked((callback) => lrs.dropState(null, { agent, activity, callback }));
      expect(await asked((callback) => lrs.retrieveStateIds({ agent, activity, callback }))).toEqual([]);
    });

    it('replaces a profile by the tag that it read, and by no older one', async () => {
      const save = (value: string, etag?: string) =>
        asked((callback) =>
          lrs.saveActivityProfile('p', value, { activity, callback, ...(etag ? { lastSHA1: etag } : {}) }),
        );
      await save('one');
      const { etag, contents } = await asked<TinCanDocument>((callback) =>
        lrs.retrieveActivityProfile('p', { activity, callback }),
      );
      expect(contents).toBe('one');
      const tag = etag.replaceAll('"', '');
      await save('two', tag);
      await expect(save('three', tag)).rejects.toThrow('412');
      await asked((callback) => lrs.saveAgentProfile('p', 'own', { agent, callback }));
      const own = await asked<TinCanDocument>((callback) =>
        lrs.retrieveAgentProfile('p', { agent, callback }),
      );
      expect(own.contents).toBe('own');
    });

    it('finds statements by agent, verb and activity', async () => {
      const verb = { id: `https://example.edu/verbs/${randomUUID()}` };
      const sent = new TinCan.Statement({ actor: agent, verb, target: activity });
      await asked((callback) => lrs.saveStatement(sent, { callback }));
      const found = await asked<{ statements: { id: string }[] }>((callback) =>
        lrs.queryStatements({ params: { agent, verb: new TinCan.Verb(verb), activity }, callback }),
      );
      expect(found.statements.map(({ id }) => id)).toEqual([sent.id]);
    });
  });

  describe('@xapi/xapi', () => {
    const agent = { objectType: 'Agent', mbox: `mailto:${randomUUID()}@example.edu` } as const;
    const activityId = `https://example.edu/activities/${randomUUID()}`;
    let client: InstanceType<typeof XAPI>;
    beforeAll(() => {
      const endpoint = `${gateway.url}/xapi/`;
      client = new XAPI({ endpoint, auth: XAPI.toBasicAuth('local', TOKEN), version: '1.0.3' });
    });

    it('creates, merges, reads and deletes states', async () => {
      const key = { agent, activityId, stateId: 'cmi' };
      await client.createState({ ...key, state: { a: 1 } });
      await client.createState({ ...key, state: { b: 2 } });
      expect((await client.getState(key)).data).toEqual({ a: 1, b: 2 });
      await client.setState({ ...key, state: { c: 3 } });
      expect((await client.getState(key)).data).toEqual({ c: 3 });
      expect((await client.getStates({ agent, activityId })).data).toEqual(['cmi']);
      await client.deleteState(key);
      expect((await client.getStates({ agent, activityId })).data).toEqual([]);
    });

    it('creates and replaces profiles', async () => {
      const profile = { agent, profileId: 'p' };
      await client.createAgentProfile({ ...profile, profile: { a: 1 } });
      const { headers } = await client.getAgentProfile(profile);
      const etag = (headers as unknown as { etag: string }).etag;
      await client.setAgentProfile({ ...profile, profile: { b: 2 }, etag, matchHeader: 'If-Match' });
      expect((await client.getAgentProfile(profile)).data).toEqual({ b: 2 });
      await client.createActivityProfile({ activityId, profileId: 'q', profile: { a: 1 } });
      expect((await client.getActivityProfiles({ activityId })).data).toEqual(['q']);
    });

    it('asks for an agent, an activity, and statements by filters', async () => {
      const name = { en: 'A page' };
      const sent = {
        actor: { ...agent, name: 'Ada' },
        verb: { id: 'https://example.edu/verbs/read', display: { en: 'read' } },
        object: { objectType: 'Activity', id: activityId, definition: { name } },
      } as const;
      const { data: ids } = await client.sendStatement({ statement: sent });
      const { data } = await client.getStatements({ agent, activity: activityId, related_activities: true });
      expect(data.statements.map(({ id }) => id)).toEqual(ids);
      expect((await client.getAgent({ agent })).data).toMatchObject({ objectType: 'Person', name: ['Ada'] });
      expect((await client.getActivity({ activityId })).data).toMatchObject({ definition: { name } });
    });
  });
});
