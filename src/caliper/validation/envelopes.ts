import {
  equal,
  isObject,
  isString,
  member,
  pointer,
  type Finding,
  type JsonValue,
} from '../../json/index.ts';
import { ontology, type CaliperVersion } from '../../ontology/index.ts';
import type { Envelope, EnvelopeItem, OpenEnvelope } from '../caliper.types.ts';
import { openEnvelope } from '../envelope.ts';
import { idOf } from '../node.ts';
import { checkMembers } from './nodes.ts';
import { OwnTerms } from './own-terms.ts';
import { validateRecord } from './records.ts';
import { Report, told } from './report.ts';

/**
 * Checks an envelope without its records (Caliper 1.2, Envelope): sensor, sendTime, dataVersion, a list of data, and
 * nothing else. Fatal are a `data` that is no list, and a `dataVersion` that names no version of Caliper.
 */
export function validateFrame(envelope: Envelope, opened: OpenEnvelope = openEnvelope(envelope)): Finding[] {
  const report = new Report();
  const { items, dataVersion } = opened;
  const version = versionOf(dataVersion, items);
  const data = member(envelope, 'data');
  const unreadable = new Set(Array.isArray(data) ? [] : ['data']);
  checkMembers(envelope, '', 'Envelope', { version, report, ownTerms: OwnTerms.none, depth: 0, unreadable });
  checkDataVersion(member(envelope, 'dataVersion'), report);
  if (Array.isArray(data) && data.length === 0) {
    report.add(
      '/data',
      'caliper-required',
      'data is an empty list; it must hold at least one event or described entity',
    );
  }
  return report.findings;
}

/** An envelope of 1.0 has no dataVersion: its records tell. */
function versionOf(dataVersion: string | null, items: readonly EnvelopeItem[]): CaliperVersion {
  const declared = dataVersion === null ? undefined : ontology.versionOfContext(dataVersion);
  return declared ?? (items.some(({ version }) => version !== '1.0') || items.length === 0 ? '1.2' : '1.0');
}

function checkDataVersion(value: JsonValue | undefined, report: Report): void {
  if (!isString(value)) return;
  const version = ontology.versionOfContext(value);
  if (version === undefined) {
    const known = `${ontology.context('1.2')} or ${ontology.context('1.1')}`;
    report.add(
      '/dataVersion',
      'caliper-data-version',
      `${told(value)} is no version that is known here; it must be ${known}`,
      true,
    );
  } else if (!ontology.isPublishedContext(value)) {
    const published = ontology.context(version);
    report.add('/dataVersion', 'caliper-data-version', `${told(value)} is another spelling of ${published}`);
  }
}

/**
 * Checks an envelope and each of its records. Paths are those of the envelope. Strict receiving refuses on any
 * finding, lenient only on fatal ones. `opened` is the envelope taken apart, where that has been done. Never throws.
 */
export function validateEnvelope(
  envelope: Envelope,
  opened: OpenEnvelope = openEnvelope(envelope),
): Finding[] {
  const { items, dataVersion } = opened;
  const declared = dataVersion === null ? undefined : ontology.versionOfContext(dataVersion);
  const findings = validateFrame(envelope, opened);
  for (const item of items) findings.push(...validateItem(item, dataVersion, declared));
  return items.length < 2 ? findings : [...findings, ...sharedIds(items)];
}

/**
 * An event's id is its own (Caliper 1.2, Identifiers): no other event of the envelope bears it. The same event twice is one
 * event, and an entity may be described more than once.
 */
function sharedIds(items: readonly EnvelopeItem[]): Finding[] {
  const bearers = new Map<string, EnvelopeItem>();
  return items.flatMap((item) => {
    const id = item.kind === 'event' && isObject(item.value) ? idOf(item.value) : undefined;
    if (id === undefined) return [];
    const bearer = bearers.get(id) ?? item;
    bearers.set(id, bearer);
    if (bearer === item || equal(bearer.value, item.value)) return [];
    const message = `another event, ${bearer.path}, bears the id ${told(id)}; it must be unique`;
    return [{ path: pointer(item.path, 'id'), rule: 'caliper-event-id', message }];
  });
}

const NONE: readonly Finding[] = [];

function validateItem(
  { value, path, version }: EnvelopeItem,
  dataVersion: string | null,
  declared: CaliperVersion | undefined,
): readonly Finding[] {
  const findings = validateRecord(value, { dataVersion: dataVersion ?? undefined });
  const isOther = declared !== undefined && declared !== version && isObject(value);
  if (findings.length === 0 && !isOther) return NONE;
  const inEnvelope = findings.map((finding) => ({ ...finding, path: path + finding.path }));
  if (!isOther) return inEnvelope;
  const message = `the record is of Caliper ${version}, but the envelope's dataVersion says ${declared}; they must agree`;
  return [...inEnvelope, { path: `${path}/@context`, rule: 'caliper-data-version', message }];
}
