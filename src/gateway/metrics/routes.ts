import { Hono } from 'hono';
import { requires } from '../authentication.ts';
import type { GatewayEnv } from '../env.ts';
import { confinedTo } from '../reading.ts';
import type { Services } from '../services.ts';
import { exposition, EXPOSITION_TYPE } from './exposition.ts';
import { deliveryFamilies, logFamilies } from './log-families.ts';

/**
 * `GET /metrics`: what Prometheus scrapes. It stands behind the scope `monitor`, unless the configuration opens it to all
 * (`metrics.public`). Of a tenant that is named it sees what is that tenant's, and nothing of the whole gateway. What a process counts itself is there on Node only: on Workers each scrape meets another isolate.
 */
export function metricsRoutes(services: Services): Hono<GatewayEnv> {
  const { log, now, destinations, meter, admission, publicMetrics } = services;
  const routes = new Hono<GatewayEnv>();
  if (!publicMetrics) routes.use(requires('monitor', services));
  routes.get('/', async (c) => {
    const tenant = publicMetrics ? undefined : confinedTo(c.get('source'));
    const deliveries = await deliveryFamilies(log, destinations, now(), tenant);
    const families =
      tenant === undefined
        ? [
            ...deliveries,
            ...(await logFamilies(log, now())),
            ...admission.families(),
            ...(meter?.families() ?? []),
          ]
        : [...deliveries, ...(meter?.familiesOf(tenant) ?? [])];
    return c.body(exposition(families), 200, {
      'content-type': EXPOSITION_TYPE,
      'cache-control': 'no-store',
    });
  });
  return routes;
}
