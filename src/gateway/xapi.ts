import { Hono, type Context } from 'hono';
import { aboutResource, negotiateVersion, VERSION_HEADER, type ParameterEntries } from '../xapi/index.ts';
import { authenticated } from './authentication.ts';
import { bodyText } from './body.ts';
import type { XapiEnv } from './env.ts';
import { InFlight } from './in-flight.ts';
import { jsonBody, type JsonBody } from './json-body.ts';
import { Refusal } from './problem.ts';
import type { Services } from './services.ts';
import type { Source } from './sources.ts';
import { readStatements } from './statements-read.ts';
import { postStatements, putStatement } from './statements-store.ts';

const CONSISTENT_THROUGH = 'X-Experience-API-Consistent-Through';

/** Parameters of the query string in their order, repeated ones included. */
const parametersOf = (c: Context): ParameterEntries => new URL(c.req.url).searchParams;

/** The source behind a request that writes; 403 where it may not send statements (Communication 3.2). */
function sender(c: Context<XapiEnv>, services: Services): Source {
  const source = authenticated(c.req.header('authorization'), ['basic', 'bearer'], services);
  if (source.languages.includes('xapi')) return source;
  const detail = `The source "${source.name}" may not send statements.`;
  throw new Refusal({ status: 403, code: 'forbidden', detail });
}

/** The source behind a request that reads; 403 where it may read nothing. */
function reader(c: Context<XapiEnv>, services: Services): Source {
  const source = authenticated(c.req.header('authorization'), ['basic', 'bearer'], services);
  if (source.read !== 'none') return source;
  throw new Refusal({
    status: 403,
    code: 'forbidden',
    detail: `The source "${source.name}" may not read statements.`,
  });
}

/** Reads the JSON of a request. xAPI answers a wrong content type with 400 (Communication 3.2). */
async function statementsBody(c: Context<XapiEnv>, { limits }: Services): Promise<JsonBody> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    const hint = type === 'multipart/mixed' ? ' Attachments with their data are not taken; use fileUrl.' : '';
    const detail = `Send statements as application/json, not ${type === '' ? 'without a Content-Type' : type}.${hint}`;
    throw new Refusal({ status: 400, code: 'content-type', detail });
  }
  return jsonBody(await bodyText(c.req.raw, limits), { depth: limits.depth });
}

/** Agrees on the version of a request and says it on every answer (Communication 3.3). */
function speakVersion(app: Hono<XapiEnv>): void {
  app.use('*', async (c, next) => {
    const negotiation = negotiateVersion(c.req.header(VERSION_HEADER));
    c.header(VERSION_HEADER, negotiation.header);
    const about = c.req.path.endsWith('/about');
    if (negotiation.ok) c.set('xapiVersion', negotiation.version);
    else if (!about) {
      const { path, rule, message } = negotiation.finding;
      throw new Refusal({
        status: 400,
        code: 'xapi-version',
        detail: message,
        errors: [{ path, rule, message }],
      });
    }
    await next();
    c.res.headers.set(VERSION_HEADER, negotiation.header);
  });
}

/** Says on every answer of the statements resource through which time all statements can be read (2.1.3). */
function speakConsistency(app: Hono<XapiEnv>, inFlight: InFlight, { now }: Services): void {
  app.use('/statements', async (c, next) => {
    await next();
    c.res.headers.set(CONSISTENT_THROUGH, new Date(inFlight.oldest() ?? now()).toISOString());
  });
}

/**
 * The xAPI resources that there are so far: `statements` (POST, PUT, GET) and `about`, for 1.0.x and 2.0.x by the
 * version header, with Basic or Bearer authentication. Statuses are those of xAPI Communication 2.1 and 3.2.
 */
export function xapiRoutes(services: Services): Hono<XapiEnv> {
  const app = new Hono<XapiEnv>();
  const inFlight = new InFlight();
  speakVersion(app);
  speakConsistency(app, inFlight, services);
  app.get('/about', (c) => c.json(aboutResource()));
  app.post('/statements', async (c) => {
    const source = sender(c, services);
    const request = {
      source,
      version: c.get('xapiVersion'),
      parameters: parametersOf(c),
      origin: originOf(c),
    };
    const body = await statementsBody(c, services);
    const ids = await inFlight.during(services.now(), (at) =>
      postStatements(body, { ...request, at }, services),
    );
    return c.json(ids);
  });
  app.put('/statements', async (c) => {
    const source = sender(c, services);
    const request = {
      source,
      version: c.get('xapiVersion'),
      parameters: parametersOf(c),
      origin: originOf(c),
    };
    const body = await statementsBody(c, services);
    await inFlight.during(services.now(), (at) => putStatement(body, { ...request, at }, services));
    return c.body(null, 204);
  });
  app.get('/statements', async (c) => {
    const request = {
      source: reader(c, services),
      version: c.get('xapiVersion'),
      parameters: parametersOf(c),
      path: c.req.path,
      acceptLanguage: c.req.header('accept-language'),
    };
    const { body, lastModified } = await readStatements(request, services);
    if (lastModified !== undefined) c.header('Last-Modified', new Date(lastModified).toUTCString());
    return c.json(body);
  });
  return app;
}

const originOf = (c: Context<XapiEnv>) => new URL(c.req.url).origin;
