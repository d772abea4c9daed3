import type { MiddlewareHandler } from 'hono';
import { presentedCredential, type Presented } from './credentials.ts';
import type { GatewayEnv } from './env.ts';
import { Refusal } from './problem.ts';
import { SCOPES, type Scope } from './scopes.ts';
import type { Services } from './services.ts';
import type { Source } from './sources.ts';

type Scheme = Presented['scheme'];

const CHALLENGES: Readonly<Record<Scheme, string>> = {
  basic: 'Basic realm="crosswalk", charset="UTF-8"',
  bearer: 'Bearer realm="crosswalk"',
};

const NAMES: Readonly<Record<Scheme, string>> = { basic: 'Basic', bearer: 'Bearer' };

/** How an endpoint asks for credentials. */
interface Manner {
  /** Schemes that it takes. */
  readonly schemes: readonly Scheme[];
  /** Status for a known credential that may not do this. */
  readonly lacking: 401 | 403;
}

const USUAL: Manner = { schemes: ['basic', 'bearer'], lacking: 403 };

/** The answer to a request whose sender is not known: 401 with a challenge for each scheme (RFC 9110 section 11.6.1). */
export function unauthorized(schemes: readonly Scheme[], detail: string): Refusal {
  return new Refusal({
    status: 401,
    code: 'unauthorized',
    detail,
    headers: { 'www-authenticate': schemes.map((scheme) => CHALLENGES[scheme]).join(', ') },
  });
}

/** The answer to a known sender that may not do this; with the scope that it lacks (RFC 6750 section 3.1). */
function lacking(scope: Scope, source: Source, { schemes, lacking: status }: Manner): Refusal {
  const detail = `The credential of "${source.name}" may not ${SCOPES[scope]}: it lacks the scope ${scope}.`;
  if (status === 401) return unauthorized(schemes, detail);
  return new Refusal({
    status,
    code: 'insufficient-scope',
    detail,
    headers: { 'www-authenticate': `${CHALLENGES.bearer}, error="insufficient_scope", scope="${scope}"` },
  });
}

/**
 * The source that a request's credential belongs to. Rejects with a {@link Refusal} with status 401 where the header is
 * missing, malformed, of another scheme, or unknown.
 */
async function authenticated(
  header: string | undefined,
  { schemes }: Manner,
  { authenticate }: Services,
): Promise<Source> {
  const presented = presentedCredential(header);
  if (!presented || !schemes.includes(presented.scheme)) {
    const wanted = schemes.map((scheme) => NAMES[scheme]).join(' or ');
    throw unauthorized(schemes, `Send an Authorization header of the ${wanted} scheme.`);
  }
  const source = await authenticate(presented);
  if (!source) throw unauthorized(schemes, 'The credential is not known here.');
  return source;
}

/**
 * Lets only requests through whose credential has a scope, and tells the handlers behind it, as `c.get('source')`,
 * who sent them. Every endpoint that is not open to all stands behind one.
 *
 * Refuses with 401 without a known credential, with 403 where it lacks the scope, with 429 where it is too fast.
 *
 * @example
 * routes.get('/:key', requires('read-own', services), (c) => c.json(seenBy(c.get('source'))));
 */
export function requires<Env extends GatewayEnv>(
  scope: Scope,
  services: Services,
  manner: Manner = USUAL,
): MiddlewareHandler<Env> {
  return async (c, next) => {
    const source = await authenticated(c.req.header('authorization'), manner, services);
    if (!source.scopes.has(scope)) throw lacking(scope, source, manner);
    c.set('source', source);
    const leave = services.pace.enter(source, scope.startsWith('send-') && c.req.method !== 'GET');
    try {
      await next();
    } finally {
      leave();
    }
    // What is answered to a credential holds personal data, or may.
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  };
}
