import type { NewRecord, RecordLog } from '../audit/index.ts';
import { isString, member } from '../json/index.ts';
import { CROSSWALK, type Crosswalk } from '../mappings/index.ts';
import type { Origin } from './services.ts';

/**
 * Tells of a record that a gateway wrote what it was made from: the inverse conversion gives the id. Only a record that
 * bears a gateway's mark is converted; a mark alone proves nothing, since another gateway may have written it.
 */
export function createOrigin(crosswalk: (tenant: string) => Pick<Crosswalk, 'toCaliper' | 'toXapi'>) {
  type Subject = Pick<NewRecord, 'tenant' | 'language' | 'kind' | 'body'>;
  return ({ tenant, language, kind, body }: Subject): Origin | null => {
    if (kind === 'describe' || !body.includes(CROSSWALK)) return null;
    const { toCaliper, toXapi } = crosswalk(tenant);
    const conversion = language === 'xapi' ? toCaliper(body) : toXapi(body);
    if (!conversion.ok) return null;
    const id = member(conversion.record, 'id');
    if (!isString(id)) return null;
    if (language === 'caliper') return { language: 'xapi', id };
    const eventTime = member(conversion.record, 'eventTime');
    // An event that gives no time has to be told apart from one whose time is not known.
    return { language: 'caliper', id, eventTime: isString(eventTime) ? eventTime : '' };
  };
}

/**
 * The records without the deliveries of those that came back: what such a record was made from is in the log, and went
 * to every destination from there. The attribute `echoOf` names it.
 */
export function withoutEchoes(
  records: readonly NewRecord[],
  origin: (record: NewRecord) => Origin | null,
  log: RecordLog,
): Promise<NewRecord[]> {
  return Promise.all(
    records.map(async (record) => {
      const from = record.deliveries.length === 0 ? null : origin(record);
      const source = from && (await log.find(record.tenant, from.language, from.id, from.eventTime));
      if (!source) return record;
      return { ...record, deliveries: [], attributes: { ...record.attributes, echoOf: source.seq } };
    }),
  );
}
