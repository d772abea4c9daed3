import type { AddressInfo } from 'node:net';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener, RequestError } from '@hono/node-server';
import { MOST_HEADER_BYTES, Unread } from './unread.ts';

/** What one who sends slowly, or opens connections and sends nothing, can hold. Times are milliseconds. */
export interface ConnectionBounds {
  /** How long headers may take to arrive, counted from the connection where nothing was sent yet. */
  readonly headers: number;
  /** How long a request may take to arrive whole. */
  readonly request: number;
  /** How often it is looked whether these are over. */
  readonly look: number;
  /** Most connections at once; further ones are closed as they come. */
  readonly connections: number;
}

const BOUNDS: ConnectionBounds = { headers: 20_000, request: 60_000, look: 5_000, connections: 10_000 };

/** How long the answers that are under way may take when the server closes, in milliseconds. */
const GRACE = 10_000;

/** A server that listens. */
export interface Listening {
  /** Address to reach it at, without a slash at its end. */
  readonly url: string;
  /** Takes no new connection, lets the requests that are under way be answered, and resolves when all is closed. */
  close(): Promise<void>;
}

function urlOf({ address, family, port }: AddressInfo): string {
  const everywhere = address === '0.0.0.0' || address === '::';
  const host = everywhere ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}

function closing(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => server.closeAllConnections(), GRACE);
    server.close(() => {
      clearTimeout(patience);
      resolve();
    });
    server.closeIdleConnections();
  });
}

type Handler = (request: Request) => Response | Promise<Response>;

/** Answers what comes: by an app what can be read, and in its form what cannot. */
function answerBy(handler: Handler, server: Server, headers: Readonly<Record<string, string>>): void {
  const unread = new Unread(headers);
  const listener = getRequestListener(handler, {
    overrideGlobalObjects: false,
    errorHandler: (error) => unread.failed(error instanceof RequestError),
  });
  /** The newest answer of each connection. */
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on('request', (request, response) => {
    answers.set(request.socket, response);
    void listener(request, response);
  });
  server.on('checkExpectation', (_request, response: ServerResponse) => unread.unexpected(response));
  server.on('clientError', (error, socket) => {
    const answer = answers.get(socket);
    unread.unreadable(error, socket, answer?.headersSent === true && !answer.writableFinished);
  });
}

/**
 * Serves an app over HTTP. `open` makes its handler once the address is known: port 0 takes any free one. Rejects
 * where the address cannot be bound. What does not come to the app is answered with the headers that are given.
 */
export function listen(
  open: (url: string) => Handler,
  { host, port }: { readonly host: string; readonly port: number },
  headers: Readonly<Record<string, string>>,
  bounds: ConnectionBounds = BOUNDS,
): Promise<Listening> {
  const server = createServer({
    headersTimeout: bounds.headers,
    requestTimeout: bounds.request,
    connectionsCheckingInterval: bounds.look,
    maxHeaderSize: MOST_HEADER_BYTES,
    // It is answered below as every other that has no address.
    requireHostHeader: false,
  });
  server.maxConnections = bounds.connections;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const url = urlOf(server.address() as AddressInfo);
      answerBy(open(url), server, headers);
      resolve({ url, close: () => closing(server) });
    });
  });
}
