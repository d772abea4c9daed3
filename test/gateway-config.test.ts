import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  parseConfiguration,
  portableDigest,
  readConfiguration,
  settingsOf,
} from '../src/gateway/index.ts';
import { readConfigurationFile, startConfigured } from '../src/gateway/node/index.ts';
import { folder, type Folder } from './support/command-line.ts';

const TOKEN = { env: 'LMS_TOKEN' };
const lms = { name: 'lms', credentials: [{ scheme: 'bearer', token: TOKEN }] };
const lrs = {
  kind: 'lrs',
  name: 'lrs',
  url: 'https://lrs.example.edu/xapi',
  authorization: { scheme: 'basic', user: 'crosswalk', password: { env: 'LRS_PASSWORD' } },
};

function errorsOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.errors;
    throw error;
  }
  throw new Error('the configuration was taken');
}

const settings = (value: unknown, environment: Record<string, string>) =>
  settingsOf(parseConfiguration(value), environment, portableDigest);

describe('a configuration', () => {
  it('is usable when it says nothing', () => {
    expect(parseConfiguration({})).toMatchObject({
      listen: { host: '127.0.0.1', port: 8080 },
      data: './data/crosswalk.sqlite',
      sources: [
        {
          name: 'local',
          strict: false,
          scopes: ['send-caliper', 'send-xapi', 'read-all', 'administer', 'operate'],
        },
      ],
      destinations: [],
      pulls: [],
      cors: { origins: [] },
    });
  });

  it('comes to what the gateway runs on', () => {
    const { credentials, destinations, routes } = settings(
      { sources: [lms], destinations: [{ ...lrs, batch: { count: 10 } }] },
      { LMS_TOKEN: 'one', LRS_PASSWORD: 'two' },
    );
    expect(credentials).toMatchObject([
      { source: { name: 'lms', scopes: new Set(['send-caliper', 'send-xapi', 'read-own']) } },
    ]);
    expect(JSON.stringify(credentials)).not.toContain('one');
    expect(destinations).toEqual([
      {
        ...lrs,
        tenant: 'default',
        authorization: { scheme: 'basic', user: 'crosswalk', password: 'two' },
        batch: { count: 10 },
      },
    ]);
    expect(routes).toEqual([{ name: 'all', destinations: ['lrs'], filter: { tenants: ['default'] } }]);
  });

  it.each([
    ['an unknown setting', { soures: [] }, '/soures', /no such setting/],
    ['a value of the wrong type', { listen: { port: '80' } }, '/listen/port', /type number/],
    ['a number out of range', { listen: { port: 70000 } }, '/listen/port', /65535 or less/],
    ['a missing member', { sources: [{ name: 'lms' }] }, '/sources/0/credentials', /missing/],
    [
      'a literal secret',
      { sources: [{ ...lms, credentials: [{ scheme: 'bearer', token: 'literal' }] }] },
      '/sources/0/credentials/0/token',
      /type object/,
    ],
    [
      'an unknown kind of destination',
      { destinations: [{ ...lrs, kind: 'kafka' }] },
      '/destinations/0/kind',
      /no known kind/,
    ],
    [
      'an address with a credential',
      { destinations: [{ ...lrs, url: 'https://me:secret@lrs.example.edu' }] },
      '/destinations/0/url',
      /authorization/,
    ],
    ['an address that is none', { destinations: [{ ...lrs, url: 'lrs' }] }, '/destinations/0/url', /http/],
    [
      'an origin with a path',
      { cors: { origins: ['https://a.example/x'] } },
      '/cors/origins/0',
      /scheme, host/,
    ],
    [
      'scopes in full and in part',
      { sources: [{ ...lms, scopes: ['read-all'], read: 'own' }] },
      '/sources/0/read',
      /one of them/,
    ],
    [
      'a scope that there is not',
      { sources: [{ ...lms, scopes: ['root'] }] },
      '/sources/0/scopes/0',
      /administer/,
    ],
    ['two sources of one name', { sources: [lms, lms] }, '/sources/1/name', /name of its own/],
    ['an unknown tenant', { sources: [{ ...lms, tenant: 'north' }] }, '/sources/0/tenant', /no tenant/],
    [
      'a route to a destination of another tenant',
      {
        tenants: [{ name: 'north' }, { name: 'south' }],
        destinations: [{ ...lrs, tenant: 'south' }],
        routes: [{ name: 'r', tenant: 'north', destinations: ['lrs'] }],
      },
      '/routes/0/destinations/0',
      /none are configured/,
    ],
    [
      'a route to nowhere',
      { destinations: [lrs], routes: [{ name: 'r', destinations: ['lrss'] }] },
      '/routes/0/destinations/0',
      /"lrs"/,
    ],
  ])('is refused for %s, by JSON Pointer and with its mend', (_, value, path, message) => {
    const errors = errorsOf(() => parseConfiguration(value));
    expect(errors.map((error) => error.path)).toContain(path);
    expect(errors.find((error) => error.path === path)?.message).toMatch(message);
  });

  it('is refused where a secret is not set, and where two sources share one', () => {
    expect(errorsOf(() => settings({ sources: [lms] }, {}))).toMatchObject([
      { path: '/sources/0/credentials/0/token/env', rule: 'config-secret' },
    ]);
    const twins = { sources: [lms, { ...lms, name: 'other' }] };
    expect(errorsOf(() => settings(twins, { LMS_TOKEN: 'one' }))).toMatchObject([
      { path: '/sources/1/credentials/0', rule: 'config-credential' },
    ]);
    expect(errorsOf(() => readConfiguration('{"listen":'))).toMatchObject([
      { path: '', rule: 'json-syntax' },
    ]);
  });
});

describe('on Node', () => {
  let files: Folder;
  beforeEach(() => {
    files = folder();
  });
  afterEach(() => files.remove());

  it('finds the record log beside the configuration file, and says what cannot be read', () => {
    const file = files.file('crosswalk.json', { $schema: './config.schema.json', data: './records.sqlite' });
    expect(readConfigurationFile(file).data).toBe(join(files.path, 'records.sqlite'));
    expect(errorsOf(() => readConfigurationFile(join(files.path, 'none.json')))[0]?.message).toContain(
      'none.json',
    );
  });

  it('makes a token at the first start, keeps it for its owner alone, and shows it to nobody', async () => {
    const config = files.file('crosswalk.json', { listen: { port: 0 } });
    const tokenFile = join(files.path, 'data', 'token');
    let printed = '';
    const start = () => startConfigured({ config, environment: {}, print: (text) => (printed += text) });
    const first = await start();
    const token = readFileSync(tokenFile, 'utf8').trim();
    expect(token.length).toBeGreaterThan(40);
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    const answer = await fetch(`${first.url}/caliper`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    await first.close();
    const second = await start();
    await second.close();
    expect(readFileSync(tokenFile, 'utf8').trim()).toBe(token);
    expect(printed).not.toContain(token);
    expect(printed).toContain(tokenFile);
  });
});
