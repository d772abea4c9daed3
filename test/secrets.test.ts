import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maskOf } from '../src/forward/masked.ts';
import {
  startDestination,
  type Answering,
  type LocalDestination,
  type Received,
} from './forward-destination.ts';
import { crosswalk, ended, folder, startCrosswalk, textOf, type Folder } from './support/command-line.ts';
import { ENDPOINTS, requestTo } from './support/endpoints.ts';
import { secretOf } from './support/keys.ts';
import { aStatement, anEnvelope, anEvent, uuid } from './support/records.ts';

/** The private key of a client, of which each line is a mark. */
const PEM = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

/** Every secret that a configuration can name, each with a mark of its own, and characters that others escape. */
const SECRETS = {
  LMS_TOKEN: 'marklms9f1c/+~',
  PLAYER_PASSWORD: 'markplayer52e7 "ü/%&<',
  ADMIN_TOKEN: 'markadmin83d0',
  ALERTS_SECRET: 'markalerts17a5 "ü/%&<',
  PSEUDONYM_KEY: 'markpseudonymsc46b "ü/%&<',
  FORMER_KEY: 'markformer2d9f "ü/%&<',
  LRS_PASSWORD: 'markbasicd0e2 "ü/%&<',
  ENDPOINT_TOKEN: 'markbearer6a9b/+~',
  CLIENT_BASIC: 'markclientbasic77c1 "ü/%&<',
  CLIENT_POST: 'markclientposte5f8 "ü/%&<',
  CLIENT_KEY: PEM,
  PULL_PASSWORD: 'markpull30bd "ü/%&<',
};
/** What other systems and people bring: a token that is granted, and credentials that are wrong. */
const GRANTED = 'markgrantedb8d4/+~';
const WRONG = 'markwrong4c2f';

/** The part of a secret that stands in every spelling but Base64. */
const coreOf = (secret: string) => /^[A-Za-z0-9]+/.exec(secret)?.[0] ?? secret;

/** A text within Base64, wherever it begins: without the characters that depend on what stands beside it. */
const inBase64 = (text: string) =>
  [0, 1, 2].map((before) => {
    const encoded = Buffer.from(`${'x'.repeat(before)}${text}`).toString('base64');
    return encoded.slice(4, Math.floor((before + text.length) / 3) * 4);
  });

const plain = [...Object.values(SECRETS).filter((secret) => secret !== PEM), GRANTED, WRONG].map(coreOf);
const NEEDLES = [...plain, ...plain.flatMap(inBase64), ...PEM.split('\n').slice(1, -2)];

/** What stands in Base64 in a text, of either alphabet, wherever in it that begins. */
const decodedFrom = (text: string) =>
  (text.match(/[\w+/-]{12,}/g) ?? []).flatMap((run) =>
    [0, 1, 2, 3].map((at) => Buffer.from(run.slice(at), 'base64').toString('latin1')),
  );

/** The marks that a text or the bytes of a file hold, also in what stands in Base64 there. */
function marksIn(content: string | Buffer): string[] {
  const text = typeof content === 'string' ? content : content.toString('latin1');
  const decoded = decodedFrom(text).join('\n');
  return NEEDLES.filter((needle) => text.includes(needle) || decoded.includes(needle));
}

/** What a destination got, as careless ones tell it in their answers. */
function repeated({ headers, body }: Received): string {
  const authorization = headers.authorization ?? '';
  const decoded = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
  const password = decoded.slice(decoded.indexOf(':') + 1);
  const escaped = password.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return [
    JSON.stringify({ authorization, decoded, password }),
    JSON.stringify({ authorization, password }).replaceAll('/', '\\/'),
    authorization,
    decoded,
    encodeURIComponent(authorization),
    encodeURIComponent(password).toLowerCase(),
    new URLSearchParams({ password }).toString(),
    escaped,
    body.includes('client_secret') ? body : '',
  ].join('\n');
}

/** The same once more in Base64, as who keeps dumps of requests has it, wherever in a group of three bytes it begins. */
function encodedAgain({ headers }: Received): string {
  const authorization = headers.authorization ?? '';
  const decoded = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
  return [0, 1, 2]
    .map((before) => Buffer.from(`${'x'.repeat(before)}${JSON.stringify({ authorization, decoded })}`))
    .flatMap((bytes) => [bytes.toString('base64'), bytes.toString('base64url')])
    .flatMap((text) => [text, encodeURIComponent(text)])
    .join('\n');
}

