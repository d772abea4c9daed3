import { Hono } from 'hono';
import { etag, RETAINED_304_HEADERS } from 'hono/etag';
import { endpointConfiguration } from '../caliper/index.ts';
import { admits } from './admission.ts';
import { requires } from './authentication.ts';
import { bodyText } from './body.ts';
import { receiveEnvelope } from './caliper-envelope.ts';
import type { GatewayEnv } from './env.ts';
import { traced } from './identify.ts';
import { jsonBody } from './json-body.ts';
import { Refusal } from './problem.ts';
import type { Services } from './services.ts';

/**
 * A bearer token is asked for, and Caliper has 401 also for a sensor that lacks the privilege, and no 403 (Caliper 1.2,
 * HTTP Responses).
 */
const MANNER = { schemes: ['bearer'], lacking: 401 } as const;

function checkContentType(header: string | undefined): void {
  const type = header?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json') return;
  throw new Refusal({
    status: 415,
    code: 'content-type',
    detail: `Send an envelope as application/json, not ${type === '' ? 'without a Content-Type' : type}.`,
    headers: { accept: 'application/json' },
  });
}

/** Seconds for which a sensor may go by a configuration that it has: it changes only with a restart. */
const FRESH = 3600;

/** Without the headers for browsers a page could not use the copy that it has. */
const RETAINED = [
  ...RETAINED_304_HEADERS,
  'access-control-allow-origin',
  'access-control-expose-headers',
  'x-request-id',
];

/**
 * The Caliper endpoint (Caliper 1.2, section 6). `POST` takes an envelope and answers 200 with an empty body once its
 * records are durable; `GET` gives the endpoint's configuration, with an entity
 * tag to ask again by (RFC 9110 section 13.1.2). Both ask for a bearer token.
 */
export function caliperRoutes(services: Services): Hono<GatewayEnv> {
  const { limits } = services;
  const configuration = endpointConfiguration({
    versions: ['1.0', '1.1', '1.2'],
    maximumBytes: limits.bodyBytes,
    extensions: { endpointName: 'Crosswalk' },
  });
  const app = new Hono<GatewayEnv>();
  const sensor = requires('send-caliper', services, MANNER);
  app.get('/', etag({ retainedHeaders: RETAINED }), sensor, (c) => {
    c.header('cache-control', `private, max-age=${FRESH}`);
    c.header('vary', 'authorization', { append: true });
    return c.json(configuration);
  });
  app.post('/', sensor, admits(services), async (c) => {
    checkContentType(c.req.header('content-type'));
    const text = await bodyText(c.req.raw, limits);
    const body = jsonBody(text, { within: 'data', depth: limits.depth });
    await receiveEnvelope(body, c.get('source'), traced(c, services));
    return c.body(null, 200, { 'content-length': '0' });
  });
  return app;
}
