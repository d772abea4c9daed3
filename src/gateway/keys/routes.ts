import { Hono, type Context } from 'hono';
import * as z from 'zod';
import type { StoredKey } from '../../audit/index.ts';
import { requires } from '../authentication.ts';
import { bodyText } from '../body.ts';
import { nameSchema } from '../config-name.ts';
import type { GatewayEnv } from '../env.ts';
import { jsonBody } from '../json-body.ts';
import { Refusal } from '../problem.ts';
import { issueErrors } from '../schema-issues.ts';
import { BEYOND_TENANT, SCOPE_NAMES } from '../scopes.ts';
import type { Services } from '../services.ts';
import type { Source } from '../sources.ts';
import { createKey, keyForm, rotateKey, type WantedKey } from './changes.ts';

type Request = Context<GatewayEnv>;

/** Seconds that a former text is taken where a rotation does not say: a day. */
const GRACE = 86_400;

const wantedSchema = z.strictObject({
  source: nameSchema,
  scopes: z.array(z.enum(SCOPE_NAMES)).min(1),
  tenant: nameSchema.optional(),
  expiresAt: z.iso
    .datetime({ offset: true, error: 'give an RFC 3339 time' })
    .transform((text) => Date.parse(text))
    .nullable()
    .default(null),
});

const rotationSchema = z.strictObject({ graceSeconds: z.int().min(0).max(31_536_000).default(GRACE) });

async function bodyAs<Output>(c: Request, schema: z.ZodType<Output>, { limits }: Services): Promise<Output> {
  const text = await bodyText(c.req.raw, limits);
  const value = text.trim() === '' ? {} : jsonBody(text, limits).value;
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const errors = issueErrors(checked.error.issues, 'key');
  throw new Refusal({ status: 400, code: 'invalid-key', detail: 'This cannot be a key.', errors });
}

/** Nobody gives away more than they have beyond their tenant. */
function wantedBy(
  { tenant, scopes }: Source,
  asked: z.output<typeof wantedSchema>,
  { tenants }: Services,
): WantedKey {
  const wanted = { ...asked, tenant: asked.tenant ?? tenant };
  const beyond = wanted.tenant !== tenant || asked.scopes.some((scope) => BEYOND_TENANT.has(scope));
  if (beyond && !scopes.has('operate')) {
    const detail =
      'A key of another tenant, or one with the scope operate or monitor, takes the scope operate.';
    throw new Refusal({ status: 403, code: 'insufficient-scope', detail });
  }
  if (tenants.includes(wanted.tenant)) return wanted;
  const errors = [{ path: '/tenant', rule: 'key-tenant', message: 'no tenant has this name' }];
  throw new Refusal({ status: 400, code: 'invalid-key', detail: 'This cannot be a key.', errors });
}

async function keyOf(c: Request, { log }: Services): Promise<StoredKey> {
  const { tenant, scopes } = c.get('source');
  const key = await log.keys.find(c.req.param('id') ?? '');
  const beyond = key?.tenant !== tenant || key.scopes.some((scope) => BEYOND_TENANT.has(scope));
  if (key && (!beyond || scopes.has('operate'))) return key;
  throw new Refusal({ status: 404, code: 'no-such-key', detail: 'There is no key under that id.' });
}

function revoked(): Refusal {
  return new Refusal({ status: 409, code: 'key-revoked', detail: 'The key is revoked already.' });
}

/**
 * Keys, for administrators: `GET /keys` lists those of the tenant, `POST /keys` makes one of `source`, `scopes` and, where
 * given, `expiresAt`; `POST /keys/{id}/rotate` gives it a new text, the former one being taken for `graceSeconds` more;
 * `DELETE /keys/{id}` revokes it. The text of a key stands in the answer that makes it, as `key`, and never again.
 */
export function keyRoutes(services: Services): Hono<GatewayEnv> {
  const { log, keyring, digest, now } = services;
  const routes = new Hono<GatewayEnv>();
  routes.use(requires('administer', services));

  routes.get('/', async (c) => {
    const { tenant, scopes } = c.get('source');
    const keys = await log.keys.list(scopes.has('operate') ? {} : { tenant });
    return c.json({ keys: keys.map(keyForm) });
  });

  routes.post('/', async (c) => {
    const source = c.get('source');
    const wanted = wantedBy(source, await bodyAs(c, wantedSchema, services), services);
    const { key, text } = await createKey(log.keys, wanted, { by: source.name, at: now() }, digest);
    keyring.forget(key.id);
    return c.json({ ...keyForm(key), key: text }, 201);
  });

  routes.post('/:id/rotate', async (c) => {
    const { id } = await keyOf(c, services);
    const { graceSeconds } = await bodyAs(c, rotationSchema, services);
    const text = await rotateKey(log.keys, id, { grace: graceSeconds * 1_000, at: now() }, digest);
    if (text === null) throw revoked();
    keyring.forget(id);
    return c.json({ id, key: text });
  });

  routes.delete('/:id', async (c) => {
    const { id } = await keyOf(c, services);
    if (!(await log.keys.revoke(id, now()))) throw revoked();
    keyring.forget(id);
    return c.body(null, 204);
  });
  return routes;
}
