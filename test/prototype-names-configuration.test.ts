import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError, readConfiguration } from '../src/gateway/index.ts';
import { startConfigured, type RunningGateway } from '../src/gateway/node/index.ts';
import type { JsonObject } from '../src/json/index.ts';
import { startDestination, type LocalDestination } from './forward-destination.ts';
import { crosswalk as commandLine, folder, type Folder } from './support/command-line.ts';
import { INHERITED_NAMES, PROTOTYPE_NAMES, watchPrototypes } from './support/prototypes.ts';
import { anEnvelope, anEvent, uuid } from './support/records.ts';

/** Those that can be names of sources, tenants, destinations and routes, which begin with a letter or digit. */
const NAMES = INHERITED_NAMES.filter((name) => /^[a-z]/.test(name));

const errorsOf = (text: string) => {
  try {
    readConfiguration(text);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.errors.map(({ path, message }) => ({ path, message }));
    throw error;
  }
};

/** A text of JSON with a name in the place of NAME: an object could not be written with a member __proto__. */
const withName = (value: unknown, name: string) => JSON.stringify(value).replaceAll('NAME', name);

const bearer = { scheme: 'bearer', token: { env: 'TOKEN' } };
const lrs = { kind: 'lrs', name: 'lrs', url: 'https://lrs.example', authorization: bearer };
const keys = { jwks: { keys: [{ kty: 'OKP' }] } };
const issuer = { issuer: 'a', audience: ['a'], keys, sources: [{ source: 'local' }] };

describe('a name that objects inherit, in a configuration', () => {
  const polluted = watchPrototypes();
  afterAll(() => expect(polluted()).toEqual([]));

  it.each([
    ['a setting', { NAME: { listen: { port: 1 } } }, '/NAME'],
    ['a setting in a setting', { listen: { NAME: 1 } }, '/listen/NAME'],
    ['a setting of a destination', { destinations: [{ ...lrs, NAME: 1 }] }, '/destinations/0/NAME'],
    [
      'a setting of a redaction',
      { destinations: [{ ...lrs, redaction: { NAME: 'drop' } }] },
      '/destinations/0/redaction/NAME',
    ],
  ])('is no %s', (_, value, path) => {
    for (const name of INHERITED_NAMES) {
      const [error, ...others] = errorsOf(withName(value, name));
      expect(error).toMatchObject({ path: path.replace('NAME', name), message: /./ });
      expect(error?.message).toContain(`"${name}": no `);
      expect(others).toEqual([]);
    }
  });

  it.each([
    ['a tenant', { tenants: [{ name: 'NAME' }] }, '/tenants/0/name'],
    ['a source', { sources: [{ name: 'NAME', credentials: [] }] }, '/sources/0/name'],
    ['a destination', { destinations: [{ ...lrs, name: 'NAME' }] }, '/destinations/0/name'],
    [
      'a pull',
      { pulls: [{ name: 'NAME', url: 'https://x.example', authorization: bearer }] },
      '/pulls/0/name',
    ],
    [
      'a key of pseudonyms',
      { destinations: [{ ...lrs, redaction: { key: { id: 'NAME', secret: { env: 'A' } }, actor: 'hash' } }] },
      '/destinations/0/redaction/key/id',
    ],
  ])('is a name of %s where it begins with a letter, and is refused otherwise', (_, value, path) => {
    expect(errorsOf(withName(value, '__proto__'))).toEqual([
      { path, message: 'give 1 to 64 letters, digits, dots, hyphens or underscores' },
    ]);
    for (const name of NAMES) expect(errorsOf(withName(value, name))).toEqual([]);
  });

  it.each([
    ['a destination of a route', { destinations: [lrs], routes: [{ name: 'r', destinations: ['NAME'] }] }],
    ['a tenant of a source', { sources: [{ name: 'a', tenant: 'NAME', credentials: [] }] }],
    ['a source of an issuer', { issuers: [{ ...issuer, sources: [{ source: 'NAME' }] }] }],
  ])('stands for no %s that was not declared', (_, value) => {
    for (const name of NAMES)
      expect(errorsOf(withName(value, name))[0]?.message).toContain(`"${name}" is no`);
  });

  it.each([
    [
      'a claim',
      { issuers: [{ ...issuer, sources: [{ claims: { NAME: 'x' }, source: 'local' }] }] },
      'sources/0/claims',
    ],
    ['a scope of tokens', { issuers: [{ ...issuer, scopes: { NAME: ['read-all'] } }] }, 'scopes'],
    [
      'a member of a key',
      { issuers: [{ ...issuer, keys: { jwks: { keys: [{ kty: 'a', NAME: 1 }] } } }] },
      'keys/jwks/keys/0',
    ],
  ])('is %s like any other, but for the one that would be lost without a word', (_, value, place) => {
    expect(errorsOf(withName(value, '__proto__'))).toEqual([
      {
        path: `/issuers/0/${place}/__proto__`,
        message: '"__proto__": no name that can stand here; remove it',
      },
    ]);
    for (const name of NAMES) expect(errorsOf(withName(value, name))).toEqual([]);
  });

  it('is the name of a variable like any other, that is not set unless it is', async () => {
    const place = folder();
    for (const name of INHERITED_NAMES) {
      const config = place.file('c.json', {
        destinations: [{ ...lrs, redaction: { key: { id: 'k', secret: { env: name } }, actor: 'hash' } }],
      });
      const words = ['pseudonyms', '--config', config, '--destination', 'lrs', '--actor', 'ada@example.edu'];
      expect(await commandLine(words)).toMatchObject({ status: 2, output: '' });
      const environment = JSON.parse(`{"${name}": "a-secret"}`) as Record<string, string>;
      expect(await commandLine(words, { environment })).toMatchObject({ status: 0, errors: '' });
    }
    place.remove();
  });
});

