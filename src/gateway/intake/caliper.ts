import { detectVersion, validateRecord, validateText } from '../../caliper/index.ts';
import { isString, type Finding } from '../../json/index.ts';
import type { Received } from '../accept.ts';
import { describedWithin } from '../caliper-envelope.ts';
import { caliperRecord, type CaliperReceipt } from '../caliper-record.ts';
import type { IntakeRecord } from './intake.ts';

/** What is wrong with a Caliper record; what is fatal keeps it from being understood. */
export function caliperFindings({
  value,
  text,
  envelope,
}: Pick<IntakeRecord, 'value' | 'text' | 'envelope'>): Finding[] {
  const dataVersion = envelope?.['dataVersion'];
  return [...validateText(text), ...validateRecord(value, isString(dataVersion) ? { dataVersion } : {})];
}

/** The record of an event or an entity describe, by itself or with the place that it had in its envelope. */
export function takenCaliper(
  { value, text, kind, envelope, described = [] }: IntakeRecord,
  receipt: CaliperReceipt,
  deviations: readonly Finding[],
): Received {
  const kept = describedWithin(described);
  return caliperRecord(
    {
      kind,
      value,
      body: text,
      version: detectVersion(value, envelope?.['dataVersion']).version,
      attributes: { ...(envelope && { envelope }), ...(kept.length > 0 && { described: kept }) },
      deviations,
    },
    receipt,
  );
}
