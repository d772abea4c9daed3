import type { RecordFilter, RecordPage, RecordPageQuery, RecordPosition } from '../../audit/index.ts';
import { completeness } from '../lrs/consistency.ts';
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
  return filterOf({ ...query, source: own }, terms, reader.tenant);
}

/** Milliseconds by which the bound of a page may be behind: any, as long as the page is full, and none at its end. */
const BEHIND = [Infinity, 0];

/**
 * A page of a list that ascends, up to where nothing comes in between any more: what is stored or indexed later than
 * what stands behind it would never be given to a reader who goes on from there.
 */
async function ascendingPage(query: RecordPageQuery, services: Services): Promise<RecordPage> {
  let page = NOTHING;
  for (const oldest of BEHIND) {
    const { stored, indexed } = await completeness(oldest, services);
    const bound = query.terms?.length ? indexed : stored;
    const receivedUntil = Math.min(bound, query.receivedUntil ?? bound);
    page = await services.log.pages.page({ ...query, receivedUntil });
    if (page.next) return page;
  }
  return page;
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
  const page = { ...filter, order, limit, ...(behind && { behind }) };
  return order === 'ascending' ? ascendingPage(page, services) : services.log.pages.page(page);
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
