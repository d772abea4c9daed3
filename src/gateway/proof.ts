import { Hono } from 'hono';
import type { ChainHead } from '../audit/index.ts';
import { requires } from './authentication.ts';
import type { GatewayEnv } from './env.ts';
import type { Services } from './services.ts';
import { timeOrNull } from './time-text.ts';

/** The end of a chain as answers and commands show it. */
export const headForm = ({ number, last, value, sealedAt }: ChainHead) => ({
  number,
  last,
  value,
  sealedAt: timeOrNull(sealedAt),
});

/**
 * `GET /records/proof`: the end of the chain over the records, as an anchor to be kept elsewhere; how many records are not
 * sealed yet, and how many were erased. The chain goes through all tenants: it takes the scope `operate`.
 */
export function proofRoutes(services: Services): Hono<GatewayEnv> {
  const routes = new Hono<GatewayEnv>();
  routes.get('/', requires('operate', services), async (c) => {
    const { head, unsealed, erased } = await services.log.proof.state();
    return c.json({ head: headForm(head), unsealed, erased }, 200, { 'cache-control': 'no-store' });
  });
  return routes;
}
