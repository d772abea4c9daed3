import { authorizationHeader, DEFAULT_TIMEOUT, type Endpoint } from './endpoint.ts';

/** The part of `fetch` that is used, so that a test or a host can hand in its own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A request to a destination. The caller adds its authorization. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Blob;
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

/**
 * Calls a destination with its authorization and its timeout. Redirects are not followed: a credential goes to the
 * configured address only. `before` runs ahead of each request; `more` gives headers that all of them have.
 */
export function createCall(
  endpoint: Endpoint,
  fetch: Fetch,
  before: () => Promise<void>,
  more: () => Readonly<Record<string, string>> = () => ({}),
): Call {
  const timeout = endpoint.timeout ?? DEFAULT_TIMEOUT;
  return async ({ method, url, headers, body }) => {
    await before();
    try {
      const response = await fetch(url, {
        method,
        headers: { ...headers, ...more(), authorization: authorizationHeader(endpoint.authorization) },
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout),
        ...(body === undefined ? {} : { body }),
      });
      return { status: response.status, headers: response.headers, ...(await textOf(response)) };
    } catch (error) {
      return { status: null, headers: new Headers(), text: faultOf(error, timeout), complete: false };
    }
  };
}
