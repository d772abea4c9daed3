import type { RecordFilter, RecordPage, RecordPosition } from '../../audit/index.ts';
import { readsAll } from '../reading.ts';
import type { Services } from '../services.ts';
import type { Source } from '../sources.ts';
import { recordLines, type Manner, type RecordForm } from './forms.ts';
import { filterOf, limitOf, nextQuery, type RecordsQuery } from './query.ts';
import { termsOf } from './terms.ts';

/** Records that one step of an export reads. */
const EXPORTED = 250;

/** Events of the queue that a reader waits for who asks what records say. */
const CAUGHT_UP = 200;

const NOTHING: RecordPage = { records: [], next: null };

/**
 * Through which time a list that ascends may go: what is stored or indexed later than what stands behind it would never
 * be given to a reader who goes on from there.
 */
async function through(terms: readonly string[], { inFlight, log }: Services): Promise<number | undefined> {
  const appending = inFlight.oldest();
  const { oldestQueued } = terms.length === 0 ? { oldestQueued: null } : await log.statements.consistency();
  const open = [appending, oldestQueued ?? undefined].filter((time) => time !== undefined);
  return open.length === 0 ? undefined : Math.min(...open) - 1;
}

/** What a reader may see of what a query asks for; undefined where that is nothing. */
async function filterFor(
  query: RecordsQuery,
  reader: Source,
  services: Services,
): Promise<RecordFilter | undefined> {
  const terms = termsOf(query, services.crosswalk(reader.tenant));
  if (terms.length > 0) await services.indexer.catchUp(CAUGHT_UP);
  const own = readsAll(reader) ? query.source : reader.name;
  if (query.source !== undefined && query.source !== own) return undefined;
  const filter = filterOf({ ...query, source: own }, terms, reader.tenant);
  const end = query.order === 'ascending' ? await through(terms, services) : undefined;
  if (!filter || end === undefined) return filter;
  return { ...filter, receivedUntil: Math.min(end, filter.receivedUntil ?? end) };
}

async function pageOf(
  query: RecordsQuery,
  limit: number,
  behind: RecordPosition | undefined,
  reader: Source,
  services: Services,
): Promise<RecordPage> {
  const filter = await filterFor(query, reader, services);
  if (!filter) return NOTHING;
  const { order = 'descending' } = query;
  return services.log.pages.page({ ...filter, order, limit, ...(behind && { behind }) });
}

/** A page of records in a form, as the JSON of the answer, and the query string of the next page. */
export async function listRecords(
  query: RecordsQuery,
  form: RecordForm,
  manner: Manner,
  reader: Source,
  services: Services,
): Promise<{ readonly lines: readonly string[]; readonly next: string | null }> {
  const { records, next } = await pageOf(query, limitOf(query), query.behind, reader, services);
  const lines = await recordLines(records, form, manner, services);
  return { lines, next: next && nextQuery(next, query) };
}

/**
 * All records of a query in a form, one a line, a bounded number of them in memory at a time. With a limit no more than
 * so many are looked at.
 */
export function exportRecords(
  query: RecordsQuery,
  form: RecordForm,
  manner: Manner,
  reader: Source,
  services: Services,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let behind = query.behind;
  let left = query.limit ?? Infinity;
  return new ReadableStream({
    async pull(controller) {
      for (;;) {
        const limit = Math.min(EXPORTED, left);
        const { records, next } = await pageOf(query, limit, behind, reader, services);
        const lines = await recordLines(records, form, manner, services);
        left -= records.length;
        behind = next ?? undefined;
        if (lines.length > 0) controller.enqueue(encoder.encode(`${lines.join('\n')}\n`));
        if (!next || left <= 0) return controller.close();
        // A stream that was pulled and given nothing is not pulled again.
        if (lines.length > 0) return;
      }
    },
  });
}
