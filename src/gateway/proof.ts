import { Hono } from 'hono';
import type { ChainHead } from '../audit/index.ts';
import { requires } from './authentication.ts';
import type { GatewayEnv } from './env.ts';
import type { Services } from './services.ts';

const headForm = ({ number, last, value, sealedAt }: ChainHead) => ({
  number,
  last,
  value,
  sealedAt: sealedAt === null ? null : new Date(sealedAt).toISOString(),
});

/**
 * `GET /records/proof`: the end of the chain over the records, as an anchor to be kept elsewhere; how many records are not
 * sealed yet, and how many were erased. For administrators: 401 without a credential, 403 without the right.
 */
export function proofRoutes(services: Services): Hono<GatewayEnv> {
  const routes = new Hono<GatewayEnv>();
  routes.get('/', requires('administer', services), async (c) => {
    const { head, unsealed, erased } = await services.log.proof.state();
    return c.json({ head: headForm(head), unsealed, erased }, 200, { 'cache-control': 'no-store' });
  });
  return routes;
}
