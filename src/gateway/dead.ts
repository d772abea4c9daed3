import { Hono, type Context } from 'hono';
import type { DeadLetter, DeadQuery } from '../audit/index.ts';
import { editedLetter, remappedLetter } from '../forward/index.ts';
import { requires } from './authentication.ts';
import { bodyText } from './body.ts';
import { deadLetterForm, deadLineForm } from './dead-form.ts';
import { given, readDeadPage, readOneReplay, readReplay } from './dead-query.ts';
import type { GatewayEnv } from './env.ts';
import { jsonBody } from './json-body.ts';
import { Refusal } from './problem.ts';
import { maySee, readsAll } from './reading.ts';
import type { Services } from './services.ts';
import type { Source } from './sources.ts';

type Request = Context<GatewayEnv>;

/** Letters that are replayed in one batch. */
const PAGE = 500;

/** What a reader sees: no other one's letters. */
function seenBy(reader: Source, query: DeadQuery): DeadQuery | null {
  const { tenant } = reader;
  if (readsAll(reader)) return { ...query, tenant };
  if (query.source !== undefined && query.source !== reader.name) return null;
  return { ...query, source: reader.name, tenant };
}

const keyOf = (c: Request) => Number(/^\d{1,15}$/.exec(c.req.param('key') ?? '')?.[0] ?? -1);

/** The letter that a request names, where its source may see it. */
async function letterOf(c: Request, { log }: Services, sees = maySee): Promise<DeadLetter> {
  const letter = await log.dead.find(keyOf(c));
  if (letter && sees(c.get('source'), letter.record)) return letter;
  const detail = 'There is no dead letter under that key.';
  throw new Refusal({ status: 404, code: 'no-such-letter', detail });
}

async function bodyOf(c: Request, { limits }: Services): Promise<string> {
  return bodyText(c.req.raw, limits);
}

async function jsonOf(c: Request, services: Services): Promise<unknown> {
  const text = await bodyOf(c, services);
  return text.trim() === '' ? {} : jsonBody(text, services.limits).value;
}

/** Letters that left the dead while the request was answered are told as a conflict. */
function oneOf(keys: readonly number[]): number {
  const [key] = keys;
  if (key !== undefined) return key;
  const detail = 'The letter is no longer dead: someone else has seen to it.';
  throw new Refusal({ status: 409, code: 'no-longer-dead', detail });
}

/** Replays every letter of a query, page by page; gives how many. */
async function replayAll(
  query: DeadQuery,
  outbound: 'kept' | 'dropped',
  by: string,
  { log, now }: Services,
): Promise<number> {
  let replayed = 0;
  for (let after = 0; ;) {
    const page = await log.dead.list({ ...query, after, limit: PAGE });
    const last = page.at(-1);
    if (!last) return replayed;
    const keys = page.map(({ key }) => key);
    replayed += (await log.dead.replay(keys, outbound, { by, at: now() })).length;
    after = last.key;
  }
}

/** An administrator changes letters of the whole tenant, also where the credential reads nothing. */
const mayChange: typeof maySee = ({ tenant }, record) => record.tenant === tenant;

const formIn = (outbound: 'kept' | 'mapped') => (outbound === 'kept' ? 'kept' : 'dropped');

function readingRoutes(routes: Hono<GatewayEnv>, services: Services): void {
  const { log, rendering, crosswalk } = services;
  const reader = requires('read-own', services);
  routes.get('/', reader, async (c) => {
    const { after, limit, ...conditions } = readDeadPage(c.req.query());
    const query = seenBy(c.get('source'), given(conditions));
    const letters = query ? await log.dead.list({ ...query, after, limit }) : [];
    const last = letters.length === limit ? letters.at(-1) : undefined;
    return c.json({ letters: letters.map(deadLineForm), next: last ? last.key : null });
  });

  routes.get('/:key', reader, async (c) => c.json(deadLetterForm(await letterOf(c, services))));

  routes.get('/:key/remapped', reader, async (c) => {
    const letter = await letterOf(c, services);
    const form = rendering(letter.destination);
    if (!form) {
      const detail = `The configuration has no destination "${letter.destination}" any more.`;
      throw new Refusal({ status: 409, code: 'no-such-destination', detail });
    }
    return c.json(await remappedLetter(letter, form, crosswalk(letter.record.tenant)));
  });
}

function changingRoutes(routes: Hono<GatewayEnv>, services: Services): void {
  const { log, now, notify } = services;
  const administrator = requires('administer', services);
  const handOf = ({ name }: Source) => ({ by: name, at: now() });

  routes.post('/replay', administrator, async (c) => {
    const { name, tenant } = c.get('source');
    const { outbound, query } = readReplay(await jsonOf(c, services));
    const wanted = { ...given(query), tenant };
    const replayed = await replayAll(wanted, formIn(outbound), name, services);
    if (replayed > 0) notify();
    return c.json({ replayed });
  });

  routes.post('/:key/replay', administrator, async (c) => {
    const { outbound } = readOneReplay(await jsonOf(c, services));
    const { key } = await letterOf(c, services, mayChange);
    oneOf(await log.dead.replay([key], formIn(outbound), handOf(c.get('source'))));
    notify();
    return c.json({ replayed: 1 });
  });

  routes.put('/:key/outbound', administrator, async (c) => {
    const letter = await letterOf(c, services, mayChange);
    const { text } = jsonBody(await bodyOf(c, services), services.limits);
    const edited = await editedLetter(letter, text, log.largestBody);
    if (!edited.ok) {
      const errors = [{ path: edited.path, rule: 'dead-edit', message: edited.why }];
      throw new Refusal({ status: 422, code: 'invalid-edit', detail: 'This cannot be sent.', errors });
    }
    oneOf(await log.dead.edit(letter.key, edited.outbound, handOf(c.get('source'))));
    return c.json({ differences: edited.differences });
  });

  routes.delete('/:key', administrator, async (c) => {
    const { key } = await letterOf(c, services, mayChange);
    oneOf(await log.dead.discard([key], handOf(c.get('source'))));
    return c.body(null, 204);
  });
}

/**
 * Dead letters. Who may read records may read theirs: `GET /dead` lists (parameters `destination`, `reason`, `kind`,
 * `type`, `source`, `since`, `until`, `after`, `limit`; `next` is the `after` of the next page), `GET /dead/{key}` shows one
 * whole, `GET /dead/{key}/remapped` says what it would be under the present tables. Administrators change:
 * `POST /dead/{key}/replay` and `POST /dead/replay` with `{"outbound": "kept" | "mapped", "query": {…}}`,
 * `PUT /dead/{key}/outbound` with the record that is to be sent instead, `DELETE /dead/{key}`.
 */
export function deadRoutes(services: Services): Hono<GatewayEnv> {
  const routes = new Hono<GatewayEnv>();
  readingRoutes(routes, services);
  changingRoutes(routes, services);
  return routes;
}
