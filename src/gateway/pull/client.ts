import { authorizationHeader, backoff, DEFAULT_BACKOFF, maskFor, retryAfter } from '../../forward/index.ts';
import type { Fetch } from '../../forward/index.ts';
import { VERSION_HEADER } from '../../xapi/index.ts';
import type { Presented } from '../credentials.ts';
import type { Patience } from '../intake/room.ts';

/** An LRS that is read, and the way there. */
export interface PulledLrs {
  /** Address of the xAPI endpoint, below which `statements` lies. */
  readonly url: string;
  readonly version: '1.0.3' | '2.0.0';
  readonly authorization: Presented;
  /** Milliseconds that one request may take. */
  readonly timeout?: number;
}

/** What a reading of an LRS needs of its host. */
export interface PullHost {
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly random: () => number;
  /** Resolves after a time in milliseconds, or when the signal is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** Waits where the gateway is full; without it the reading ends there, and the next one goes on. */
  readonly patience?: Patience;
}

/** A page as an LRS answered. */
export interface PulledAnswer {
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** The LRS does not answer as one, or does not let the gateway in: to try again changes nothing. */
export class PullError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PullError';
  }
}

const DEFAULT_TIMEOUT = 60_000;

/** Tries of one request before the reading is given up for now. */
const MOST_TRIES = 8;

const EXCERPT = 300;

/** Bytes of a refusal that are looked at: secrets are taken out of them before the excerpt is cut. */
const MOST_SAID = 100_000;

const AGAIN = [408, 425, 429];

/** One try: an answer, or how long the LRS wants to be left alone, where it says. */
type Tried = PulledAnswer | { readonly after: number | null; readonly why: string };

async function tried(url: string, lrs: PulledLrs, { fetch, now, signal }: PullHost): Promise<Tried> {
  const headers = {
    authorization: authorizationHeader(lrs.authorization),
    [VERSION_HEADER]: lrs.version,
    accept: 'application/json, multipart/mixed',
  };
  let response: Response;
  let bytes: Uint8Array;
  try {
    const timeout = AbortSignal.timeout(lrs.timeout ?? DEFAULT_TIMEOUT);
    // A credential goes to the configured address only.
    response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.any([timeout, signal]) });
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    return { after: null, why: error instanceof Error ? error.message : String(error) };
  }
  const { status } = response;
  if (status === 200) return { headers: response.headers, bytes };
  const said = maskFor(lrs.authorization)(new TextDecoder().decode(bytes.subarray(0, MOST_SAID)));
  const why = `status ${status}: ${said.slice(0, EXCERPT)}`;
  if (AGAIN.includes(status) || status >= 500) return { after: retryAfter(response.headers, now()), why };
  throw new PullError(`${url} answered with ${why}`);
}

/**
 * Asks an LRS for a page, again after a while where it cannot answer now (408, 425, 429, 5xx, a fault of the network),
 * as long as it asks for. Rejects with a {@link PullError} where it refuses, or does not answer after many tries.
 */
export async function asked(url: string, lrs: PulledLrs, host: PullHost): Promise<PulledAnswer> {
  let why = '';
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const outcome = await tried(url, lrs, host);
    if ('bytes' in outcome) return outcome;
    why = outcome.why;
    if (tries === MOST_TRIES || host.signal.aborted) break;
    const pause = backoff(tries, host.random, DEFAULT_BACKOFF);
    await host.sleep(Math.max(pause, outcome.after ?? 0), host.signal);
  }
  throw new PullError(`${url} did not answer: ${why}`);
}
