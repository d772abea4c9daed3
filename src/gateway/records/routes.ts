import { Hono, type Context } from 'hono';
import { accepts } from 'hono/accepts';
import type { RecordLog, StoredRecord } from '../../audit/index.ts';
import { modelOf, VERSION_HEADER } from '../../xapi/index.ts';
import { requires } from '../authentication.ts';
import type { GatewayEnv } from '../env.ts';
import { Refusal } from '../problem.ts';
import { NotLinkedDataError, RDF_TYPES, recordAs, type RdfType } from '../rdf/index.ts';
import { maySee, readsAll } from '../reading.ts';
import type { Services } from '../services.ts';
import type { Source } from '../sources.ts';
import { FORM_TYPES, lineageOf, recordText, type Manner, type RecordForm } from './forms.ts';
import { exportRecords, listRecords } from './list.ts';
import { readRecordsQuery } from './query.ts';

type Request = Context<GatewayEnv>;

const NDJSON = 'application/x-ndjson';
const FORMS = Object.keys(FORM_TYPES) as RecordForm[];

/** Names of all forms of one record for the parameter `as`, with their media types. */
const TYPES: Readonly<Record<string, string>> = {
  ...FORM_TYPES,
  turtle: 'text/turtle',
  'n-triples': 'application/n-triples',
  'n-quads': 'application/n-quads',
  'json-ld': 'application/ld+json',
};