describe('a gateway whose tenants, sources, destinations and routes have names that objects inherit', () => {
  const polluted = watchPrototypes();
  let files: Folder;
  let other: LocalDestination;
  let gateway: RunningGateway;
  let config: string;

  beforeAll(async () => {
    files = folder();
    other = await startDestination(() => ({ status: 200, body: '[]' }));
    config = files.file('crosswalk.json', {
      listen: { port: 0 },
      data: './log.sqlite',
      tenants: NAMES.map((name) => ({ name })),
      sources: NAMES.map((name) => ({
        name,
        tenant: name,
        scopes: ['send-caliper', 'send-xapi', 'read-all', 'administer', 'monitor'],
        credentials: [{ scheme: 'bearer', token: { env: name } }],
      })),
      destinations: NAMES.map((name) => ({
        kind: 'lrs',
        name,
        tenant: name,
        url: `${other.url}/${name}`,
        allowPrivate: true,
        authorization: { scheme: 'bearer', token: { env: name } },
        batch: { age: 0 },
        redaction: {
          key: { id: name, secret: { env: name } },
          members: 'hash',
          named: [...INHERITED_NAMES],
        },
      })),
      routes: NAMES.map((name) => ({
        name,
        tenant: name,
        destinations: [name],
        filter: { sources: [name], actors: INHERITED_NAMES.map((one) => `https://x.example/${one}`) },
      })),
    });
    gateway = await startConfigured({
      config,
      environment: Object.fromEntries(NAMES.map((name) => [name, `token-of-${name}`])),
      print: () => undefined,
    });
  });
  afterAll(async () => {
    await gateway.close();
    await other.close();
    files.remove();
    expect(polluted()).toEqual([]);
  });

  const ask = async (name: string, path: string, init: RequestInit = {}) => {
    const headers = {
      authorization: `Bearer token-of-${name}`,
      'content-type': 'application/json',
      'x-experience-api-version': '1.0.3',
    };
    const answered = await fetch(`${gateway.url}${path}`, { ...init, headers });
    expect(answered.status, `${path} as ${name}`).toBeLessThan(300);
    return answered.text();
  };

  /** An event whose members of such names hold what is to be kept from the destination. */
  const eventOf = (name: string, at: number): JsonObject =>
    anEvent({
      id: `urn:uuid:${uuid(at)}`,
      actor: { id: `https://x.example/${name}`, type: 'Person' },
      extensions: JSON.parse(
        `{${INHERITED_NAMES.map((one) => `"${one}": "kept back from ${name}"`).join(', ')}, "open": {"${name}": {"open": true}}}`,
      ) as JsonObject,
    });

  it('delivers the records of each to its own destination, and keeps its members back from it', async () => {
    for (const [at, name] of NAMES.entries()) {
      const body = JSON.stringify(anEnvelope([eventOf(name, at), eventOf('nobody', 100 + at)]));
      await ask(name, '/caliper', { method: 'POST', body });
    }
    await expect.poll(() => other.requests.length, { timeout: 10_000 }).toBe(NAMES.length);
    for (const name of NAMES) {
      const [request, ...more] = other.requests.filter(({ path }) => path.split('/')[1] === name);
      expect(more).toEqual([]);
      expect(request?.body).toContain(`https://x.example/${name}`);
      expect(request?.body).toMatch(new RegExp(`"${name}:[0-9a-f]{64}"`));
      expect(request?.body).not.toContain('kept back');
      expect(request?.body).not.toContain('nobody');
    }
  });

  it('tells each how its own stand, and nothing of the others', async () => {
    for (const name of NAMES) {
      const { destinations } = JSON.parse(await ask(name, '/destinations')) as {
        destinations: { name: string; delivered: number; dead: object }[];
      };
      const [own] = destinations.filter((one) => one.name === name);
      expect(own).toMatchObject({ name, delivered: 1 });
      expect(Object.keys(own?.dead ?? {})).toEqual([]);
      const records = await ask(name, '/records?limit=10');
      const others = NAMES.filter((one) => one !== name);
      for (const one of others) expect(records).not.toContain(`https://x.example/${one}"`);
      await ask(name, '/terms');
      await ask(name, '/dead');
    }
    expect(await ask('constructor', '/metrics')).toContain('destination="constructor"');
  });

  it('counts what was delivered of an erased person as a number, for each', async () => {
    for (const name of NAMES) {
      const body = JSON.stringify({ actor: `https://x.example/${name}`, dryRun: false });
      const counts = JSON.parse(await ask(name, '/erasures', { method: 'POST', body })) as {
        records: number;
        delivered: Record<string, unknown>;
      };
      expect(counts.records).toBe(1);
      expect(Object.entries(counts.delivered)).toEqual([[name, 1]]);
    }
  });

  it.each(PROTOTYPE_NAMES)('answers requests that name %s where something is named', async (name) => {
    const headers = { authorization: 'Bearer token-of-constructor', 'x-experience-api-version': '1.0.3' };
    const query = `${name}=1&source=${name}&type=${name}&destination=${name}&verb=${name}`;
    for (const path of [
      '/records',
      '/dead',
      '/terms',
      '/destinations',
      `/destinations/${name}/resume`,
      `/keys/${name}`,
    ]) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const answered = await fetch(`${gateway.url}${path}?${query}`, { method, headers });
        expect(answered.status, `${method} ${path}`).toBeLessThan(500);
      }
    }
    const body = `{"source": "${name}", "scopes": ["send-caliper"], "__proto__": {"scopes": ["operate"]}}`;
    const made = await fetch(`${gateway.url}/keys`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    });
    expect(made.status).toBe(400);
  });

  it('is read by the command line under the same names', async () => {
    for (const name of NAMES) {
      const environment = Object.fromEntries(NAMES.map((one) => [one, `token-of-${one}`]));
      const ran = await commandLine(['destinations', '--format', 'ndjson', '--config', config], {
        environment,
      });
      expect(ran.output).toContain(`"name":"${name}"`);
    }
    expect(await commandLine(['constructor'])).toMatchObject({ status: 2 });
    expect(await commandLine(['__proto__'])).toMatchObject({ status: 2 });
  });
});
