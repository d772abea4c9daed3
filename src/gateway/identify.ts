import type { Context, Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { readTrace, type TraceContext } from '../forward/index.ts';
import type { GatewayEnv } from './env.ts';
import type { Services } from './services.ts';

/** The trace that a request belongs to (W3C Trace Context); null where it names none. */
function traceOf(c: Context): TraceContext | null {
  return readTrace(c.req.header('traceparent'), c.req.header('tracestate'));
}

/** What a handler works with, and the trace of its request. */
export function traced(c: Context, services: Services): Services {
  const trace = traceOf(c);
  return trace ? { ...services, trace } : services;
}

/** A form that stands for another request (xAPI Communication 1.3): that one is counted. */
const isForm = (c: Context) => c.req.method === 'POST' && c.req.query('method') !== undefined;

/**
 * Gives each request an id: the one that its sender names in `X-Request-Id`, its trace's, or a fresh one. The answer has it,
 * and so has each line about the request in the gateway's own log. Measures how long the answer took.
 */
export function identifyRequests(app: Hono<GatewayEnv>, services: Services): void {
  const { newId, now, meter, report, logRequests } = services;
  app.use(requestId({ generator: (c) => traceOf(c)?.traceId ?? newId() }));
  if (!meter && !logRequests) return;
  app.use(async (c, next) => {
    const began = now();
    await next();
    if (isForm(c)) return;
    const { method, path } = c.req;
    const { status } = c.res;
    const milliseconds = Math.max(0, now() - began);
    meter?.answered(method, path, status, milliseconds / 1_000);
    if (!logRequests) return;
    report({
      level: 'info',
      event: 'answered',
      requestId: c.get('requestId'),
      method,
      path,
      status,
      milliseconds,
    });
  });
}