/** Numbers are keys of the log; every other key is an id of a record. */
async function recordUnder(log: RecordLog, tenant: string, key: string): Promise<StoredRecord | null> {
  if (!/^\d{1,15}$/.test(key)) return byId(log, tenant, key);
  const seq = Number(key);
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

/** The media type that a reader would rather have: the one of the parameter `as`, or by `Accept`. */
function typeOf(c: Request): string {
  const as = c.req.query('as');
  const supports = Object.values(TYPES);
  if (as === undefined) return accepts(c, { header: 'Accept', supports, default: FORM_TYPES.lineage });
  const type = Object.hasOwn(TYPES, as) ? TYPES[as] : undefined;
  if (type !== undefined) return type;
  const message = `give one of ${Object.keys(TYPES).join(', ')}`;
  const errors = [{ path: '/as', rule: 'records-form', message }];
  throw new Refusal({ status: 400, code: 'invalid-parameter', detail: 'There is no such form.', errors });
}

function mannerOf(c: Request): Manner {
  return {
    version: modelOf(c.req.header(VERSION_HEADER) ?? '') ?? '1.0',
    origin: new URL(c.req.url).origin,
  };
}

async function asRdf(type: RdfType, record: StoredRecord, { crosswalk }: Services): Promise<string> {
  try {
    return await recordAs(type, record, () => crosswalk(record.tenant));
  } catch (error) {
    if (!(error instanceof NotLinkedDataError)) throw error;
    const detail = `This record has no form as ${type}: ${error.message}. Ask for ${FORM_TYPES.lineage}.`;
    throw new Refusal({ status: 406, code: 'no-linked-data', detail });
  }
}

async function textAs(
  type: string,
  record: StoredRecord,
  manner: Manner,
  services: Services,
): Promise<string> {
  const rdf = RDF_TYPES.find((one) => one === type);
  if (rdf) return asRdf(rdf, record, services);
  const form = FORMS.find((one) => FORM_TYPES[one] === type) ?? 'lineage';
  if (form === 'lineage') {
    return JSON.stringify(lineageOf(record, await services.log.history(record.seq)));
  }
  const text = recordText(record, form, manner, services);
  if (text !== null) return text;
  const detail = `The tables make nothing of this record as ${form === 'xapi' ? 'xAPI' : 'Caliper'}. Ask for ${FORM_TYPES.received}.`;
  throw new Refusal({ status: 406, code: 'no-such-form', detail });
}

const alternates = (path: string) =>
  Object.entries(TYPES).map(([name, type]) => `<${path}?as=${name}>; rel="alternate"; type="${type}"`);

/** The form of a list: the one of the parameter `as`, or by `Accept`; and whether it is a stream of lines. */
function listForm(c: Request, as: RecordForm | undefined, format: 'json' | 'ndjson' | undefined) {
  const supports = [...Object.values(FORM_TYPES), NDJSON];
  const wanted = accepts(c, { header: 'Accept', supports, default: FORM_TYPES.lineage });
  const form = as ?? FORMS.find((one) => FORM_TYPES[one] === wanted) ?? 'lineage';
  return { form, streamed: format === undefined ? wanted === NDJSON : format === 'ndjson' };
}

/** Says of a number that a record stood there and was erased (410), to who may see all of its tenant. */
async function refuseErased({ erasures }: Services['log'], reader: Source, key: string): Promise<void> {
  const tombstone = /^\d{1,15}$/.test(key) ? await erasures.tombstone(Number(key)) : null;
  if (tombstone?.tenant !== reader.tenant || !readsAll(reader)) return;
  const detail = `The record was erased at ${new Date(tombstone.at).toISOString()}.`;
  throw new Refusal({ status: 410, code: 'erased', detail });
}

/**
 * The log. `GET /records` lists what the reader may see, the newest first: by `since` and `until` (RFC 3339), `source`,
 * `language`, `kind`, `type`, `verb`, `actor`, `activity`, `course`, `registration`, and on its way by `destination` and
 * `state`; with `order=ascending` the oldest first. The next page stands in `next` and in the `Link` header. A page can
 * be short, and still have a next one. With `Accept: application/x-ndjson` or `format=ndjson` all of it is streamed, one
 * record a line. `as` (or `Accept`) chooses the form: `lineage`, `received`, `caliper` or `xapi`; records without it
 * are left out.
 *
 * `GET /records/{seq or percent-encoded id}` gives one record in any of these, and as RDF: `turtle`, `n-triples`,
 * `n-quads` (in the named graph of the record) or `json-ld`; 406 where it has no such form. `X-Experience-API-Version`
 * says in which version statements are written.
 *
 * 401 without a credential, 403 for one that reads nothing; 404 where there is no such record, or none that the reader
 * may see; 410 under the number of one that was erased.
 */
export function recordRoutes(services: Services): Hono<GatewayEnv> {
  const routes = new Hono<GatewayEnv>();
  const reader = requires('read-own', services);
  routes.get('/', reader, async (c) => {
    const query = readRecordsQuery(new URL(c.req.url).searchParams);
    const { form, streamed } = listForm(c, query.as, query.format);
    const asked = [query, form, mannerOf(c), c.get('source'), services] as const;
    c.header('vary', 'accept', { append: true });
    if (streamed) return c.body(exportRecords(...asked), 200, { 'content-type': NDJSON });
    const { lines, next } = await listRecords(...asked);
    const link = next && `${c.req.path}?${next}`;
    if (link !== null) c.header('link', `<${link}>; rel="next"`);
    const body = `{"records":[${lines.join(',')}],"next":${JSON.stringify(link)}}`;
    return c.body(body, 200, { 'content-type': 'application/json' });
  });
  routes.get('/:key{.+}', reader, async (c) => {
    const source = c.get('source');
    const record = await recordUnder(services.log, source.tenant, c.req.param('key') ?? '');
    if (!record) await refuseErased(services.log, source, c.req.param('key') ?? '');
    if (!record || !maySee(source, record)) {
      const detail = 'There is no record under that key.';
      throw new Refusal({ status: 404, code: 'no-such-record', detail });
    }
    const type = typeOf(c);
    c.header('vary', 'accept', { append: true });
    c.header('link', alternates(`/records/${record.seq}`).join(', '));
    return c.body(await textAs(type, record, mannerOf(c), services), 200, { 'content-type': type });
  });
  return routes;
}
