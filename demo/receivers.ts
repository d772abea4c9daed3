import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isObject, member, type JsonObject, type JsonValue } from '../src/json/index.ts';
import { textOf } from './text.ts';

/** A destination that keeps what it gets, by id, and does nothing with it. */
export interface Receiver {
  readonly url: string;
  /** Records by their ids: what a repeat brings again is kept once. */
  readonly records: Map<string, JsonObject>;
  /** Documents of entity describes, by the resource and its parameters. */
  readonly documents: Map<string, JsonObject>;
  /** How many requests brought them. */
  readonly requests: () => number;
  readonly close: () => Promise<void>;
}

type Handler = (request: IncomingMessage, body: JsonValue, kept: Kept) => Answer;

interface Kept {
  readonly records: Map<string, JsonObject>;
  readonly documents: Map<string, JsonObject>;
}

interface Answer {
  readonly status: number;
  readonly body?: JsonValue;
}

/** A Caliper endpoint: takes envelopes, and answers 200 without a body (Caliper 1.2, section 6). */
export function caliperEndpoint(): Promise<Receiver> {
  return receiver('/caliper', (request, body, kept) => {
    if (request.method !== 'POST' || !isObject(body)) return { status: 405 };
    const data = member(body, 'data');
    if (!Array.isArray(data)) return { status: 422 };
    for (const record of data.filter(isObject)) {
      const event = member(record, 'action') !== undefined;
      (event ? kept.records : kept.documents).set(textOf(record['id']), record);
    }
    return { status: 200 };
  });
}

/** A Learning Record Store: takes statements and documents (xAPI Communication 2.1 to 2.7), and gives statements back. */
export function learningRecordStore(): Promise<Receiver> {
  return receiver('/xapi', (request, body, kept) => {
    const url = new URL(request.url ?? '/', 'http://receiver');
    if (!url.pathname.endsWith('/statements')) return document(request, url, body, kept);
    const id = url.searchParams.get('statementId');
    if (request.method === 'GET') return statementById(id, kept);
    const statements = (Array.isArray(body) ? body : [body]).filter(isObject);
    for (const statement of statements) kept.records.set(id ?? textOf(statement['id']), statement);
    return request.method === 'PUT'
      ? { status: 204 }
      : { status: 200, body: statements.map(({ id }) => id ?? null) };
  });
}

function statementById(id: string | null, { records }: Kept): Answer {
  const found = records.get(id ?? '');
  return found ? { status: 200, body: found } : { status: 404 };
}

function document(request: IncomingMessage, url: URL, body: JsonValue, { documents }: Kept): Answer {
  const key = `${url.pathname}${url.search}`;
  const found = documents.get(key);
  if (request.method === 'GET') return found ? { status: 200, body: found } : { status: 404 };
  if (isObject(body)) documents.set(key, body);
  return { status: 204 };
}

async function receiver(path: string, handle: Handler): Promise<Receiver> {
  const kept: Kept = { records: new Map(), documents: new Map() };
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    void answer(request, response, (body) => handle(request, body, kept));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...kept,
    url: `http://127.0.0.1:${port}${path}`,
    requests: () => requests,
    close: () => closed(server),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (body: JsonValue) => Answer,
): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString('utf8');
  const { status, body } = handle(text === '' ? null : (JSON.parse(text) as JsonValue));
  response.writeHead(status, { 'content-type': 'application/json', 'x-experience-api-version': '1.0.3' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => void server.close(() => resolve()));
}
