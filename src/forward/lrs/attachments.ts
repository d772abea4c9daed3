import type { Storage } from '../../audit/index.ts';
import { isObject, isString, type JsonObject, type JsonValue } from '../../json/index.ts';
import { attachmentsOf } from '../../xapi/index.ts';
import type { ReadyItem } from '../sender.ts';

/** The data of an attachment, as it travels (xAPI Communication 1.5.2). */
export interface AttachedData {
  readonly contentType: string;
  /** The hash as the statement writes it. */
  readonly sha2: string;
  readonly content: Uint8Array;
}

/** What can stand in a header: a statement that was taken in spite of what it says may hold anything. */
const HEADER = /^[\x20-\x7e]+$/;
const UNKNOWN = 'application/octet-stream';

/**
 * Most statements have no attachment, and need not be read again to say so. The longer a word that is looked for, the fewer
 * places of a text are looked at.
 */
function described(text: string): JsonObject[] {
  if (!text.includes('"attachments"')) return [];
  const value = JSON.parse(text) as JsonValue;
  return isObject(value) ? attachmentsOf(value) : [];
}

/** Bytes of the attachments of a statement's text, as it says itself: what a request with it will hold. */
export function attachedBytes(text: string): number {
  return described(text).reduce((sum, { length }) => sum + (typeof length === 'number' ? length : 0), 0);
}

/**
 * The data that belong to the statements of a request, each once. What the log has no data of lies elsewhere, at the
 * statement's `fileUrl`.
 */
export async function attachedTo(
  parcel: readonly ReadyItem[],
  log: Pick<Storage, 'attachment'>,
): Promise<AttachedData[]> {
  const wanted = new Map<string, { tenant: string; sha2: string; contentType: string }>();
  for (const { item, text } of parcel) {
    for (const { sha2, contentType } of described(text)) {
      if (!isString(sha2) || wanted.has(sha2.toLowerCase())) continue;
      const type = isString(contentType) && HEADER.test(contentType) ? contentType : UNKNOWN;
      wanted.set(sha2.toLowerCase(), { tenant: item.record.tenant, sha2, contentType: type });
    }
  }
  const found = await Promise.all(
    [...wanted].map(async ([key, { tenant, ...parts }]) => {
      const content = await log.attachment(tenant, key);
      return content ? [{ ...parts, content }] : [];
    }),
  );
  return found.flat();
}
