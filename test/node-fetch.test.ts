import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fetch } from '../src/forward/index.ts';
import { publicFetch } from '../src/gateway/node/public-fetch.ts';

/** What came in one request. */
interface Received {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

describe('what is sent to a destination on Node', () => {
  let server: Server;
  let url: string;
  let fetch: Fetch;
  const received: Received[] = [];

  beforeEach(async () => {
    received.length = 0;
    server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const { method, headers } = request;
        received.push({ method, headers, body: Buffer.concat(pieces) });
        const status = Number(new URL(request.url ?? '', url).searchParams.get('status') ?? 200);
        if (status === 0) return;
        if (status === 1)
          return response.writeHead(200, { 'content-length': '9' }).write('cut', () => response.destroy());
        response.writeHead(
          status,
          [
            ['link', '<a>; rel=x'],
            ['link', '<b>; rel=y'],
            ['location', '/elsewhere'],
          ].flat(),
        );
        response.end(status === 204 ? undefined : 'what it says: é');
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    fetch = publicFetch(new Set(['127.0.0.1']));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const text = '{"name":"Zoë 😀"}';
  const bodies = { 'a text': text, bytes: new TextEncoder().encode(text) };
  const post = (
    body: string | Uint8Array<ArrayBuffer>,
    { to = url, signal = AbortSignal.timeout(5_000) } = {},
  ) =>
    fetch(to, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: 'Basic eA==' },
      redirect: 'manual',
      signal,
      body,
    });

  describe.each(Object.entries(bodies))('as %s', (_, body) => {
    it('arrives byte for byte, with its method, its headers and its length', async () => {
      await (await post(body)).text();
      expect(received[0]?.method).toBe('PUT');
      expect(received[0]?.body.toString()).toBe(text);
      expect(received[0]?.headers).toMatchObject({
        'content-type': 'application/json',
        authorization: 'Basic eA==',
        'content-length': String(Buffer.byteLength(text)),
        accept: '*/*',
      });
    });

    it.each([200, 204, 302, 400, 503])('has the answer %i with its headers and text', async (status) => {
      const answer = await post(body, { to: `${url}?status=${status}` });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('link')).toBe('<a>; rel=x, <b>; rel=y');
      expect(answer.headers.get('location')).toBe('/elsewhere');
      expect(await answer.text()).toBe(status === 204 ? '' : 'what it says: é');
      expect(received).toHaveLength(1);
    });

    it('says so where nobody listens', async () => {
      server.close();
      const cause = { code: 'ECONNREFUSED' };
      await expect(post(body)).rejects.toMatchObject({ name: 'TypeError', cause });
    });

    it('is given up when its time is over', async () => {
      const late = post(body, { to: `${url}?status=0`, signal: AbortSignal.timeout(100) });
      await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
    });

    it('tells an answer that broke off', async () => {
      const answer = await post(body, { to: `${url}?status=1` });
      expect(answer.status).toBe(200);
      await expect(answer.text()).rejects.toThrow();
    });

    it('goes to no private host that is not allowed', async () => {
      fetch = publicFetch(new Set());
      await expect(post(body)).rejects.toThrow('allowPrivate');
      expect(received).toEqual([]);
    });
  });

  it('is refused with the status that HTTP does not know', async () => {
    await expect(post(bodies.bytes, { to: `${url}?status=999` })).rejects.toMatchObject({
      cause: { message: "the status 999 is none of HTTP's" },
    });
  });
});
