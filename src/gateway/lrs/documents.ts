import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { DocumentKey, StoredDocument } from '../../audit/index.ts';
import { isObject, type JsonObject, type JsonValue } from '../../json/index.ts';
import type { DocumentResourceName, XapiVersion } from '../../xapi/index.ts';
import { decoded } from '../body.ts';
import { jsonBody } from '../json-body.ts';
import { Refusal } from '../problem.ts';
import type { Services } from '../services.ts';

/** A document as a request sends it. */
export interface SentDocument {
  readonly content: Uint8Array;
  readonly contentType: string;
}

/** Which documents a request means to write over (RFC 9110 section 13.1); undefined where it does not say. */
export interface Preconditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** A change to one document. */
export interface DocumentChange {
  readonly key: DocumentKey;
  readonly preconditions: Preconditions;
}

/** How often a change is tried again after another writer came between reading and writing. */
const MOST_RACES = 10;

const JSON_TYPE = 'application/json';
const isJson = ({ contentType }: SentDocument) =>
  contentType.split(';')[0]?.trim().toLowerCase() === JSON_TYPE;

/** The entity tag of a content: SHA-1 in hex, as 1.0.3 has it (Communication 3.1). */
const etagOf = (content: Uint8Array) => bytesToHex(sha1(content));

function tagged(header: string, etag: string): boolean {
  // Clients that compute the hash themselves send it without quotes.
  const tags = header.split(',').map((tag) => tag.trim().replace(/^(?:W\/)?"(.*)"$/, '$1'));
  return tags.includes('*') || tags.includes(etag);
}

function failed(detail: string): Refusal {
  return new Refusal({ status: 412, code: 'precondition-failed', detail });
}

/** Refuses a change that means another state of the document than the stored one (412). */
function checkPreconditions({ ifMatch, ifNoneMatch }: Preconditions, found: StoredDocument | null): void {
  if (ifMatch !== undefined && !(found && tagged(ifMatch, found.etag))) {
    throw failed('If-Match names another state of the document. Read it again before you change it.');
  }
  if (ifNoneMatch !== undefined && found && tagged(ifNoneMatch, found.etag)) {
    throw failed('There is such a document already, which If-None-Match excludes.');
  }
}

/**
 * Refuses a PUT that does not say what it writes over: profiles in 1.0, every document in 2.0. Where there is a
 * document it conflicts (409). Where there is none, 1.0 still asks for the header (Communication 3.1; 400).
 */
function checkIntent(
  { key, preconditions: { ifMatch, ifNoneMatch } }: DocumentChange,
  found: StoredDocument | null,
  version: XapiVersion,
): void {
  const needed = version === '2.0' || key.resource !== 'state';
  if (!needed || ifMatch !== undefined || ifNoneMatch !== undefined) return;
  if (!found && version === '2.0') return;
  if (!found) {
    const detail = 'Say with If-None-Match: * that the document is to be a new one.';
    throw new Refusal({ status: 400, code: 'precondition-required', detail });
  }
  const detail =
    'There is a document already. Read it, and send If-Match with its ETag to write over it, or If-None-Match: *.';
  throw new Refusal({ status: 409, code: 'document-conflict', detail });
}

function invalid(detail: string): Refusal {
  return new Refusal({ status: 400, code: 'invalid-document', detail });
}

function jsonOf(content: Uint8Array, { limits }: Services): JsonValue {
  return jsonBody(decoded(content), limits).value;
}

function objectOf(document: SentDocument, whose: string, services: Services): JsonObject {
  const value = isJson(document) ? jsonOf(document.content, services) : undefined;
  if (isObject(value)) return value;
  throw invalid(`${whose} document is no JSON object, so that the two cannot be merged. Use PUT.`);
}

/** The top-level properties of the stored document with those of the sent one over them (Communication 2.2). */
function merged(stored: StoredDocument | null, sent: SentDocument, services: Services): SentDocument {
  const properties = isJson(sent) || stored ? objectOf(sent, 'The sent', services) : undefined;
  if (!stored || !properties) return sent;
  const all = { ...objectOf(stored, 'The stored', services), ...properties };
  return { content: new TextEncoder().encode(JSON.stringify(all)), contentType: JSON_TYPE };
}

async function changed(
  { key, preconditions }: DocumentChange,
  services: Services,
  change: (found: StoredDocument | null) => Promise<boolean>,
): Promise<void> {
  const { documents } = services.log;
  for (let tries = 0; tries < MOST_RACES; tries += 1) {
    const found = await documents.find(key);
    checkPreconditions(preconditions, found);
    if (await change(found)) return;
  }
  throw failed('Others changed the document each time. Send the request again.');
}

async function written(
  key: DocumentKey,
  { content, contentType }: SentDocument,
  found: StoredDocument | null,
  { log: { documents }, now }: Services,
): Promise<boolean> {
  if (content.length > documents.largestContent) {
    const detail = `The document has more than the ${documents.largestContent} bytes that are kept.`;
    throw new Refusal({ status: 413, code: 'document-too-large', detail });
  }
  const document = { content, contentType, etag: etagOf(content), updatedAt: now() };
  return documents.write(key, document, found?.etag ?? null);
}

/** Stores a document in place of the one under its key, if any (Communication 2.2). */
export async function putDocument(
  change: DocumentChange,
  sent: SentDocument,
  version: XapiVersion,
  services: Services,
): Promise<void> {
  if (isJson(sent)) jsonOf(sent.content, services);
  await changed(change, services, (found) => {
    checkIntent(change, found, version);
    return written(change.key, sent, found, services);
  });
}

/** Stores a document, or merges it into the one under its key where both are JSON objects (Communication 2.2). */
export async function postDocument(
  change: DocumentChange,
  sent: SentDocument,
  services: Services,
): Promise<void> {
  await changed(change, services, (found) =>
    written(change.key, merged(found, sent, services), found, services),
  );
}

/** Removes a document. One that is not there is removed already. */
export async function deleteDocument(change: DocumentChange, services: Services): Promise<void> {
  await changed(change, services, async (found) =>
    found ? services.log.documents.remove(change.key, found.etag) : true,
  );
}

/** Paths of the document resources. */
export const DOCUMENT_PATHS: Readonly<Record<DocumentResourceName, string>> = {
  state: '/activities/state',
  'agent-profile': '/agents/profile',
  'activity-profile': '/activities/profile',
};
