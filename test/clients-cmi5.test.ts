import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import type * as Module from '@xapi/cmi5';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../src/gateway/node/index.ts';
import { runningGateway, TOKEN } from './support/running-gateway.ts';

// It is made for browsers: it sends by XMLHttpRequest, and its package names no entry for Node.
const require = createRequire(import.meta.url);
Object.assign(globalThis, { XMLHttpRequest: require('xhr2') as unknown });
const Cmi5 = require('@xapi/cmi5/dist/Cmi5.umd.js') as typeof Module.default.default;

const ACTIVITY = 'https://lms.example.edu/aus/1';
const ACTOR = {
  objectType: 'Agent' as const,
  account: { homePage: 'https://lms.example.edu', name: 'learner-1' },
};
const REGISTRATION = randomUUID();

/** A launch as an LMS prepares it (cmi5 8, 10, 11), with the gateway in the place of its LRS. */
describe('@xapi/cmi5', () => {
  let gateway: RunningGateway;
  let fetchServer: Server;
  const credential = btoa(`local:${TOKEN}`);
  const headers = {
    authorization: `Basic ${credential}`,
    'x-experience-api-version': '1.0.3',
    'content-type': 'application/json',
  };

  const put = async (path: string, query: Record<string, string>, value: unknown) => {
    const answer = await fetch(`${gateway.url}/xapi/${path}?${new URLSearchParams(query).toString()}`, {
      method: 'PUT',
      headers: { ...headers, 'if-none-match': '*' },
      body: JSON.stringify(value),
    });
    expect(answer.status).toBe(204);
  };

  beforeAll(async () => {
    gateway = await runningGateway();
    fetchServer = createServer((_, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ 'auth-token': credential }));
    });
    await new Promise<void>((resolve) => fetchServer.listen(0, '127.0.0.1', resolve));
    const agent = JSON.stringify(ACTOR);
    const extensions = { 'https://w3id.org/xapi/cmi5/context/extensions/sessionid': 'session-1' };
    await put(
      'activities/state',
      { activityId: ACTIVITY, agent, registration: REGISTRATION, stateId: 'LMS.LaunchData' },
      {
        contextTemplate: { extensions },
        launchMode: 'Normal',
        moveOn: 'CompletedAndPassed',
        masteryScore: 0.8,
      },
    );
    await put(
      'agents/profile',
      { agent, profileId: 'cmi5LearnerPreferences' },
      { languagePreference: 'de-DE,en', audioPreference: 'on' },
    );
  });
  afterAll(async () => {
    await new Promise((resolve) => fetchServer.close(resolve));
    await gateway.close();
  });

  it('is launched, reads its state and preferences, initialises, completes, passes and terminates', async () => {
    const { port } = fetchServer.address() as AddressInfo;
    const unit = new Cmi5({
      endpoint: `${gateway.url}/xapi/`,
      fetch: `http://127.0.0.1:${port}/fetch`,
      actor: ACTOR,
      activityId: ACTIVITY,
      registration: REGISTRATION,
    });
    await unit.initialize();
    expect(unit.getLaunchData()).toMatchObject({ launchMode: 'Normal', masteryScore: 0.8 });
    expect(unit.getLearnerPreferences()).toMatchObject({ languagePreference: 'de-DE,en' });
    await unit.complete();
    await unit.pass({ scaled: 0.9 });
    await unit.terminate();

    const query = new URLSearchParams({ registration: REGISTRATION, ascending: 'true' }).toString();
    const answer = await fetch(`${gateway.url}/xapi/statements?${query}`, { headers });
    const { statements } = (await answer.json()) as {
      statements: { actor: unknown; verb: { id: string }; context: { extensions: object } }[];
    };
    const verbs = ['initialized', 'completed', 'passed', 'terminated'].map((verb) => `/${verb}`);
    expect(statements.map(({ verb }) => verb.id.replace(/^.*(?=\/)/, ''))).toEqual(verbs);
    for (const { actor, context } of statements) {
      expect(actor).toMatchObject(ACTOR);
      expect(JSON.stringify(context.extensions)).toContain('session-1');
    }
  });
});
