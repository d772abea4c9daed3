import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Finding } from '../json/index.ts';
import type { GatewayEnv } from './env.ts';

/** One error of a problem document: where, what, and by which rule. */
export type ProblemError = Omit<Finding, 'fatal'>;

/** A problem document (RFC 9457) with the errors that the sender can mend. */
export interface Problem {
  /** HTTP status of the answer. */
  readonly status: number;
  /** Stable name of the problem in kebab-case, such as `invalid-json`. */
  readonly code: string;
  /** What happened, as one sentence for a person. */
  readonly detail: string;
  readonly errors?: readonly ProblemError[];
  /** Headers that the status asks for: `WWW-Authenticate`, `Allow`, `Retry-After`, `Accept-Encoding`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is answered with a problem document. Thrown by handlers, and turned into the answer by the app. */
export class Refusal extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'Refusal';
    this.problem = problem;
  }
}

/** Errors that a problem document lists at most: a batch can break more rules than anyone reads. */
const MOST_ERRORS = 100;

const PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  417: 'Expectation Failed',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/**
 * The document of a problem as JSON text: the members of RFC 9457 section 3.1, a stable `code`, the `requestId` where there
 * is one, and `errors`, each with `path` (a JSON Pointer into the request's body, or `/` and the name of a parameter),
 * `message` and `rule`. The type is `about:blank`, so the title is the status's phrase.
 */
export function problemText({ status, code, detail, errors = [] }: Problem, requestId?: string): string {
  const listed = errors.slice(0, MOST_ERRORS).map(({ path, message, rule }) => ({ path, message, rule }));
  return JSON.stringify({
    type: 'about:blank',
    title: PHRASES[status] ?? 'Error',
    status,
    detail,
    code,
    requestId,
    errors: listed,
    ...(errors.length > listed.length ? { errorCount: errors.length } : {}),
  });
}

/** Headers of a problem document. No store keeps it: what is refused now may be given in a moment. */
export const PROBLEM_HEADERS = {
  'content-type': 'application/problem+json',
  'cache-control': 'no-store',
} as const;

/** The answer for a problem. Headers that were set for the request stay. */
export function answerProblem(c: Context<GatewayEnv>, problem: Problem): Response {
  const { status, headers = {} } = problem;
  const text = problemText(problem, c.get('requestId'));
  return c.body(text, status as ContentfulStatusCode, { ...headers, ...PROBLEM_HEADERS });
}
