import type { Duplex } from 'node:stream';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import { PROBLEM_HEADERS, problemText, type Problem } from '../problem.ts';

/** Bytes of all headers of a request; more are answered with 431. */
export const MOST_HEADER_BYTES = 16_384;

const MALFORMED: Problem = {
  status: 400,
  code: 'malformed-request',
  detail: 'What came is no request of HTTP/1.1 with a host and an address.',
};

/** What is wrong with a request that the server cannot read, by the code of Node's error. */
const REFUSALS: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'headers-too-large',
    detail: `The headers of a request may have ${MOST_HEADER_BYTES} bytes together.`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'request-timeout',
    detail: 'The request did not arrive whole in time. Send it again.',
  },
};

const EXPECTATION: Problem = {
  status: 417,
  code: 'expectation-failed',
  detail: 'The only expectation that can be met is 100-continue.',
};

const FAULT: Problem = {
  status: 500,
  code: 'internal-error',
  detail: 'The gateway failed at this request.',
};

type Headers = Readonly<Record<string, string>>;

/** Answers what never comes to the app, in its form: a problem document (RFC 9457) with the headers of every answer. */
export class Unread {
  readonly #headers: Headers;

  constructor(headers: Headers) {
    this.#headers = { ...headers, ...PROBLEM_HEADERS };
  }

  #response(refused: Problem): Response {
    return new Response(problemText(refused), { status: refused.status, headers: this.#headers });
  }

  /** For a request whose address or host cannot be read, or an app that fails. */
  failed(malformed: boolean): Response {
    return this.#response(malformed ? MALFORMED : FAULT);
  }

  /** For an expectation that nobody can meet (RFC 9110 section 10.1.1). */
  unexpected(response: ServerResponse): void {
    response.writeHead(EXPECTATION.status, this.#headers).end(problemText(EXPECTATION));
  }

  /** For bytes that are no request, and then closes the connection, on which an answer may have begun. */
  unreadable({ code }: NodeJS.ErrnoException, socket: Duplex, begun: boolean): void {
    if (!socket.writable || begun) {
      socket.destroy();
      return;
    }
    const refused = REFUSALS[code ?? ''] ?? MALFORMED;
    const body = problemText(refused);
    const headers = {
      ...this.#headers,
      date: new Date().toUTCString(),
      connection: 'close',
      'content-length': String(Buffer.byteLength(body)),
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const head = [`HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status]}`, ...lines].join('\r\n');
    // Not half of it: who sends on and never closes would hold the connection.
    socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
  }
}
