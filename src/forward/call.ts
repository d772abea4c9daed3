import { authorizationHeader, DEFAULT_TIMEOUT, type Endpoint } from './endpoint.ts';
import type { Fetch } from './fetch.ts';
import type { Mask } from './masked.ts';
import { accessToken, forgetToken, type Granted } from './oauth.ts';

/** A request to a destination. The caller adds its authorization. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Blob | Uint8Array<ArrayBuffer>;
}

/** What came back, or the fault that stood in its place (`status` null, the fault in `text`). */
export interface Answer {
  readonly status: number | null;
  readonly headers: Headers;
  /** The body, cut off after {@link MOST_TEXT} bytes. */
  readonly text: string;
  /** True where the body was read to its end. */
  readonly complete: boolean;
}

/** Sends one request; never rejects because of what the other side does. */
export type Call = (request: OutgoingRequest) => Promise<Answer>;

const MOST_TEXT = 8_000_000;

async function textOf(response: Response): Promise<Pick<Answer, 'text' | 'complete'>> {
  const reader = response.body?.getReader();
  if (!reader) return { text: '', complete: true };
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { text: text + decoder.decode(), complete: true };
      text += decoder.decode(value, { stream: true });
      bytes += (value as Uint8Array).byteLength;
      if (bytes > MOST_TEXT) break;
    }
    await reader.cancel();
  } catch {
    // The status stands; a body that broke off is told by `complete`.
  }
  return { text, complete: false };
}

function faultOf(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeout} ms`;
  const cause = error.cause instanceof Error ? error.cause : undefined;
  const code = cause && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `${cause?.message || error.message}${code}`;
}

/** Statuses by which a token endpoint says that it may grant a token later; by any other it refuses the client. */
const LATER = [408, 425, 429];

/** The authorization of a request, or what came of asking for it in the place of the answer. */
type Authorized = { readonly header: string; readonly granted?: Granted & { ok: true } } | Answer;

/** A client that gets no token is told as a 401: each record would fail alike. */
function refused({ status, why }: Granted & { ok: false }): Answer {
  const later = status === null || status >= 500 || LATER.includes(status);
  return { status: later ? status : 401, headers: new Headers(), text: why, complete: true };
}

function withoutToken(answer: Answer, masked: Mask): Answer {
  const headers = new Headers();
  for (const [name, value] of answer.headers) headers.append(name, masked(value));
  return { ...answer, headers, text: masked(answer.text) };
}

/**
 * Calls a destination with its authorization and its timeout. Redirects are not followed: a credential goes to the
 * configured address only. A token that the destination refuses is fetched anew once. `before` runs ahead of each
 * request; `now` gives milliseconds since 1970-01-01T00:00:00Z; `more` gives headers that all requests have.
 */
export function createCall(
  endpoint: Endpoint,
  fetch: Fetch,
  before: () => Promise<void>,
  now: () => number,
  more: () => Readonly<Record<string, string>> = () => ({}),
): Call {
  const timeout = endpoint.timeout ?? DEFAULT_TIMEOUT;
  const { authorization } = endpoint;

  async function authorized(): Promise<Authorized> {
    if (authorization.scheme !== 'oauth') return { header: authorizationHeader(authorization) };
    await before();
    const signal = AbortSignal.timeout(timeout);
    const granted = await accessToken(authorization, { fetch, now, signal });
    if (!granted.ok) return refused(granted);
    return { header: `Bearer ${granted.token}`, granted };
  }

  async function sent({ method, url, headers, body }: OutgoingRequest, header: string): Promise<Answer> {
    await before();
    try {
      const response = await fetch(url, {
        method,
        headers: { ...headers, ...more(), authorization: header },
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout),
        ...(body === undefined ? {} : { body }),
      });
      return { status: response.status, headers: response.headers, ...(await textOf(response)) };
    } catch (error) {
      return { status: null, headers: new Headers(), text: faultOf(error, timeout), complete: false };
    }
  }

  async function attempt(request: OutgoingRequest, again: boolean): Promise<Answer> {
    const proof = await authorized();
    if (!('header' in proof)) return proof;
    const answer = await sent(request, proof.header);
    if (authorization.scheme !== 'oauth' || !proof.granted) return answer;
    const { token, masked } = proof.granted;
    if (answer.status === 401) forgetToken(authorization, token);
    if (answer.status === 401 && again) return attempt(request, false);
    return withoutToken(answer, masked);
  }
  return (request) => attempt(request, true);
}
