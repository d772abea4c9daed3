import {
  detectVersion,
  idOf,
  inCaliperTerms,
  typeOf,
  validateRecord,
  validateText,
} from '../../caliper/index.ts';
import { isString, type Finding } from '../../json/index.ts';
import type { Received } from '../accept.ts';
import { describedWithin } from '../caliper-envelope.ts';
import type { Source } from '../sources.ts';
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
  { source, at }: { readonly source: Source; readonly at: number },
  deviations: readonly Finding[],
): Received {
  const { record } = inCaliperTerms(value);
  const kept = describedWithin(described);
  return {
    tenant: source.tenant,
    source: source.name,
    language: 'caliper',
    kind,
    id: idOf(record) ?? '',
    version: detectVersion(value, envelope?.['dataVersion']).version,
    type: typeOf(record) ?? '',
    body: text,
    identity: value,
    attributes: { ...(envelope && { envelope }), ...(kept.length > 0 && { described: kept }) },
    deviations,
    receivedAt: at,
  };
}
