import type { DeliveryHistory, StoredRecord } from '../../audit/index.ts';
import { onOneLine, type JsonObject } from '../../json/index.ts';
import { assignedTo } from '../../forward/index.ts';
import type { Crosswalk } from '../../mappings/index.ts';
import type { XapiVersion } from '../../xapi/index.ts';
import { givenStatement } from '../lrs/read-statements.ts';
import type { Services } from '../services.ts';
import { timeText } from '../time-text.ts';

/** How a record is given: all that is known of it, its text as received, or the record in one language. */
export type RecordForm = 'lineage' | 'received' | 'caliper' | 'xapi';

/** Media types of the forms. */
export const FORM_TYPES: Readonly<Record<RecordForm, string>> = {
  lineage: 'application/json',
  received: 'application/vnd.crosswalk.received+json',
  caliper: 'application/vnd.crosswalk.caliper+json',
  xapi: 'application/vnd.crosswalk.xapi+json',
};

/** How statements are written for a reader. */
export interface Manner {
  readonly version: XapiVersion;
  /** Scheme, host and port that the request was sent to. */
  readonly origin: string;
}

function deliveryLine({ key, route, destination, state, reason, outbound, attempts }: DeliveryHistory) {
  return {
    key,
    route,
    destination,
    state,
    reason,
    outbound,
    attempts: attempts.map((attempt) => ({ ...attempt, at: timeText(attempt.at) })),
  };
}

/**
 * A record with its lineage: the digest of the text that was received, and for each destination the digest of the
 * tables, that of the text that is sent, and each attempt with its answer.
 */
export function lineageOf(record: StoredRecord, history: readonly DeliveryHistory[]) {
  const { seq, id, source, language, kind, version, type, digest, attributes, deviations } = record;
  return {
    seq,
    id,
    source,
    language,
    kind,
    version,
    type,
    receivedAt: timeText(record.receivedAt),
    digest,
    attributes,
    deviations,
    body: record.body,
    deliveries: history.map(deliveryLine),
  };
}

/** The event that a statement converts to, with what the way back needs; null where it converts to none. */
function mappedEvent(record: StoredRecord, crosswalk: Crosswalk): JsonObject | null {
  const receivedAt = timeText(record.receivedAt);
  const conversion = crosswalk.toCaliper(record.body, { receivedAt, assigned: assignedTo(record) });
  return conversion.ok ? conversion.record : null;
}

/**
 * The JSON text of a record in a form; null where it has none: an entity describe is no statement. A record in its own
 * language is the text that was received, a statement with what was added on receipt.
 */
export function recordText(
  record: StoredRecord,
  form: Exclude<RecordForm, 'lineage'>,
  manner: Manner,
  services: Services,
): string | null {
  if (form === 'received' || (form === 'caliper' && record.language === 'caliper')) return record.body;
  const value =
    form === 'caliper'
      ? mappedEvent(record, services.crosswalk(record.tenant))
      : record.kind === 'describe'
        ? null
        : givenStatement({ record, id: record.id }, manner, services);
  return value && JSON.stringify(value);
}

/** Records of a page in a form, each as JSON on one line; those without it are left out. */
export async function recordLines(
  records: readonly StoredRecord[],
  form: RecordForm,
  manner: Manner,
  services: Services,
): Promise<string[]> {
  if (form !== 'lineage') {
    return records.flatMap((record) => {
      const text = recordText(record, form, manner, services);
      return text === null ? [] : [onOneLine(text)];
    });
  }
  const histories = await services.log.pages.histories(records.map(({ seq }) => seq));
  return records.map((record) => JSON.stringify(lineageOf(record, histories.get(record.seq) ?? [])));
}
