import { Hono, type Context } from 'hono';
import { accepts } from 'hono/accepts';
import type { DeliveryHistory, RecordLog, StoredRecord } from '../audit/index.ts';
import { requires } from './authentication.ts';
import type { GatewayEnv } from './env.ts';
import { Refusal } from './problem.ts';
import { NotLinkedDataError, RDF_TYPES, recordAs, type RdfType } from './rdf/index.ts';
import { maySee } from './reading.ts';
import type { Services } from './services.ts';

async function bySequence(log: RecordLog, tenant: string, seq: number): Promise<StoredRecord | null> {
  const [record] = await log.read({ tenant, after: seq - 1, limit: 1 });
  return record?.seq === seq ? record : null;
}

/** The newest record under an id, of either language. A UUID is one id in upper and lower case. */
async function byId(log: RecordLog, tenant: string, id: string): Promise<StoredRecord | null> {
  const [event, statement] = await Promise.all([
    log.find(tenant, 'caliper', id),
    log.find(tenant, 'xapi', id.toLowerCase()),
  ]);
  if (event && statement) return event.seq > statement.seq ? event : statement;
  return event ?? statement;
}

const time = (milliseconds: number) => new Date(milliseconds).toISOString();

function deliveryLine({ key, route, destination, state, reason, outbound, attempts }: DeliveryHistory) {
  return {
    key,
    route,
    destination,
    state,
    reason,
    outbound,
    attempts: attempts.map((attempt) => ({ ...attempt, at: time(attempt.at) })),
  };
}

function lineage(record: StoredRecord, history: readonly DeliveryHistory[]) {
  const { seq, id, source, language, kind, version, type, digest, content, attributes, deviations } = record;
  return {
    seq,
    id,
    source,
    language,
    kind,
    version,
    type,
    receivedAt: time(record.receivedAt),
    digest,
    content,
    attributes,
    deviations,
    body: record.body,
    deliveries: history.map(deliveryLine),
  };
}

const JSON_TYPE = 'application/json';

/** What a reader would rather have: the lineage, unless RDF is asked for by name. */
const formOf = (c: Context<GatewayEnv>) =>
  accepts(c, {
    header: 'Accept',
    supports: [JSON_TYPE, ...RDF_TYPES],
    default: JSON_TYPE,
  }) as RdfType | typeof JSON_TYPE;

async function asRdf(type: RdfType, record: StoredRecord): Promise<string> {
  try {
    return await recordAs(type, record);
  } catch (error) {
    if (!(error instanceof NotLinkedDataError)) throw error;
    const detail = `This record has no form as ${type}: ${error.message}. Ask for ${JSON_TYPE}.`;
    throw new Refusal({ status: 406, code: 'no-linked-data', detail });
  }
}

/**
 * `GET /records/{seq or id}`: one record with its lineage as JSON: the body as the text that was received, its
 * digest, the rules that it was taken in spite of, and per destination the outbound form and each attempt. An id is
 * percent-encoded. With `Accept` what the record says is given as RDF instead: Turtle, N-Triples, N-Quads (in the named
 * graph of the record) or expanded JSON-LD; 406 for a record that has no such form. 401 without a credential, 403 for one that reads nothing; 404 where there is no such record, or none that the reader may see.
 */
export function recordRoutes(services: Services): Hono<GatewayEnv> {
  const { log } = services;
  const routes = new Hono<GatewayEnv>();
  routes.get('/:key{.+}', requires('read-own', services), async (c) => {
    const reader = c.get('source');
    const { tenant } = reader;
    const key = c.req.param('key') ?? '';
    const isNumber = /^\d{1,15}$/.test(key);
    const record = await (isNumber ? bySequence(log, tenant, Number(key)) : byId(log, tenant, key));
    if (!record || !maySee(reader, record)) {
      throw new Refusal({
        status: 404,
        code: 'no-such-record',
        detail: 'There is no record under that key.',
      });
    }
    const form = formOf(c);
    c.header('vary', 'accept', { append: true });
    if (form !== JSON_TYPE) return c.body(await asRdf(form, record), 200, { 'content-type': form });
    return c.json(lineage(record, await log.history(record.seq)));
  });
  return routes;
}
