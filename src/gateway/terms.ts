import { Hono } from 'hono';
import type { TermQuery } from '../audit/index.ts';
import { requires } from './authentication.ts';
import type { GatewayEnv } from './env.ts';
import { Refusal } from './problem.ts';
import { readsAll } from './reading.ts';
import type { Services } from './services.ts';
import type { Source } from './sources.ts';

/** Terms in one answer where no limit is given, and at most. */
const PAGE = { usual: 100, most: 2000 };

function limitOf(text: string | undefined): number {
  if (text === undefined) return PAGE.usual;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= PAGE.most) return limit;
  const message = `found ${text}; it must be a whole number from 1 to ${PAGE.most}`;
  const errors = [{ path: '', rule: 'parameter', message: `limit: ${message}` }];
  throw new Refusal({ status: 400, code: 'invalid-query', detail: 'The query cannot be read.', errors });
}

/** Whose terms a reader sees: of one source or of all of its tenant; null where of none. */
function seenBy(reader: Source, source: string | undefined): Omit<TermQuery, 'limit'> | null {
  const { name, tenant } = reader;
  if (readsAll(reader)) return source === undefined ? { tenant } : { tenant, source };
  return (source ?? name) === name ? { tenant, source: name } : null;
}

/**
 * `GET /terms`: the terms at which mapping fell back, which it approximated, or for which it has no counterpart, with
 * how often, the most frequent first (parameters `source` and `limit`). Who may read only the records of the own source
 * sees only its terms. 401 without a credential, 403 for one that reads nothing.
 */
export function termRoutes(services: Services): Hono<GatewayEnv> {
  const routes = new Hono<GatewayEnv>();
  routes.get('/', requires('read-own', services), async (c) => {
    const limit = limitOf(c.req.query('limit'));
    const query = seenBy(c.get('source'), c.req.query('source'));
    return c.json({ terms: query ? await services.log.terms.list({ ...query, limit }) : [] });
  });
  return routes;
}
