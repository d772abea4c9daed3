import { Hono, type Context } from 'hono';
import * as z from 'zod';
import { requires } from '../authentication.ts';
import { bodyText } from '../body.ts';
import type { GatewayEnv } from '../env.ts';
import { jsonBody } from '../json-body.ts';
import { Refusal } from '../problem.ts';
import { issuePath } from '../schema-issues.ts';
import type { Services } from '../services.ts';
import { forget } from './forget.ts';
import { personOf } from './person.ts';

const wantedSchema = z.strictObject({
  actor: z.string().min(1).max(4_096),
  dryRun: z.boolean().default(false),
});

function invalid(path: string, message: string): Refusal {
  const detail = 'Say whom to forget: {"actor": "mailto:…", "dryRun": true}.';
  const errors = [{ path, rule: 'erasure', message }];
  return new Refusal({ status: 400, code: 'invalid-erasure', detail, errors });
}

async function wantedOf(c: Context<GatewayEnv>, { limits }: Services) {
  const text = await bodyText(c.req.raw, limits);
  const checked = wantedSchema.safeParse(jsonBody(text, limits).value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw invalid(issuePath(issue?.path ?? []), issue?.message ?? '');
}

/**
 * `POST /erasures` with `{"actor": …, "dryRun": false}`: forgets a person, for administrators, within their tenant.
 * Answers with the counts of what was erased, or would be, and whether the file was cleared of what its unused parts
 * still held. 400 where the text names nobody.
 */
export function erasureRoutes(services: Services): Hono<GatewayEnv> {
  const { log, now, crosswalk, indexer, report } = services;
  const routes = new Hono<GatewayEnv>();
  routes.post('/', requires('administer', services), async (c) => {
    const { name, tenant } = c.get('source');
    const { actor, dryRun } = await wantedOf(c, services);
    const person = personOf(actor, crosswalk(tenant));
    if (!person) {
      throw invalid(
        '/actor',
        'give an IRI, a mail address, its SHA-1, an OpenID, "homePage name", or an Agent',
      );
    }
    const note = { reason: 'person', by: name, at: now(), tenant } as const;
    const counts = await forget(log, person, note, { dryRun });
    if (dryRun) return c.json({ dryRun, ...counts });
    indexer.wake();
    const scrubbed = await log.erasures.scrub(false);
    report({ level: 'warn', event: 'erased', by: name, ...counts });
    return c.json({ dryRun, ...counts, scrubbed });
  });
  return routes;
}
