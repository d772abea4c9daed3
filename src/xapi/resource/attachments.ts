import { isObject, type JsonObject } from '../../json/index.ts';

/** An attachment whose data has to come along with the request, since the statement gives no address for it. */
export interface EnclosedAttachment {
  /** JSON Pointer to the attachment's metadata in the statement. */
  readonly path: string;
  /** Hash by which the data's part of the request is found, as the statement writes it. */
  readonly sha2: string;
}

/**
 * The attachments of a valid statement, and of its SubStatement, that have no `fileUrl`. A request of type
 * application/json has to have none (Communication 1.5.1); one of multipart/mixed has a part for each (1.5.2).
 */
export function enclosedAttachments(statement: JsonObject): EnclosedAttachment[] {
  const object = statement['object'];
  const own = enclosedIn(statement, '');
  return isObject(object) && object['objectType'] === 'SubStatement'
    ? [...own, ...enclosedIn(object, '/object')]
    : own;
}

function enclosedIn(statement: JsonObject, path: string): EnclosedAttachment[] {
  const attachments = statement['attachments'];
  if (!Array.isArray(attachments)) return [];
  return attachments.flatMap((attachment, at) =>
    isObject(attachment) && attachment['fileUrl'] === undefined && typeof attachment['sha2'] === 'string'
      ? [{ path: `${path}/attachments/${at}`, sha2: attachment['sha2'] }]
      : [],
  );
}

/** Metadata of each attachment of a valid statement and of its SubStatement. */
export function attachmentsOf(statement: JsonObject): JsonObject[] {
  const { attachments, object } = statement;
  const own = Array.isArray(attachments) ? attachments.filter(isObject) : [];
  const nested = isObject(object) && object.objectType === 'SubStatement' ? attachmentsOf(object) : [];
  return [...own, ...nested];
}
