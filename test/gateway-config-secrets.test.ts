import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError, parseConfiguration, readConfiguration } from '../src/gateway/index.ts';
import { readConfigurationFile } from '../src/gateway/node/index.ts';
import { crosswalk, folder, type Folder } from './support/command-line.ts';

const MARK = 'zqx7c0ffee5w';

/** A configuration with a secret where none belongs, as people write it who have not read how. */
const CARELESS = JSON.stringify(
  {
    listen: { port: 8080 },
    alerts: { url: 'https://alerts.example', secret: MARK },
    destinations: [{ kind: 'lrs', name: 'lrs', url: 'https://lrs.example', token: `${MARK}"\\${MARK}` }],
  },
  null,
  2,
);

const messageOf = (text: string) => {
  try {
    readConfiguration(text);
    return '';
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
};

/** Any four characters of the mark that stand together in a text. */
const pieces = (text: string) =>
  Array.from({ length: MARK.length - 3 }, (_, at) => MARK.slice(at, at + 4)).filter((piece) =>
    text.includes(piece),
  );

describe('a configuration file with a fault', () => {
  let files: Folder;
  beforeAll(() => {
    files = folder();
  });
  afterAll(() => files.remove());

  it.each([
    [
      'a comma too few',
      `{\n  "alerts": {\n    "secret": "${MARK}"\n    "url": ""`,
      4,
      5,
      'a comma or a closing bracket',
    ],
    ['no quotes', `{\n  "secret": ${MARK}\n}`, 2, 13, 'a value'],
    ['single quotes', `{\n  "secret": '${MARK}'\n}`, 2, 13, 'a value'],
    ['a quote too few', `{ "secret": "${MARK} }`, 1, 13, 'a value'],
    ['a comma too many', `{ "secret": "${MARK}", }`, 1, 29, 'a member name in double quotes'],
    ['a comment', `{\n  // "${MARK}"\n}`, 2, 3, 'a member name in double quotes or }'],
    ['a secret for a name', `{ ${MARK}: 1 }`, 1, 3, 'a member name in double quotes or }'],
    ['no colon', `{ "secret" "${MARK}" }`, 1, 12, 'a colon'],
    ['something behind it', `{}\n"${MARK}"`, 2, 1, 'the end of the text'],
    ['no end', `{ "secret": "${MARK}"`, 1, 27, 'a comma or a closing bracket'],
    ['a bare control character', `{ "secret": "${MARK}\n" }`, 1, 13, 'a value'],
    ['nothing in it', '', 1, 1, 'a value'],
  ])(
    'is told where it stands and what should, with nothing of the text: %s',
    async (_, text, line, column, lacking) => {
      const config = files.file('broken.json', text);
      const place = `line ${line}, column ${column}: `;
      for (const words of [['serve'], ['destinations'], ['log']]) {
        const { status, output, errors } = await crosswalk([...words, '--config', config]);
        expect({ status, output }).toEqual({ status: 2, output: '' });
        const told = errors.split('\n').find((one) => one.includes('no JSON')) ?? '';
        expect(told).toContain(`(whole file): is no JSON: ${place}`);
        expect(told.slice(told.indexOf(place))).toMatch(/^.*: (?:something else stands|ends) where /);
        expect(told.endsWith(` where ${lacking} should stand`)).toBe(true);
        expect(pieces(errors)).toEqual([]);
      }
    },
  );

  it('is told of a byte order mark as what it is', async () => {
    const config = files.file('marked.json', `\uFEFF${CARELESS}`);
    const { errors } = await crosswalk(['serve', '--config', config]);
    expect(errors).toContain('begins with a byte order mark');
    expect(pieces(errors)).toEqual([]);
  });

  it('is told of a setting that stands twice, of which one would be lost', async () => {
    const twice = `{ "destinations": [{ "kind": "lrs", "redaction": {}, "name": "a", "redaction": "${MARK}" }], "data": "a", "data": "b" }`;
    const { status, errors } = await crosswalk(['serve', '--config', files.file('twice.json', twice)]);
    expect(status).toBe(2);
    expect(errors).toContain('/destinations/0/redaction: stands here twice: keep one');
    expect(errors).toContain('/data: stands here twice');
    expect(pieces(errors)).toEqual([]);
  });

  it('repeats nothing of it, wherever the fault is', () => {
    const edits = fc.record({
      at: fc.nat(CARELESS.length),
      length: fc.nat(3),
      text: fc.constantFrom('', ',', ':', '"', '{', '}', '[', ']', '\\', '\n', 'x', '//', '0'),
    });
    let broken = 0;
    fc.assert(
      fc.property(fc.array(edits, { minLength: 1, maxLength: 3 }), (all) => {
        let text = CARELESS;
        for (const { at, length, text: put } of all) text = text.slice(0, at) + put + text.slice(at + length);
        const message = messageOf(text);
        if (message.includes('no JSON')) broken += 1;
        if (message.includes('no JSON')) expect(message).toMatch(/line \d+, column \d+: .* should stand$/);
        if (!/such setting|twice/.test(message)) expect(pieces(message)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
    expect(broken).toBeGreaterThan(1_000);
  });

  it('does not repeat a secret that stands for the name of its variable', async () => {
    const config = files.file('named.json', {
      alerts: { url: 'https://alerts.example', secret: { env: MARK } },
    });
    const { status, errors } = await crosswalk(['serve', '--config', config], {
      environment: { CROSSWALK_TOKEN: 'a' },
    });
    expect(status).toBe(2);
    expect(errors).toContain('/alerts/secret/env: the environment variable that is named here is not set');
    expect(pieces(errors)).toEqual([]);
  });
});

describe('a key set of a configuration', () => {
  let files: Folder;
  beforeAll(() => {
    files = folder();
  });
  afterAll(() => files.remove());

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const edwards = generateKeyPairSync('ed25519');
  const publicKeys = [rsa, elliptic, edwards].map(({ publicKey }) => publicKey.export({ format: 'jwk' }));
  const privateKeys = [rsa, elliptic, edwards].map(({ privateKey }) => privateKey.export({ format: 'jwk' }));
  const [anyPublic] = publicKeys;

  const issuerWith = (keys: unknown) => ({
    issuers: [{ issuer: 'https://id.example', audience: ['a'], keys, sources: [{ source: 'local' }] }],
  });
  const signedWith = (keys: unknown) => ({ sources: [{ name: 'canvas', signed: { keys } }] });
  const places: readonly (readonly [string, (keys: unknown) => object, string])[] = [
    ['an issuer', issuerWith, '/issuers/0/keys'],
    ['a source that signs', signedWith, '/sources/0/signed/keys'],
  ];
  const ways: readonly (readonly [string, (keys: readonly object[]) => unknown, string])[] = [
    ['in the configuration', (keys) => ({ jwks: { keys } }), '/jwks/keys/1/'],
    ['in a file', (keys) => ({ file: files.file('keys.json', { keys }) }), '/file: '],
  ];
  const cases = places.flatMap(([who, configured, path]) =>
    ways.map(([where, setting, below]) => [`${who}, ${where}`, configured, setting, path + below] as const),
  );

  it.each(cases)('is taken with public keys: %s', (_, configured, setting) => {
    const config = files.file('good.json', configured(setting(publicKeys)));
    const { issuers, sources } = readConfigurationFile(config);
    expect(issuers[0]?.keys ?? sources[0]?.signed?.keys).toEqual({ jwks: { keys: publicKeys } });
  });

  it.each(cases)(
    'is refused with a private key, whatever its kind, and repeats nothing of it: %s',
    async (_, configured, setting, path) => {
      for (const key of [
        ...privateKeys,
        { kty: 'oct', k: MARK },
        { kty: 'AKP', alg: 'ML-DSA-44', priv: MARK },
      ]) {
        const config = files.file('bad.json', configured(setting([anyPublic as object, key])));
        const { status, output, errors } = await crosswalk(['serve', '--config', config], {
          environment: { CROSSWALK_TOKEN: 'a' },
        });
        expect({ status, output }).toEqual({ status: 2, output: '' });
        expect(errors).toContain(path);
        expect(errors).toMatch(/belongs to a private key, which has no place here: give the public one/);
        for (const [name, value] of Object.entries(key))
          if (String(value).length > 10) expect(errors, name).not.toContain(String(value).slice(2, 12));
      }
    },
  );

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])('is refused with %s alone', (name) => {
    const of = (keys: object) => parseConfiguration(issuerWith({ jwks: { keys: [keys] } }));
    expect(() => of({ ...anyPublic })).not.toThrow();
    for (const value of [MARK, null, [], 0]) {
      try {
        of({ ...anyPublic, [name]: value });
        expect.unreachable();
      } catch (error) {
        expect((error as ConfigurationError).errors.map(({ path }) => path)).toEqual([
          `/issuers/0/keys/jwks/keys/0/${name}`,
        ]);
      }
    }
  });

  it('that is none says which forms there are', async () => {
    for (const keys of [{}, 'https://id.example/keys', { jwks: { keys: {} } }, { pem: 'a' }]) {
      const config = files.file('none.json', issuerWith(keys));
      const { errors } = await crosswalk(['serve', '--config', config]);
      expect(errors).toMatch(/\/issuers\/0\/keys.*: (?:give the keys as \{"jwks"|has the wrong type)/);
    }
  });
});
