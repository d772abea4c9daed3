import type { JsonObject } from '../../json/index.ts';
import type { Answer, Call } from '../call.ts';
import type { LrsDestination } from './config.ts';
import { getDocument, putDocument } from './request.ts';

/**
 * Puts a document where an LRS keeps it: new with `If-None-Match`, over an older one with `If-Match` (xAPI
 * Communication 3.1). One that stands there already, from an attempt whose answer was lost, is taken as written.
 */
export async function storeDocument(
  destination: LrsDestination,
  call: Call,
  resource: JsonObject,
  text: string,
): Promise<Answer> {
  const created = await call(putDocument(destination, resource, text, { 'if-none-match': '*' }));
  if (created.status !== 412 && created.status !== 409) return created;
  const present = await call(getDocument(destination, resource));
  if (present.status !== 200) return present.status === 404 ? created : present;
  if (present.text === text) return { ...present, text: 'the same document is stored' };
  const tag = present.headers.get('etag') ?? '*';
  return call(putDocument(destination, resource, text, { 'if-match': tag }));
}