/** What each destination answers, by its path; the second is of a token endpoint's first answer. */
const STATUSES: Readonly<Record<string, number>> = {
  basic: 400,
  bearer: 500,
  'client-basic': 401,
  'client-post': 422,
  key: 403,
  pull: 403,
};

describe('a secret', () => {
  let files: Folder;
  let other: LocalDestination;
  let config: string;
  let gateway: ChildProcess;
  let url: string;
  /** Everything that anybody got from the gateway, by what it is. */
  const seen = new Map<string, string>();
  const refusedOnce = new Set<string>();

  const answer = (request: Received): Answering => {
    const [, kind = '', place] = request.path.split('/');
    // An answer is kept in part: each of the two comes first in some.
    const texts = [repeated(request), encodedAgain(request)];
    const text = (other.requests.length % 2 === 0 ? texts : texts.reverse()).join('\n');
    const headers = {
      'content-type': 'application/json',
      location: `https://x.example/?q=${encodeURIComponent(text)}`,
    };
    if (kind === 'alerts') return { status: 204 };
    if (place !== 'token') return { status: STATUSES[kind] ?? 500, headers, body: text };
    if (!refusedOnce.has(kind)) {
      refusedOnce.add(kind);
      const body = JSON.stringify({ error: 'server_error', error_description: text });
      return { status: 503, headers, body };
    }
    return { status: 200, headers, body: JSON.stringify({ access_token: GRANTED, token_type: 'bearer' }) };
  };

  const oauth = (kind: string, how: object) => ({
    scheme: 'oauth',
    tokenUrl: `${other.url}/${kind}/token`,
    clientId: 'crosswalk',
    ...how,
  });
  const destination = (kind: string, authorization: object) => ({
    kind: kind === 'bearer' ? 'caliper' : 'lrs',
    name: kind,
    url: `${other.url}/${kind}`,
    allowPrivate: true,
    authorization,
    batch: { age: 0 },
  });

  beforeAll(async () => {
    files = folder();
    other = await startDestination(answer);
    const pull = { scheme: 'basic', user: 'reader', password: { env: 'PULL_PASSWORD' } };
    config = files.file('crosswalk.json', {
      listen: { port: 0 },
      log: { requests: true },
      sources: [
        { name: 'lms', credentials: [{ scheme: 'bearer', token: { env: 'LMS_TOKEN' } }] },
        {
          name: 'player',
          credentials: [{ scheme: 'basic', user: 'player', password: { env: 'PLAYER_PASSWORD' } }],
        },
        {
          name: 'admin',
          scopes: ['send-caliper', 'send-xapi', 'read-all', 'administer', 'monitor', 'operate'],
          credentials: [{ scheme: 'bearer', token: { env: 'ADMIN_TOKEN' } }],
        },
      ],
      alerts: { url: `${other.url}/alerts`, secret: { env: 'ALERTS_SECRET' } },
      pulls: [{ name: 'pull', url: `${other.url}/pull`, authorization: pull, every: 3_600 }],
      destinations: [
        {
          ...destination('basic', { scheme: 'basic', user: 'crosswalk', password: { env: 'LRS_PASSWORD' } }),
          redaction: {
            key: { id: 'k1', secret: { env: 'PSEUDONYM_KEY' } },
            formerKeys: [{ id: 'k0', secret: { env: 'FORMER_KEY' } }],
            actor: 'hash',
            members: 'hash',
            named: ['badge'],
          },
        },
        destination('bearer', { scheme: 'bearer', token: { env: 'ENDPOINT_TOKEN' } }),
        destination(
          'client-basic',
          oauth('client-basic', { method: 'client_secret_basic', clientSecret: { env: 'CLIENT_BASIC' } }),
        ),
        destination(
          'client-post',
          oauth('client-post', { method: 'client_secret_post', clientSecret: { env: 'CLIENT_POST' } }),
        ),
        destination('key', oauth('key', { method: 'private_key_jwt', privateKey: { env: 'CLIENT_KEY' } })),
      ],
    });
    Object.assign(process.env, SECRETS);
    gateway = startCrosswalk(['serve', '--config', config]);
    for (const name of Object.keys(SECRETS)) delete process.env[name];
    const output = textOf(gateway.stdout);
    const errors = textOf(gateway.stderr);
    url = await new Promise<string>((resolve) => {
      let text = '';
      gateway.stdout?.on('data', (piece) => {
        text += String(piece);
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
        if (found !== undefined) resolve(found);
      });
    });
    await useIt();
    gateway.kill('SIGTERM');
    await ended(gateway);
    seen.set('standard output', await output);
    seen.set('the log', await errors);
  }, 120_000);
  afterAll(async () => {
    gateway.kill('SIGKILL');
    await other.close();
    files.remove();
  });

  const keep = async (what: string, answered: Response) => {
    const text = await answered.text();
    const headers = JSON.stringify([...answered.headers]);
    seen.set(`${what} ${answered.status}`, `${answered.statusText}\n${headers}\n${text}`);
    return text;
  };

  const basic = (user: string, password: string) =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const credentials = () => ({
    lms: `Bearer ${SECRETS.LMS_TOKEN}`,
    player: basic('player', SECRETS.PLAYER_PASSWORD),
    admin: `Bearer ${SECRETS.ADMIN_TOKEN}`,
    wrong: `Bearer ${WRONG}`,
    'wrong password': basic('player', WRONG),
    'no scheme': WRONG,
    digest: `Digest username="player", response="${WRONG}"`,
  });

  const forwarded = async () => {
    const headers = { authorization: `Bearer ${SECRETS.ADMIN_TOKEN}` };
    const answered = await fetch(`${url}/destinations`, { headers });
    return (await answered.json()) as { destinations: { name: string; state: string; failures: number }[] };
  };

  /** Every request that there is, with each credential; broken ones too; until all destinations have failed. */
  async function useIt(): Promise<void> {
    const records = [anEvent(), anEvent({ id: `urn:uuid:${uuid(5)}`, extensions: { badge: 'b' } })];
    const headers = { authorization: credentials().lms, 'content-type': 'application/json' };
    await keep(
      'an envelope',
      await fetch(`${url}/caliper`, { method: 'POST', headers, body: JSON.stringify(anEnvelope(records)) }),
    );
    for (const [name, authorization] of Object.entries(credentials())) {
      for (const [method, path] of ENDPOINTS) {
        if (method === 'DELETE' || path.endsWith('/resume')) continue;
        const request = requestTo(method, path, { authorization });
        await keep(`${method} ${path} as ${name}`, await fetch(`${url}${path}`, request));
      }
      for (const body of ['{', '[]', JSON.stringify(aStatement({ verb: 1 })), '\u0000']) {
        const request = {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json' },
          body,
        };
        await keep(`${body} as ${name}`, await fetch(`${url}/caliper`, request));
        await keep(`${body} to xapi as ${name}`, await fetch(`${url}/xapi/statements`, request));
      }
      // as browsers that may set no headers send it (xAPI Communication 1.3)
      const form = new URLSearchParams({
        Authorization: authorization,
        'X-Experience-API-Version': '1.0.3',
        'Content-Type': 'application/json',
        content: JSON.stringify(aStatement({ id: uuid(7), object: 1 })),
      });
      await keep(
        `a form as ${name}`,
        await fetch(`${url}/xapi/statements?method=PUT&statementId=${uuid(7)}`, {
          method: 'POST',
          body: form,
        }),
      );
    }
    await withKeys();
    const end = Date.now() + 30_000;
    for (;;) {
      const { destinations } = await forwarded();
      const failed = destinations.filter(
        ({ name, state, failures }) =>
          state === 'stopped' || failures > 0 || ['basic', 'client-post'].includes(name),
      );
      const dead = await keep(
        'dead letters',
        await fetch(`${url}/dead?limit=100`, { headers: { authorization: credentials().admin } }),
      );
      const letters = ['basic', 'client-post'].every((name) => dead.includes(`"${name}"`));
      if ((failed.length === destinations.length && letters) || Date.now() > end) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    for (const [method, path] of ENDPOINTS) {
      if (method !== 'GET') continue;
      const request = requestTo(method, path, { authorization: credentials().admin });
      await keep(`${method} ${path} at the end`, await fetch(`${url}${path}`, request));
    }
  }

  /** Generated keys: their texts are told once, to whoever made them, and join the marks. */
  async function withKeys(): Promise<void> {
    const headers = { authorization: credentials().admin, 'content-type': 'application/json' };
    const body = JSON.stringify({ source: 'lms', scopes: ['send-caliper'] });
    const made = (await (await fetch(`${url}/keys`, { method: 'POST', headers, body })).json()) as {
      id: string;
      key: string;
    };
    const rotated = (await (
      await fetch(`${url}/keys/${made.id}/rotate`, { method: 'POST', headers, body: '{}' })
    ).json()) as { key: string };
    NEEDLES.push(secretOf(made.key), secretOf(rotated.key));
    for (const authorization of [
      `Bearer ${made.key}`,
      basic(made.id, rotated.key),
      `Bearer ${rotated.key}x`,
    ]) {
      await keep(
        `a key ${authorization.length}`,
        await fetch(`${url}/caliper`, { headers: { authorization } }),
      );
      await keep(
        `a key too little ${authorization.length}`,
        await fetch(`${url}/keys`, { headers: { authorization } }),
      );
    }
  }

  const found = (texts: Iterable<readonly [string, string]>) =>
    [...texts].flatMap(([what, text]) => marksIn(text).map((mark) => `${what}: ${mark}`));

  it('is used, and told to careless destinations: otherwise this would show nothing', () => {
    const told = other.requests.map((request) => repeated(request)).join('\n');
    for (const name of [
      'LRS_PASSWORD',
      'ENDPOINT_TOKEN',
      'CLIENT_BASIC',
      'CLIENT_POST',
      'PULL_PASSWORD',
    ] as const)
      expect(told.includes(coreOf(SECRETS[name])), name).toBe(true);
    expect(told.includes(GRANTED)).toBe(true);
    expect(other.requests.filter(({ path }) => path.startsWith('/alerts')).length).toBeGreaterThan(0);
    const kinds = new Set([...seen.keys()].map((what) => what.slice(-3)));
    expect([...kinds]).toEqual(expect.arrayContaining(['200', '400', '401', '403', '404']));
    expect(seen.get('the log')?.includes('pull-failed')).toBe(true);
    const [letters = ''] = [...seen]
      .filter(([what]) => what.startsWith('dead letters'))
      .map(([, text]) => text);
    expect(letters).toContain('***');
  });

  it('stands in no answer, no header and no line of the log', () => {
    const fromGateway = [...seen].filter(([what]) => !/^POST \/keys as admin/.test(what));
    expect(found(fromGateway)).toEqual([]);
  });

  it('stands in nothing that is told to the receiver of alerts', () => {
    const alerts = other.requests.filter(({ path }) => path.startsWith('/alerts'));
    expect(marksIn(JSON.stringify(alerts))).toEqual([]);
  });

  it('goes to the destination that it is for, and to no other', () => {
    const allowed: Readonly<Record<string, readonly string[]>> = {
      basic: ['LRS_PASSWORD'],
      bearer: ['ENDPOINT_TOKEN'],
      'client-basic': ['CLIENT_BASIC'],
      'client-post': ['CLIENT_POST'],
      pull: ['PULL_PASSWORD'],
    };
    for (const request of other.requests) {
      const kind = request.path.split('/')[1] ?? '';
      const own = (allowed[kind] ?? []).map((name) => coreOf(SECRETS[name as keyof typeof SECRETS]));
      const text = `${JSON.stringify(request)}\n${repeated(request)}\n${decodeURIComponent(request.path)}`;
      const foreign = plain.filter(
        (mark) => text.includes(mark) && !own.includes(mark) && mark !== coreOf(GRANTED),
      );
      expect(foreign, request.path).toEqual([]);
    }
  });

  it('stands in no file that the gateway writes', () => {
    for (const name of readdirSync(files.path, { recursive: true, encoding: 'utf8' })) {
      const path = join(files.path, name);
      if (name === 'data') continue;
      expect(marksIn(readFileSync(path)), name).toEqual([]);
    }
  });

  it('stands in no output of a command', async () => {
    const record = files.file('record.json', anEvent({ extensions: { badge: 'b' } }));
    const dump = files.file('dump.json', [aStatement({ id: uuid(40) }), { id: 1 }]);
    const commands = [
      ['log', '--format', 'text'],
      ['log'],
      ['dead', 'list'],
      ['destinations'],
      ['keys', 'list'],
      ['verify'],
      ['import', dump],
      ['pull', 'pull'],
      ['pull', `${other.url}/pull`, '--user', 'reader', '--password-env', 'PULL_PASSWORD'],
      ['explain', '--destination', 'basic', '--json', record],
      ['explain', '--destination', 'basic', record],
      ['pseudonyms', '--destination', 'basic', '--actor', 'ada@example.edu'],
      ['pseudonyms', '--destination', 'basic', '--actor', 'ada@example.edu', '--format', 'ndjson'],
      ['replay'],
    ];
    for (const words of commands) {
      const ran = await crosswalk([...words, '--config', config], { environment: SECRETS });
      const text = `${ran.output}${ran.errors}\n`;
      expect(marksIn(text), words.join(' ')).toEqual([]);
      expect(text, words.join(' ')).not.toMatch(/^(?:\n|error:)/);
    }
  }, 60_000);

  it.each<[string, object]>([
    ['as a literal in the place of its name', { alerts: { url: 'https://x.example', secret: WRONG } }],
    ['as the name of a variable', { alerts: { url: 'https://x.example', secret: { env: `${WRONG} !` } } }],
    ['in an address', { alerts: { url: `https://user:${WRONG}@x.example/`, secret: { env: 'A' } } }],
    ['in an address without a scheme', { publicUrl: `user:${WRONG}@x.example` }],
    ['in an address of a pull', { pulls: [{ name: 'a', url: `https://u:${WRONG}@x.example/` }] }],
    [
      'as a password',
      { sources: [{ name: 'a', credentials: [{ scheme: 'basic', user: 'u', password: WRONG }] }] },
    ],
    ['as a token', { sources: [{ name: 'a', credentials: [{ scheme: 'bearer', token: WRONG }] }] }],
    ['under a scheme that is none', { sources: [{ name: 'a', credentials: [{ scheme: WRONG }] }] }],
    [
      'as keys',
      {
        issuers: [
          {
            issuer: 'https://x.example',
            audience: ['a'],
            keys: { jwks: { keys: [{ kty: WRONG, d: WRONG }] } },
          },
        ],
      },
    ],
  ])('is not repeated where a configuration has it %s', async (_, settings) => {
    const bad = files.file('bad.json', settings);
    const ran = await crosswalk(['serve', '--config', bad], { environment: {} });
    expect(ran.status).toBe(2);
    expect(ran.errors).toMatch(/cannot be used/);
    expect(marksIn(ran.errors + ran.output)).toEqual([]);
    const broken = files.file('broken.json', `{"token": "${WRONG}", `);
    expect(marksIn((await crosswalk(['serve', '--config', broken])).errors)).toEqual([]);
  });

  it('that cannot be used as a key is named by its variable, not by its text', async () => {
    const environment = {
      ...SECRETS,
      CLIENT_KEY: `-----BEGIN PRIVATE KEY-----\n${WRONG}\n-----END PRIVATE KEY-----`,
    };
    Object.assign(process.env, environment);
    const process_ = startCrosswalk(['serve', '--config', config]);
    for (const name of Object.keys(SECRETS)) delete process.env[name];
    const errors = textOf(process_.stderr);
    const output = textOf(process_.stdout);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    process_.kill('SIGTERM');
    await ended(process_);
    expect(marksIn((await errors) + (await output))).toEqual([]);
  }, 30_000);
});

describe('a mask', () => {
  it('leaves no secret in the Base64 of any text that holds it, nor in Base64 of that where it was encoded already', () => {
    const around = fc.string({ unit: 'binary', maxLength: 9 });
    const alphabet = fc.constantFrom<BufferEncoding>('base64', 'base64url');
    fc.assert(
      fc.property(
        fc.string({ minLength: 4, maxLength: 30 }),
        around,
        around,
        alphabet,
        (secret, before, after, form) => {
          const credential = Buffer.from(`user:${secret}`).toString('base64');
          const mask = maskOf([secret, credential]);
          for (const held of [secret, credential]) {
            const masked = mask(Buffer.from(before + held + after).toString(form));
            expect(masked).toContain('***');
            expect(decodedFrom(masked).join('\n')).not.toContain(held);
          }
        },
      ),
    );
  });
});
