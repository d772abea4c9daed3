import { Hono, type Context } from 'hono';
import { writtenMultipart } from '../forward/index.ts';
import { aboutResource, LATEST, negotiateVersion, VERSION_HEADER } from '../xapi/index.ts';
import { admits } from './admission.ts';
import { requires } from './authentication.ts';
import type { XapiEnv } from './env.ts';
import { traced } from './identify.ts';
import { readActivity, readPerson } from './lrs/activities.ts';
import { alternateRequest, isAlternate } from './lrs/alternate.ts';
import { consistentThrough } from './lrs/consistency.ts';
import { statementsContent } from './lrs/content.ts';
import { documentRoutes } from './lrs/document-routes.ts';
import { readStatements, type ReadAnswer } from './lrs/read-statements.ts';
import { originOf, parametersOf } from './lrs/request.ts';
import { Refusal } from './problem.ts';
import type { Services } from './services.ts';
import { postStatements, putStatement } from './statements-store.ts';

const CONSISTENT_THROUGH = 'X-Experience-API-Consistent-Through';

/** Records of the queue that a reader waits for: enough that one who has just sent an envelope finds its events. */
const CAUGHT_UP = 200;

/** Sends the request that a form stands for through the app, in place of the form (Communication 1.3). */
function speakAlternateSyntax(
  app: Hono<XapiEnv>,
  dispatch: (request: Request) => Response | Promise<Response>,
  { limits }: Services,
): void {
  app.use('*', async (c, next) => {
    if (!isAlternate(c.req.raw)) return next();
    return dispatch(await alternateRequest(c.req.raw, limits));
  });
}

/** Agrees on the version of a request and says it on every answer (Communication 3.3). */
function speakVersion(app: Hono<XapiEnv>): void {
  app.use('*', async (c, next) => {
    const negotiation = negotiateVersion(c.req.header(VERSION_HEADER));
    const about = c.req.path.endsWith('/about');
    const header = about && !negotiation.ok ? LATEST['2.0'] : negotiation.header;
    c.header(VERSION_HEADER, header);
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
    c.res.headers.set(VERSION_HEADER, header);
  });
}

/** Says on every answer of the statements resource through which time all statements can be read (2.1.3). */
function speakConsistency(app: Hono<XapiEnv>, services: Services): void {
  app.use('/statements', async (c, next) => {
    await next();
    const through =
      c.get('consistentThrough') ?? (await consistentThrough('sender', services).catch(() => 0));
    c.res.headers.set(CONSISTENT_THROUGH, new Date(through).toISOString());
  });
}

function given(c: Context<XapiEnv>, { body, lastModified, attachments }: ReadAnswer, boundary: string) {
  if (lastModified !== undefined) c.header('Last-Modified', new Date(lastModified).toUTCString());
  if (!attachments) return c.json(body);
  const content = new TextEncoder().encode(JSON.stringify(body));
  const first = { headers: { 'Content-Type': 'application/json' }, content };
  const message = writtenMultipart([first, ...attachments], boundary);
  return c.body(message.stream(), 200, { 'content-type': `multipart/mixed; boundary=${boundary}` });
}

function statementRoutes(app: Hono<XapiEnv>, services: Services): void {
  const { inFlight, indexer, bodyTurn } = services;
  const reader = requires<XapiEnv>('read-own', services);
  const sender = requires<XapiEnv>('send-xapi', services);
  const room = admits<XapiEnv>(services);
  speakConsistency(app, services);
  const stored = (c: Context<XapiEnv>) => ({
    source: c.get('source'),
    version: c.get('xapiVersion'),
    parameters: parametersOf(c),
    origin: originOf(c),
  });
  app.post('/statements', sender, room, async (c) => {
    const request = stored(c);
    const content = await statementsContent(c.req.raw, services.limits);
    await bodyTurn(content.text.length);
    const ids = await inFlight.during(services.now(), (at) =>
      postStatements(content, { ...request, at }, traced(c, services)),
    );
    return c.json(ids);
  });
  app.put('/statements', sender, room, async (c) => {
    const request = stored(c);
    const content = await statementsContent(c.req.raw, services.limits);
    await inFlight.during(services.now(), (at) =>
      putStatement(content, { ...request, at }, traced(c, services)),
    );
    return c.body(null, 204);
  });
  app.get('/statements', reader, async (c) => {
    const request = {
      ...reading(c),
      path: c.req.path,
      acceptLanguage: c.req.header('accept-language'),
    };
    await indexer.catchUp(CAUGHT_UP);
    c.set('consistentThrough', await consistentThrough('reader', services));
    return given(c, await readStatements(request, services), services.newId());
  });
}

const reading = (c: Context<XapiEnv>) => ({
  source: c.get('source'),
  version: c.get('xapiVersion'),
  parameters: parametersOf(c),
  origin: originOf(c),
});

/**
 * The xAPI resources (Communication 2): statements, agents, activities, the document resources and about, for 1.0.x
 * and 2.0.x by the version header, with Basic or Bearer authentication. Statuses are those of xAPI Communication 3.2.
 * `dispatch` answers a request as the whole app does.
 */
export function xapiRoutes(
  services: Services,
  dispatch: (request: Request) => Response | Promise<Response>,
): Hono<XapiEnv> {
  const app = new Hono<XapiEnv>();
  speakAlternateSyntax(app, dispatch, services);
  speakVersion(app);
  app.get('/about', (c) => c.json(aboutResource()));
  statementRoutes(app, services);
  const reader = requires<XapiEnv>('read-own', services);
  app.get('/agents', reader, async (c) => c.json(await readPerson(reading(c), services)));
  app.get('/activities', reader, async (c) => c.json(await readActivity(reading(c), services)));
  documentRoutes(app, services);
  return app;
}
