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

const NONE: readonly JsonObject[] = [];

/**
 * What a statement says of its attachments, from its text. Most have none, and need not be read again to say so. The longer a word
 * that is looked for, the fewer places of a text are looked at.
 */
export function attachmentsIn(text: string): readonly JsonObject[] {
  if (!text.includes('"attachments"')) return NONE;
  const value = JSON.parse(text) as JsonValue;
  return isObject(value) ? attachmentsOf(value) : NONE;
}

/** Bytes of attachments, as the statement says itself: what a request with them will hold. */
export const attachedBytes = (attachments: readonly JsonObject[]): number =>
  attachments.reduce((sum, { length }) => sum + (typeof length === 'number' ? length : 0), 0);

/**
 * The data that belong to the statements of a request, each once. What the log has no data of lies elsewhere, at the
 * statement's `fileUrl`.
 */
export async function attachedTo(
  parcel: readonly ReadyItem[],
  log: Pick<Storage, 'attachment'>,
): Promise<AttachedData[]> {
  const wanted = new Map<string, { tenant: string; sha2: string; contentType: string }>();
  for (const { item, attachments } of parcel) {
    for (const { sha2, contentType } of attachments) {
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
