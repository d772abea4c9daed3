import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { LogUnavailableError } from '../audit/index.ts';
import { caliperRoutes } from './caliper.ts';
import { deadRoutes } from './dead.ts';
import type { GatewayEnv } from './env.ts';
import { destinationRoutes } from './destinations.ts';
import { erasureRoutes } from './erasure/index.ts';
import { healthRoutes } from './health.ts';
import { identifyRequests } from './identify.ts';
import { keyRoutes } from './keys/index.ts';
import { proofRoutes } from './proof.ts';
import { metricsRoutes } from './metrics/index.ts';
import { answerProblem, Refusal, type Problem } from './problem.ts';
import { recordRoutes } from './records/routes.ts';
import type { Services } from './services.ts';
import { storageProblem } from './storage-fault.ts';
import { strictHeaders } from './strict-headers.ts';
import { termRoutes } from './terms.ts';
import { xapiRoutes } from './xapi.ts';

const FAULT: Problem = {
  status: 500,
  code: 'internal-error',
  detail: 'The gateway failed at this request. Its log has the details under the id of the request.',
};

function allowBrowsers(app: Hono<GatewayEnv>, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.use(
    cors({
      origin: [...origins],
      allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
      allowHeaders: [
        'Authorization',
        'Content-Type',
        'Content-Encoding',
        'If-Match',
        'If-None-Match',
        'X-Experience-API-Version',
        'X-Request-Id',
      ],
      exposeHeaders: [
        'ETag',
        'Link',
        'Last-Modified',
        'Retry-After',
        'X-Experience-API-Version',
        'X-Experience-API-Consistent-Through',
        'X-Request-Id',
      ],
      maxAge: 600,
    }),
  );
}

function answerProblems(app: Hono<GatewayEnv>, { report, meter }: Services): void {
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) =>
        answerProblem(c, {
          status: 405,
          code: 'method-not-allowed',
          detail: `${c.req.method} has no meaning here. Use ${methods.join(', ')}.`,
          headers: { allow: methods.join(', ') },
        }),
    }),
  );
  app.notFound((c) =>
    answerProblem(c, { status: 404, code: 'not-found', detail: `There is nothing at ${c.req.path}.` }),
  );
  app.onError((error, c) => {
    const requestId = c.get('requestId');
    if (error instanceof Refusal) {
      const { status, code } = error.problem;
      const { method, path } = c.req;
      meter?.refused(error.problem);
      report({ level: 'info', event: 'refused', requestId, method, path, status, code });
      return answerProblem(c, error.problem);
    }
    if (error instanceof LogUnavailableError) {
      report({ level: 'error', event: 'log-unavailable', fault: error.fault, requestId, error });
      return answerProblem(c, storageProblem(error));
    }
    report({ level: 'error', event: 'fault', requestId, error });
    return answerProblem(c, FAULT);
  });
}

/**
 * The gateway as one Hono app on web-standard Request and Response: `/caliper`, `/xapi`, `/records`, `/dead`, `/terms`,
 * `/keys`, `/destinations`, `/metrics`, `/healthz` and `/readyz`. It runs on every host; what differs between hosts comes in with the services. Whatever is no success is
 * answered with a problem document (RFC 9457).
 *
 * @example
 * const app = createApp(services);
 * const answer = await app.request('/healthz');
 */
export function createApp(services: Services): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  identifyRequests(app, services);
  app.use(strictHeaders(services.publicUrl));
  allowBrowsers(app, services.corsOrigins);
  answerProblems(app, services);
  app.route('/', healthRoutes(services));
  app.route('/caliper', caliperRoutes(services));
  app.route(
    '/xapi',
    xapiRoutes(services, (request) => app.fetch(request)),
  );
  app.route('/records/proof', proofRoutes(services));
  app.route('/records', recordRoutes(services));
  app.route('/dead', deadRoutes(services));
  app.route('/destinations', destinationRoutes(services));
  app.route('/metrics', metricsRoutes(services));
  app.route('/erasures', erasureRoutes(services));
  app.route('/keys', keyRoutes(services));
  app.route('/terms', termRoutes(services));
  return app;
}
