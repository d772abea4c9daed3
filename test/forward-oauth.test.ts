import { exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientCredentials } from '../src/forward/index.ts';
import { smallLrs, startDestination, type Answering, type LocalDestination } from './forward-destination.ts';
import { createStage, fullStatement, lrsAt, type Stage } from './forward-stage.ts';

const SECRET = 'the-client-secret-of-tests';

/** A token endpoint that gives a token a request, each of its own. */
const grants = (life: number | undefined, number: () => number): Answering => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ access_token: `token-${number()}`, token_type: 'Bearer', expires_in: life }),
});

describe('a destination that asks for OAuth 2.0 client credentials', () => {
  let tokens: LocalDestination;
  let lrs: LocalDestination;
  let stage: Stage;
  let given = 0;
  /** Tokens that the LRS takes; all where there are none. */
  let good: string[];
  beforeEach(async () => {
    given = 0;
    good = [];
    const small = smallLrs();
    tokens = await startDestination(() => grants(3_600, () => (given += 1)));
    lrs = await startDestination((request) => {
      const token = request.headers.authorization ?? '';
      if (good.length > 0 && !good.includes(token)) return { status: 401, body: `no such token: ${token}` };
      return small.answer(request);
    });
    stage = await createStage();
  });
  afterEach(async () => {
    await Promise.all([tokens.close(), lrs.close(), stage.log.close()]);
  });

  const secret = (
    method: 'client_secret_basic' | 'client_secret_post' = 'client_secret_basic',
  ): ClientCredentials => ({
    scheme: 'oauth',
    tokenUrl: `${tokens.url}/token`,
    clientId: 'crosswalk',
    method,
    clientSecret: SECRET,
    scopes: ['lrs:write', 'lrs:read'],
  });
  const deliver = async (authorization: ClientCredentials, ...ids: string[]) => {
    const destination = lrsAt(lrs.url, { authorization });
    const forwarder = stage.forwarder([destination]);
    const reports = [];
    for (const id of ids) {
      await stage.append([fullStatement(id)]);
      reports.push(await forwarder.deliver('lrs'));
    }
    return reports;
  };
  const sentWith = () => lrs.requests.map(({ headers }) => headers.authorization);
  const form = (at = 0) => new URLSearchParams(tokens.requests[at]?.body);

  it('gets a token that is fetched once, by Basic, and kept', async () => {
    const reports = await deliver(secret(), 'a', 'b', 'c');
    expect(reports.map(({ end }) => end)).toEqual(['drained', 'drained', 'drained']);
    expect(sentWith()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1']);
    expect(tokens.requests).toHaveLength(1);
    expect(Object.fromEntries(form())).toMatchObject({
      grant_type: 'client_credentials',
      scope: 'lrs:write lrs:read',
    });
    const basic = atob((tokens.requests[0]?.headers.authorization ?? '').slice('Basic '.length));
    // each half is form-encoded first (RFC 6749 section 2.3.1)
    expect(basic.split(':').map(decodeURIComponent)).toEqual(['crosswalk', SECRET]);
  });

  it('gets one for a secret in the form, too', async () => {
    await deliver(secret('client_secret_post'), 'a');
    expect(Object.fromEntries(form())).toMatchObject({ client_id: 'crosswalk', client_secret: SECRET });
    expect(tokens.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('gets one for an assertion that its key has signed, with the token endpoint as the audience', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const authorization: ClientCredentials = {
      scheme: 'oauth',
      tokenUrl: `${tokens.url}/token`,
      clientId: 'crosswalk',
      method: 'private_key_jwt',
      privateKey: await exportPKCS8(privateKey),
      keyId: 'key-1',
      algorithm: 'RS256',
    };
    const [report] = await deliver(authorization, 'a');
    expect(report?.end).toBe('drained');
    expect(form().get('client_assertion_type')).toBe(
      'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    );
    const { payload, protectedHeader } = await jwtVerify(form().get('client_assertion') ?? '', publicKey, {
      issuer: 'crosswalk',
      subject: 'crosswalk',
      audience: `${tokens.url}/token`,
    });
    expect(payload).toMatchObject({ jti: expect.any(String) as string, exp: expect.any(Number) as number });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: 'key-1' });
  });

  it('gets another token shortly before the one that is kept expires', async () => {
    const authorization = secret();
    const forwarder = stage.forwarder([lrsAt(lrs.url, { authorization })]);
    const once = async (id: string) => {
      await stage.append([fullStatement(id)]);
      await forwarder.deliver('lrs');
    };
    await once('a');
    stage.clock.time += 3_539_000;
    await once('b');
    stage.clock.time += 2_000;
    await once('c');
    expect(sentWith()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  });

  it('is asked once more with a fresh token when it refuses one, before it is stopped', async () => {
    const authorization = secret();
    expect(await deliver(authorization, 'a')).toMatchObject([{ end: 'drained' }]);
    good = ['Bearer token-2'];
    expect(await deliver(authorization, 'b')).toMatchObject([{ end: 'drained' }]);
    expect(sentWith()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
    good = ['none'];
    expect(await deliver(authorization, 'c')).toMatchObject([{ end: 'stopped' }]);
    expect(tokens.requests).toHaveLength(3);
    expect(await stage.states()).toEqual(['delivered', 'delivered', 'pending']);
  });

  it.each<[string, Answering, 'stopped' | 'retry']>([
    [
      'refuses the client',
      { status: 401, headers: { 'content-type': 'application/json' }, body: '{"error":"invalid_client"}' },
      'stopped',
    ],
    [
      'does not know the scope',
      { status: 400, headers: { 'content-type': 'application/json' }, body: '{"error":"invalid_scope"}' },
      'stopped',
    ],
    ['is not there', { status: 404, body: 'nothing' }, 'stopped'],
    ['sends elsewhere', { status: 302, headers: { location: 'https://evil.example/' } }, 'stopped'],
    ['is down', { status: 503, body: 'later' }, 'retry'],
    ['is busy', { status: 429, body: 'later' }, 'retry'],
    ['breaks off', 'reset', 'retry'],
    [
      'answers something else',
      { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' },
      'retry',
    ],
  ])('keeps its records pending when the token endpoint %s', async (_, answer, end) => {
    tokens.next.push(answer);
    expect(await deliver(secret(), 'a')).toMatchObject([{ end, dead: 0 }]);
    expect(await stage.states()).toEqual(['pending']);
    expect(lrs.requests).toEqual([]);
  });

  it('leaves neither secret nor token in what is kept of its answers', async () => {
    good = ['none'];
    tokens.next.push({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ access_token: 'marked-token', token_type: 'bearer' }),
    });
    await deliver(secret(), 'a');
    const kept = JSON.stringify([await stage.log.history(1), await stage.log.state('lrs'), stage.events]);
    expect(kept).toContain('no such token');
    for (const word of ['marked-token', 'token-1', SECRET]) expect(kept).not.toContain(word);
  });
});
