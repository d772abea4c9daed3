import { bytesToHex } from '@noble/hashes/utils.js';
import { describedWith, type DeadReason, type Outbound, type StoredRecord } from '../audit/index.ts';
import { isObject, isString, member, type JsonObject, type JsonValue } from '../json/index.ts';
import type { Crosswalk, Diagnostic, WrittenConversion } from '../mappings/index.ts';
import { eventVersion } from './caliper/config.ts';
import type { Rendering } from './destination.ts';
import { faultsOf } from './judge.ts';
import { leftToLrs } from '../xapi/index.ts';
import { assignedTo } from './left-to-lrs.ts';
import { statementVersion } from './lrs/config.ts';
import { resourceOf } from './lrs/request.ts';
import { redacted, type Redacted, type RedactedPlace } from './redact.ts';
import type { Redaction } from './redaction.ts';
import { Utf8Writer } from './utf8.ts';

/** An outbound form with the UTF-8 of the text that is sent, or why a record has none for a destination. */
export type Prepared =
  | { readonly ok: true; readonly outbound: Outbound; readonly content: Uint8Array }
  /** `reason` is `unmappable` where it is left out. */
  | { readonly ok: false; readonly why: string; readonly reason?: DeadReason };

/** A record as it may be seen, and what was taken out of it. */
interface Seen {
  readonly record: StoredRecord;
  readonly places: readonly RedactedPlace[];
}

/** SHA-256 of bytes, in lower-case hex, as a host computes it. */
export type ContentDigest = (content: Uint8Array) => string | Promise<string>;

/** SHA-256 of bytes, in lower-case hex, by what every host has. */
export async function digestOf(content: Uint8Array): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', content as Uint8Array<ArrayBuffer>));
  return bytesToHex(bytes);
}

/** What turns texts into what is sent of them. */
export interface Means {
  readonly digest: ContentDigest;
  readonly utf8: Utf8Writer;
}

const timeOf = (record: StoredRecord) => new Date(record.receivedAt).toISOString();

const noted = ({ code, path, message, term }: Diagnostic): JsonObject => ({
  code,
  path,
  message,
  ...(term === undefined ? {} : { term }),
});

const received = (record: StoredRecord, { utf8 }: Means, resource: JsonObject | null = null): Prepared => ({
  ok: true,
  outbound: { form: 'received', body: null, digest: record.digest, tables: null, resource, diagnostics: [] },
  content: utf8.write(record.body),
});

async function written(
  body: string,
  parts: Omit<Outbound, 'form' | 'body' | 'digest'>,
  { digest, utf8 }: Means,
): Promise<Prepared> {
  const content = utf8.write(body);
  return { ok: true, outbound: { form: 'mapped', body, digest: await digest(content), ...parts }, content };
}

const refusalOf = (diagnostics: readonly Diagnostic[]) =>
  diagnostics
    .map(({ code, path, message }) => `${code} at ${path === '' ? 'the root' : path}: ${message}`)
    .join('\n');

async function converted(
  conversion: WrittenConversion,
  crosswalk: Crosswalk,
  resource: JsonObject | null,
  means: Means,
): Promise<Prepared> {
  if (!conversion.ok) return { ok: false, why: refusalOf(conversion.diagnostics) };
  const { tables } = crosswalk;
  const parts = {
    tables: `${tables.version}+${tables.digest}`,
    resource,
    diagnostics: conversion.diagnostics.map(noted),
  };
  return written(conversion.text, parts, means);
}

/**
 * A statement as it goes to another LRS: as received, but for what its sender left to the receiving LRS to set. Left
 * to the next one, a repeat would be stored twice, and the time of delivery would stand for the time of receipt
 * (xAPI Data 2.4.1, 2.4.7).
 */
async function passed(record: StoredRecord, statement: JsonObject, means: Means): Promise<Prepared> {
  const absent = Object.entries(leftToLrs(statement, assignedTo(record)));
  if (absent.length === 0) return received(record, means);
  const inserted = absent
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .join(',');
  const rest = record.body.trimStart().slice(1);
  const body = `{${inserted}${/^\s*\}/.test(rest) ? '' : ','}${rest}`;
  const diagnostics = absent.map(([name]) => ({
    code: 'completed',
    path: `/${name}`,
    message: `${name} was left to the LRS; it is what was answered for`,
  }));
  return written(body, { tables: null, resource: null, diagnostics }, means);
}

function described(record: StoredRecord, entity: JsonObject, crosswalk: Crosswalk, means: Means): Prepared {
  const place = crosswalk.toDocument(entity);
  if (!place) return { ok: false, why: 'an LRS has no place for an entity without an id' };
  return received(record, means, resourceOf(place));
}

function valueOf({ body }: StoredRecord): JsonObject {
  const value = JSON.parse(body) as JsonValue;
  if (!isObject(value)) throw new Error('the record is no JSON object');
  return value;
}

