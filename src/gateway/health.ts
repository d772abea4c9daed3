import { Hono } from 'hono';
import type { GatewayEnv } from './env.ts';
import type { Services } from './services.ts';

/**
 * `GET /healthz`: 200 while the process answers at all. `GET /readyz`: 200 while the record log answers, else 503,
 * so that a load balancer sends no records to a gateway that cannot keep them. `accepting` is false while it takes none, since
 * it is full; senders are told so themselves, with the time to come again.
 */
export function healthRoutes({ log, admission }: Services): Hono<GatewayEnv> {
  const routes = new Hono<GatewayEnv>();
  routes.get('/healthz', (c) => c.json({ status: 'ok' }));
  routes.get('/readyz', async (c) => {
    await log.read({ limit: 1 });
    return c.json({ status: 'ready', accepting: admission.pressures().length === 0 });
  });
  return routes;
}
