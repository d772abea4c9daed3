import {
  describedFor,
  describesOf,
  endpointAnswers,
  faultOf,
  openEnvelope,
  recognise,
  validateEnvelope,
  validateText,
  type Described,
  type EndpointFault,
  type EnvelopeItem,
  type OpenEnvelope,
} from '../caliper/index.ts';
import type { NewRecord } from '../audit/index.ts';
import { isObject, type Finding, type JsonObject, type JsonValue } from '../json/index.ts';
import { append, newRecord, numberErrors, refuseLongBatch } from './accept.ts';
import { caliperRecord } from './caliper-record.ts';
import { jsonBody } from './json-body.ts';
import { Refusal } from './problem.ts';
import type { Services } from './services.ts';
import type { Source } from './sources.ts';

function refuse(fault: EndpointFault, errors: readonly Finding[] = []): never {
  const { status, title } = endpointAnswers[fault];
  throw new Refusal({ status, code: fault, detail: `${title}. Nothing of the request was kept.`, errors });
}

/** A member without which an envelope is malformed, whoever sent it (Caliper 1.2, HTTP Responses). */
const isMissing = ({ path, rule }: Finding) => rule === 'caliper-required' && !path.startsWith('/data/');

/**
 * Refuses the envelope whole where a record in it cannot be understood, or, from a strict source, breaks any rule.
 * The specification has one answer for one message, and a success says that all of it was received: to keep the good
 * records beside it would tell a sensor that the others arrived too, or make it send the good ones again. The sensor
 * sends the mended envelope; records that are in the log already are known.
 */
function refuseUnprocessable(findings: readonly Finding[], { strict }: Source): void {
  const refused = findings.filter((finding) => strict || finding.fatal || isMissing(finding));
  const fault = faultOf(refused);
  if (fault) refuse(fault, refused);
}

function envelopeOf(value: JsonValue): JsonObject {
  return isObject(value) && recognise(value) === 'envelope' ? value : refuse('no-envelope');
}

const numberFindings = (envelope: JsonObject): Finding[] =>
  numberErrors(envelope, '').map((error) => ({ ...error, fatal: true }));

/** Findings by the record that they are about, with pointers from the record; those of the envelope under null. */
function byItem(findings: readonly Finding[]): Map<number | null, Finding[]> {
  const groups = new Map<number | null, Finding[]>();
  for (const finding of findings) {
    const [, index, path] = /^\/data\/(\d+)(.*)$/s.exec(finding.path) ?? [];
    const key = index === undefined ? null : Number(index);
    const own = groups.get(key) ?? [];
    own.push(path === undefined ? finding : { ...finding, path });
    groups.set(key, own);
  }
  return groups;
}

/** Where a record stood in its envelope, so that the envelope can be put together again. */
function placeOf(
  { sensor, sendTime, dataVersion, items }: OpenEnvelope,
  index: number,
  deviations: readonly Finding[] = [],
): JsonObject {
  const place = { sensor, sendTime, dataVersion, index, size: items.length };
  return deviations.length === 0
    ? place
    : { ...place, deviations: deviations.map((finding) => ({ ...finding })) };
}

/** Characters of described entities that are kept with one record: many records can name one big entity. */
const MOST_DESCRIBED = 16_384;

/** Of the entities that an envelope describes and a record only names: those that are kept with the record. */
export function describedWithin(described: readonly JsonObject[]): JsonObject[] {
  let room = MOST_DESCRIBED;
  return described.filter((entity) => {
    room -= JSON.stringify(entity).length;
    return room >= 0;
  });
}

/** What the envelope describes of the entities that the record only names; kept with it, since it is mapped later. */
function describedParts({ kind, value }: EnvelopeItem, described: Described): JsonObject {
  if (kind !== 'event' || described.size === 0 || !isObject(value)) return {};
  const kept = describedWithin(describedFor(value, described));
  return kept.length === 0 ? {} : { described: kept };
}

/**
 * The records of the text of an envelope. The parsed envelope stays in here: what is held while the log writes has to be moved by
 * each garbage collection meanwhile.
 */
function recordsOf(text: string, source: Source, services: Services): NewRecord[] {
  const body = jsonBody(text, services.limits, 'data');
  const envelope = envelopeOf(body.value);
  const opened = openEnvelope(envelope);
  refuseLongBatch(opened.items.length, services.limits.batch);
  services.pace.count(source, opened.items.length);
  const repeated = body.repeatsMembers() ? validateText(body.text) : [];
  const findings = [...numberFindings(envelope), ...repeated, ...validateEnvelope(envelope, opened)];
  refuseUnprocessable(findings, source);
  const deviations = byItem(findings);
  const receipt = { source, at: services.now(), digest: services.digest };
  const described = describesOf(opened.items);
  return opened.items.map((item) => {
    const own = body.elements?.[item.index];
    if (own === undefined) throw new Error('the source text of a record was not found');
    const value = isObject(item.value) ? item.value : {};
    const record = {
      kind: item.kind ?? 'describe',
      value,
      body: own,
      version: item.version,
      attributes: {
        envelope: placeOf(opened, item.index, deviations.get(null)),
        ...describedParts(item, described),
      },
      deviations: deviations.get(item.index) ?? [],
    };
    return newRecord(caliperRecord(record, receipt), services);
  });
}

/**
 * Takes the text of an envelope (Caliper 1.2, sections 5.2 and 6.1): each of its events and described entities becomes a
 * record with its exact source text, and with the rules that it breaks and was taken in spite of. Resolves once all are
 * durable.
 *
 * Throws a {@link Refusal}: 400 without an envelope or with a malformed one, 422 for a version that is not
 * supported or for records that cannot be understood, 413 past a limit; then nothing of the envelope is kept.
 */
export async function receiveEnvelope(text: string, source: Source, services: Services): Promise<void> {
  await services.bodyTurn(text.length);
  const records = recordsOf(text, source, services);
  // Not refused as a whole: the same event under one id with other content is one more thing that a sensor said.
  await append(records, { onConflict: 'skip', pathOf: (at) => `/data/${at}` }, services);
}
