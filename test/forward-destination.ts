import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a destination got it. */
export interface Received {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** How a destination answers: with a response, never, by breaking off, or with half of a response. */
export type Answering =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | 'hang'
  | 'reset'
  | 'half';

/** A real HTTP server that answers as it is told and keeps what it got. */
export interface LocalDestination {
  readonly url: string;
  readonly requests: Received[];
  /** Answers that come before the usual one, each once. */
  readonly next: Answering[];
  close(): Promise<void>;
}

function respond(response: ServerResponse, answer: Answering): void {
  if (answer === 'hang') return;
  if (answer === 'reset') return void response.destroy();
  if (answer === 'half') {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('[');
    setTimeout(() => response.destroy(), 20);
    return;
  }
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

/** Starts a destination on loopback. `usual` answers where nothing stands in `next`. */
export async function startDestination(
  usual: (request: Received) => Answering = () => ({ status: 200 }),
): Promise<LocalDestination> {
  const requests: Received[] = [];
  const next: Answering[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { method = '', url = '', headers } = request;
    const received = { method, path: url, headers, body: Buffer.concat(parts).toString('utf8') };
    requests.push(received);
    respond(response, next.shift() ?? usual(received));
  };
  // a request that its sender gave up has nothing to be answered
  const server = createServer((request, response) => void answer(request, response).catch(() => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    next,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a small LRS holds. */
export interface SmallLrs {
  /** Statements by id, in the order of their coming. */
  readonly statements: Map<string, Record<string, unknown>>;
  /** Ids under which statements were voided. */
  readonly voided: Set<string>;
  readonly documents: Map<string, string>;
  readonly answer: (request: Received) => Answering;
}

const etag = (text: string) => `"${text.length}-${text.slice(0, 20).replaceAll(/[^a-z0-9]/gi, '')}"`;

/**
 * An LRS as far as a sender meets it: all or nothing for a batch, 400 for a statement that says `bad`, 409 for another
 * statement under an id (and, where `strict`, for the same one as well), profile documents with ETags.
 */
export function smallLrs(options: { strict?: boolean } = {}): SmallLrs {
  const statements = new Map<string, Record<string, unknown>>();
  const voided = new Set<string>();
  const documents = new Map<string, string>();

  function post(body: string): Answering {
    const batch = JSON.parse(body) as Record<string, unknown>[];
    if (batch.some((one) => one.bad)) return { status: 400, body: 'a statement is bad' };
    const clash = batch.some((one) => {
      const held = statements.get(one.id as string);
      return held && (options.strict || JSON.stringify(held) !== JSON.stringify(one));
    });
    if (clash) return { status: 409, body: 'a statement is there already' };
    for (const one of batch) statements.set(one.id as string, one);
    return { status: 200, body: JSON.stringify(batch.map((one) => one.id)) };
  }

  function get(query: URLSearchParams): Answering {
    const hidden = query.get('voidedStatementId');
    const id = hidden ?? query.get('statementId') ?? '';
    const held = voided.has(id) === (hidden !== null) ? statements.get(id) : undefined;
    return held ? { status: 200, body: JSON.stringify(held) } : { status: 404 };
  }

  function document({ method, path, headers, body }: Received): Answering {
    const held = documents.get(path);
    if (method === 'GET') {
      return held === undefined
        ? { status: 404 }
        : { status: 200, headers: { etag: etag(held) }, body: held };
    }
    const fresh = headers['if-none-match'] === '*' && held === undefined;
    const matches = held !== undefined && headers['if-match'] === etag(held);
    if (!fresh && !matches) return { status: 412 };
    documents.set(path, body);
    return { status: 204 };
  }

  return {
    statements,
    voided,
    documents,
    answer(request) {
      const url = new URL(request.path, 'http://lrs');
      if (!url.pathname.endsWith('/statements')) return document(request);
      return request.method === 'POST' ? post(request.body) : get(url.searchParams);
    },
  };
}
