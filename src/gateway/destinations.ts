import { Hono } from 'hono';
import { requires } from './authentication.ts';
import type { GatewayEnv } from './env.ts';
import { Refusal } from './problem.ts';
import { confinedTo } from './reading.ts';
import type { Services } from './services.ts';
import { standingForm, standingsOf, type Standing } from './standing.ts';

/** An answer may repeat parts of records: who only monitors gets its status. */
function shown(standing: Standing, whole: boolean) {
  const { stopped, ...form } = standingForm(standing);
  return { ...form, stopped: whole ? stopped : (stopped?.split(':')[0] ?? null) };
}

/**
 * `GET /destinations`: how deliveries stand, for the scope `monitor`, of its tenant's where it is of one that is named; with the
 * answers that stopped them for `operate`.
 * `POST /destinations/{name}/resume` lets a stopped or held-back one run again, for the scope `operate`.
 */
export function destinationRoutes(services: Services): Hono<GatewayEnv> {
  const { log, now, destinations, resume } = services;
  const routes = new Hono<GatewayEnv>();
  routes.get('/', requires('monitor', services), async (c) => {
    const source = c.get('source');
    const whole = source.scopes.has('operate');
    const standings = await standingsOf(destinations, log, now(), confinedTo(source));
    return c.json({ destinations: standings.map((standing) => shown(standing, whole)) });
  });
  routes.post('/:name/resume', requires('operate', services), async (c) => {
    const name = c.req.param('name');
    if (!destinations.some((destination) => destination.name === name)) {
      const detail = 'The configuration has no destination of that name.';
      throw new Refusal({ status: 404, code: 'no-such-destination', detail });
    }
    await resume(name);
    const standings = await standingsOf(destinations, log, now());
    const standing = standings.find((one) => one.name === name);
    return c.json(standing ? shown(standing, true) : {});
  });
  return routes;
}