async function mapped(
  record: StoredRecord,
  destination: Rendering,
  crosswalk: Crosswalk,
  means: Means,
): Promise<Prepared> {
  if (destination.kind === 'caliper' && record.language === 'caliper') return received(record, means);
  if (destination.kind === 'lrs' && record.language === 'xapi') return passed(record, valueOf(record), means);
  if (record.kind === 'describe') return described(record, valueOf(record), crosswalk, means);
  const options = {
    receivedAt: timeOf(record),
    ...(destination.language === undefined ? {} : { language: destination.language }),
  };
  if (destination.kind === 'caliper') {
    const version = eventVersion(destination);
    const whole = { ...options, assigned: assignedTo(record), target: version };
    const conversion = crosswalk.writeCaliper(record.body, whole);
    return converted(conversion, crosswalk, { version }, means);
  }
  const target = statementVersion(destination);
  const whole = { ...options, ...describedWith(record), target };
  return converted(crosswalk.writeXapi(record.body, whole), crosswalk, null, means);
}

/**
 * What people wrote lies in the data of attachments too, where nothing can be looked for: a destination that is not to
 * see the one gets none of the other, and no statement that would need it.
 */
function withoutAttached({ value, places }: Redacted, { text }: Redaction): Redacted {
  if (text === undefined || !Array.isArray(value) || !isObject(value[0])) return { value, places };
  const [statement, ...rest] = value as [JsonObject, ...JsonValue[]];
  const { attachments, ...without } = statement;
  if (!Array.isArray(attachments)) return { value, places };
  const kept = attachments.filter((one) => isObject(one) && isString(one.fileUrl));
  if (kept.length === attachments.length) return { value, places };
  const clean = kept.length > 0 ? { ...without, attachments: kept } : without;
  return { value: [clean, ...rest], places: [...places, { path: '/0/attachments', kinds: ['text'] }] };
}

/**
 * A record as a destination may see it, with what was taken out noted; the record itself where nothing was. What the
 * envelope described goes into what is written, and is looked through together with it.
 */
async function seen(
  record: StoredRecord,
  { name, redaction }: Rendering,
  { digest, utf8 }: Means,
): Promise<Seen> {
  if (!redaction) return { record, places: [] };
  const body = JSON.parse(record.body) as JsonValue;
  const described = member(record.attributes, 'described') ?? null;
  const { value, places } = withoutAttached(redacted([body, described], name, redaction), redaction);
  if (places.length === 0 || !Array.isArray(value)) return { record, places: [] };
  const [clean = null, cleanDescribed = null] = value;
  const text = JSON.stringify(clean);
  const attributes = { ...record.attributes, described: cleanDescribed };
  return { record: { ...record, body: text, digest: await digest(utf8.write(text)), attributes }, places };
}

/** The outbound form of what a destination may see. Nothing of it is the text that was received. */
function changed(prepared: Prepared, { record, places }: Seen): Prepared {
  if (!prepared.ok || places.length === 0) return prepared;
  const { outbound, content } = prepared;
  const own = places.filter(({ path }) => path.startsWith('/0'));
  const noted = own.map(({ path, kinds }) => ({
    code: 'redacted',
    path: path.slice(2),
    message: `kept from this destination: ${kinds.join(', ')}`,
  }));
  const body = outbound.body ?? record.body;
  return {
    ok: true,
    outbound: { ...outbound, form: 'mapped', body, diagnostics: [...outbound.diagnostics, ...noted] },
    content,
  };
}

/** What breaks a rule is not sent to a destination that is strict. Documents of an LRS have no rules of xAPI. */
function judged(prepared: Prepared, record: StoredRecord, destination: Rendering): Prepared {
  if (!prepared.ok || (destination.kind === 'lrs' && prepared.outbound.resource !== null)) return prepared;
  const value = JSON.parse(prepared.outbound.body ?? record.body) as JsonObject;
  const why = faultsOf(value, destination);
  return why === null ? prepared : { ok: false, reason: 'invalid', why };
}

/**
 * The outbound form of a record for a destination: as received where the destination reads the record's language,
 * else what the crosswalk makes of it. What the destination must not see is taken out before anything is made of it. A record that cannot be converted gets a reason; so does one on which the
 * conversion itself fails, since a single record must not hold the others back.
 */
export async function outboundFor(
  record: StoredRecord,
  destination: Rendering,
  crosswalk: Crosswalk,
  means: Means = { digest: digestOf, utf8: new Utf8Writer() },
): Promise<Prepared> {
  try {
    const own = await seen(record, destination, means);
    const prepared = changed(await mapped(own.record, destination, crosswalk, means), own);
    return destination.strict ? judged(prepared, record, destination) : prepared;
  } catch (error) {
    return {
      ok: false,
      why: `the conversion failed: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
