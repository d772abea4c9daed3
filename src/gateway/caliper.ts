import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { etag, RETAINED_304_HEADERS } from 'hono/etag';
import { endpointConfiguration } from '../caliper/index.ts';
import { CALIPER_VERSIONS } from '../ontology/index.ts';
import { admits } from './admission.ts';
import { requires, unauthorized } from './authentication.ts';
import { bodyText } from './body.ts';
import { receiveEnvelope } from './caliper-envelope.ts';
import type { GatewayEnv } from './env.ts';
import { traced } from './identify.ts';
import { Refusal } from './problem.ts';
import { SCOPES } from './scopes.ts';
import type { Services } from './services.ts';
import type { Source } from './sources.ts';
import { isCompactJws, type OpenedBody } from './tokens/index.ts';

/**
 * A bearer token is asked for, and Caliper has 401 also for a sensor that lacks the privilege, and no 403 (Caliper 1.2,
 * HTTP Responses).
 */
const MANNER = { schemes: ['bearer'], lacking: 401 } as const;

/** What signed bodies are sent as. Canvas says nothing of them, so that their own form decides. */
const SIGNED_TYPES = ['application/jwt', 'application/jose', 'text/plain', ''];

const typeOf = (header: string | undefined) => header?.split(';')[0]?.trim().toLowerCase() ?? '';

function checkContentType(type: string): void {
  if (type === 'application/json') return;
  throw new Refusal({
    status: 415,
    code: 'content-type',
    detail: `Send an envelope as application/json, not ${type === '' ? 'without a Content-Type' : type}.`,
    headers: { accept: 'application/json' },
  });
}

/**
 * Takes requests without a credential whose body is signed: the signature is the credential. It is verified before
 * anything of the body is read.
 */
function takesSigned(services: Services): MiddlewareHandler<GatewayEnv> {
  const { signedBodies, limits } = services;
  return async (c, next) => {
    if (!signedBodies.any || c.req.header('authorization') !== undefined) return next();
    const text = await bodyText(c.req.raw, limits);
    if (!isCompactJws(text))
      throw unauthorized(MANNER.schemes, 'Send a bearer token, or a body that is signed.');
    const body = await opened(text, services);
    await services.admission.admit(body.source);
    return received(c, body, services);
  };
}

async function opened(text: string, services: Services, by?: Source): Promise<OpenedBody> {
  const body = await services.signedBodies.open(text, by);
  if (!body) throw unauthorized(MANNER.schemes, 'The signature of the body is of no key that is known here.');
  if (body.source.scopes.has('send-caliper')) return body;
  throw unauthorized(MANNER.schemes, `"${body.source.name}" may not ${SCOPES['send-caliper']}.`);
}

async function received(c: Context<GatewayEnv>, { text, source }: OpenedBody, services: Services) {
  await receiveEnvelope(text, source, traced(c, services));
  return c.body(null, 200, { 'content-length': '0' });
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
 * tag to ask again by (RFC 9110 section 13.1.2). Both ask for a bearer token; a `POST` takes a body that its source
 * has signed (JWS) in place of it, as Canvas Live Events sends it.
 */
export function caliperRoutes(services: Services): Hono<GatewayEnv> {
  const { limits } = services;
  const configuration = endpointConfiguration({
    versions: CALIPER_VERSIONS,
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
  app.post('/', takesSigned(services), sensor, admits(services), async (c) => {
    const source = c.get('source');
    const type = typeOf(c.req.header('content-type'));
    if (!services.signedBodies.any || !SIGNED_TYPES.includes(type)) checkContentType(type);
    const text = await bodyText(c.req.raw, limits);
    if (services.signedBodies.any && isCompactJws(text)) {
      return received(c, await opened(text, services, source), services);
    }
    checkContentType(type);
    return received(c, { text, source }, services);
  });
  return app;
}
