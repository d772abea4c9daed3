import type { AppendOutcome, AttachmentContent, PullMark, RecordKind } from '../../audit/index.ts';
import type { Finding, JsonObject } from '../../json/index.ts';
import { attachmentsOf } from '../../xapi/index.ts';
import { append, newRecord, numberErrors, type Received } from '../accept.ts';
import type { CaliperReceipt } from '../caliper-record.ts';
import type { ProblemError } from '../problem.ts';
import type { Services } from '../services.ts';
import type { Source } from '../sources.ts';
import { caliperFindings, takenCaliper } from './caliper.ts';
import { statementFindings, takenStatement } from './statement.ts';

/** A record that another system has kept. */
export interface IntakeRecord {
  readonly kind: RecordKind;
  readonly value: JsonObject;
  /** Its source text. */
  readonly text: string;
  /** Where it stood in its envelope, where it came in one. */
  readonly envelope?: JsonObject;
  /** Entities that its envelope describes and the record only names. */
  readonly described?: readonly JsonObject[];
}

/** What became of a record: `errors` say why one was refused. */
export interface IntakeOutcome {
  readonly outcome: 'stored' | 'duplicate' | 'refused';
  readonly errors: readonly ProblemError[];
}

/** Where records come from, and what comes with them. */
export interface Intake {
  /** In whose name they are kept. */
  readonly source: Source;
  /** Address of the gateway or of the system that kept them: for the authority of what names none. */
  readonly origin: string;
  readonly attachments?: readonly AttachmentContent[];
  /** How far the source has been read with them. */
  readonly pull?: PullMark;
}

/** Limit in UTF-8 bytes: a character takes at most three a code unit, so that most records need no count. */
const isTooLarge = (text: string, largest: number) =>
  text.length * 3 > largest && new TextEncoder().encode(text).byteLength > largest;

function findingsOf(record: IntakeRecord, largest: number): Finding[] {
  const { kind, value, text } = record;
  if (isTooLarge(text, largest)) {
    const message = `this record has more than the ${largest} bytes that the record log holds`;
    return [{ path: '', rule: 'record-too-large', message, fatal: true }];
  }
  const numbers = numberErrors(value, '').map((error) => ({ ...error, fatal: true }));
  return [...numbers, ...(kind === 'statement' ? statementFindings(value) : caliperFindings(record))];
}

/** What of the data of attachments the storage can hold. */
function keptData(attachments: readonly AttachmentContent[], largest: number) {
  const kept = attachments.filter(({ content }) => content.length <= largest);
  const lost = attachments.filter((one) => !kept.includes(one)).map(({ sha2 }) => sha2);
  return { kept, lost: new Set(lost) };
}

/** Says of a statement that the data of its attachments could not be kept: to refuse it would lose more. */
function lostData({ kind, value }: IntakeRecord, lost: ReadonlySet<string>): Finding[] {
  if (lost.size === 0 || kind !== 'statement') return [];
  return attachmentsOf(value).flatMap(({ sha2 }) => {
    if (typeof sha2 !== 'string' || !lost.has(sha2.toLowerCase())) return [];
    const message = `the data with the hash ${sha2} is larger than what is kept here: it was left behind`;
    return [{ path: '/attachments', rule: 'attachment-too-large', message }];
  });
}

function takenRecord(
  record: IntakeRecord,
  { origin }: Intake,
  receipt: CaliperReceipt,
  deviations: readonly Finding[],
): Received {
  return record.kind === 'statement'
    ? takenStatement(record.value, record.text, { ...receipt, origin }, deviations)
    : takenCaliper(record, receipt, deviations);
}

const refused = (errors: readonly ProblemError[]): IntakeOutcome => ({ outcome: 'refused', errors });

function outcomeOf(appended: AppendOutcome | undefined, { id }: { readonly id: string }): IntakeOutcome {
  if (appended?.outcome === 'stored' || appended?.outcome === 'duplicate') {
    return { outcome: appended.outcome, errors: [] };
  }
  const message = `another statement is kept here under the id ${id}`;
  return refused([{ path: '/id', rule: 'xapi-conflict', message }]);
}

/**
 * Takes records that another system has kept through the same flow as those that are sent: each is validated by itself,
 * leniently unless its source is strict, and what can be understood is appended in one atomic batch, routed and
 * delivered. Records that are here already are known, and not taken twice. Resolves with what became of each, in order,
 * once all are durable.
 */
export async function takeIn(
  records: readonly IntakeRecord[],
  intake: Intake,
  services: Services,
): Promise<IntakeOutcome[]> {
  const { source, pull } = intake;
  const { kept, lost } = keptData(intake.attachments ?? [], services.log.documents.largestContent);
  const findings = records.map((record) => [
    ...findingsOf(record, services.log.largestBody),
    ...lostData(record, lost),
  ]);
  const faults = findings.map((own) => own.filter(({ fatal }) => fatal === true || source.strict));
  const receipt = { source, at: services.now(), digest: services.digest };
  const fresh = records.flatMap((record, place) =>
    faults[place]?.length === 0
      ? [{ place, record: newRecord(takenRecord(record, intake, receipt, findings[place] ?? []), services) }]
      : [],
  );
  const appended = await append(
    fresh.map(({ record }) => record),
    { onConflict: 'skip', pathOf: () => '', attachments: kept, ...(pull && { pull }) },
    services,
  );
  const outcomes = new Map(
    fresh.map(({ place, record }, index) => [place, outcomeOf(appended[index], record)]),
  );
  return records.map((_, place) => outcomes.get(place) ?? refused(faults[place] ?? []));
}

/** What `takeIn` would say of records, without a look into the log. */
export function refusalsOf(
  records: readonly IntakeRecord[],
  { strict }: Source,
  largest: number,
): Finding[][] {
  return records.map((record) => findingsOf(record, largest).filter(({ fatal }) => fatal === true || strict));
}
