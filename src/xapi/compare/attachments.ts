import { isObject, type JsonObject, type JsonValue } from '../../json/index.ts';
import { mapMembers } from '../parts.ts';
import { SIGNATURE } from '../rules/attachment.ts';
import { lowerCase } from './case.ts';

/**
 * Attachments as they are compared. 2.3.1 excepts the attachments themselves, that is their data and where it lies
 * (`fileUrl`), not what the statement says of them; and 2.6 compares with what was signed, which lacks the
 * attachment that holds the signature.
 */
export function comparableAttachments(attachments: JsonValue): JsonValue {
  if (!Array.isArray(attachments)) return attachments;
  return attachments
    .filter((attachment) => !isObject(attachment) || attachment['usageType'] !== SIGNATURE)
    .map((attachment) => (isObject(attachment) ? withoutPlace(attachment) : attachment));
}

function withoutPlace({ fileUrl: _fileUrl, ...attachment }: JsonObject): JsonObject {
  return mapMembers(attachment, { sha2: lowerCase });
}
