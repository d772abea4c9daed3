import type { JsonObject } from '../../json/index.ts';
import { iri } from '../formats/iri.ts';
import { languageMap } from '../formats/language.ts';
import { isMediaType, mediaType } from '../formats/media-type.ts';
import { shown, type Check, type Report } from '../report.ts';
import { checkShape, listOf, shape } from '../shape.ts';

/** Usage of the attachment that holds a statement's signature (Data 2.6). */
export const SIGNATURE = 'http://adlnet.gov/expapi/attachments/signature';

const OCTETS = 'application/octet-stream';
// SHA-224, SHA-256, SHA-384 and SHA-512 in hex
const SHA2 = /^(?:[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i;

const length: Check = (value, path, report) => {
  if (typeof value !== 'number') return report.mistyped(path, value, 'a number of octets');
  if (!Number.isInteger(value) || value < 0) {
    report.say(path, 'xapi-attachment-length', `${value} is no number of octets: a whole number, 0 or more`);
  }
};

const sha2: Check = (value, path, report) => {
  if (typeof value !== 'string') return report.mistyped(path, value, 'a SHA-2 hash in hex');
  if (!SHA2.test(value)) {
    report.say(
      path,
      'xapi-attachment-sha2',
      `${shown(value)} is no SHA-2 hash in hex (SHA-256 has 64 digits)`,
    );
  }
};

const ATTACHMENT = shape(
  'an Attachment',
  {
    usageType: iri,
    display: languageMap,
    description: languageMap,
    contentType: mediaType,
    length,
    sha2,
    fileUrl: iri,
  },
  ['usageType', 'display', 'contentType', 'length', 'sha2'],
);

const attachment: Check = (value, path, report) => {
  if (checkShape(value, path, report, ATTACHMENT)) checkSignature(value, path, report);
};

function checkSignature(attachment: JsonObject, path: string, report: Report): void {
  const type = attachment['contentType'];
  if (attachment['usageType'] !== SIGNATURE || typeof type !== 'string' || !isMediaType(type)) return;
  if (type.toLowerCase() !== OCTETS) {
    report.say(
      `${path}/contentType`,
      'xapi-signature-content-type',
      `a signature has the content type "${OCTETS}", not ${shown(type)}`,
    );
  }
}

/** The attachments' metadata (Data 2.4.11). Their data travels beside the statement and is not looked at here. */
export const attachments: Check = listOf(attachment, 'Attachments');
