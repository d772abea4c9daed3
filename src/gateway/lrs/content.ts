import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { AttachmentContent } from '../../audit/index.ts';
import type { JsonObject } from '../../json/index.ts';
import { attachmentsOf, enclosedAttachments } from '../../xapi/index.ts';
import { bodyBytes, decoded } from '../body.ts';
import { Refusal, type ProblemError } from '../problem.ts';
import type { Limits } from '../services.ts';
import { multipartParts, type Part } from './multipart.ts';

/**
 * What a request that stores statements holds: their JSON text, and the data of attachments that came with it. The text is parsed
 * where its records are made, so that nothing holds the statements while these are written.
 */
export interface StatementsContent {
  readonly text: string;
  /** By their hashes in lower case, which have been checked. */
  readonly attachments: readonly AttachmentContent[];
}

/** SHA-2 by the length of the digest in hex digits (Data 2.4.11). */
const HASHES = { 56: sha224, 64: sha256, 96: sha384, 128: sha512 } as const;

function refusal(code: string, detail: string): Refusal {
  return new Refusal({ status: 400, code, detail });
}

const typeOf = (header: string | undefined) => (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** The data of an attachment from its part (Communication 1.5.2). */
export function attachmentOf({ headers, content }: Part, at: number): AttachmentContent {
  const encoding = headers['content-transfer-encoding']?.toLowerCase();
  if (encoding !== 'binary') {
    throw refusal('multipart', `Part ${at + 1} needs the header "Content-Transfer-Encoding: binary".`);
  }
  const sha2 = headers['x-experience-api-hash']?.toLowerCase() ?? '';
  const hash = HASHES[sha2.length as keyof typeof HASHES] as typeof sha256 | undefined;
  if (!hash || bytesToHex(hash(content)) !== sha2) {
    const wanted = 'the SHA-2 hash of the part’s data in hex';
    throw refusal('attachment-hash', `Part ${at + 1} needs the header X-Experience-API-Hash with ${wanted}.`);
  }
  return { sha2, content };
}

/**
 * Reads the body of a request that stores statements (Communication 1.5): application/json, or multipart/mixed whose
 * first part is the JSON and whose other parts are the data of attachments. Another content type is answered with 400
 * (Communication 3.2). Throws a {@link Refusal} where the body is not what its headers say.
 */
export async function statementsContent(request: Request, limits: Limits): Promise<StatementsContent> {
  const header = request.headers.get('content-type') ?? '';
  const type = typeOf(header);
  if (type === 'application/json')
    return { text: decoded(await bodyBytes(request, limits)), attachments: [] };
  if (type !== 'multipart/mixed') {
    const found = type === '' ? 'no Content-Type' : type;
    throw refusal('content-type', `Send statements as application/json or multipart/mixed; found ${found}.`);
  }
  const parts = multipartParts(await bodyBytes(request, limits), header, limits.batch);
  const [first, ...rest] = parts;
  if (!first || typeOf(first.headers['content-type']) !== 'application/json') {
    throw refusal('multipart', 'The first part holds the statements, as application/json.');
  }
  return { text: decoded(first.content), attachments: rest.map((part, at) => attachmentOf(part, at + 1)) };
}

/**
 * Refuses a request whose attachments and parts do not belong together (Communication 1.5.1, 1.5.2): each attachment
 * without `fileUrl` has its data in a part, and each part is the data of an attachment. `pathAt` gives the pointer of
 * the statement at a place.
 */
export function checkAttachments(
  statements: readonly JsonObject[],
  attachments: readonly AttachmentContent[],
  pathAt: (place: number) => string,
): void {
  const given = new Set(attachments.map(({ sha2 }) => sha2));
  const described = new Set(
    statements.flatMap(attachmentsOf).map(({ sha2 }) => (typeof sha2 === 'string' ? sha2.toLowerCase() : '')),
  );
  const missing = statements.flatMap((statement, at): ProblemError[] =>
    enclosedAttachments(statement)
      .filter(({ sha2 }) => !given.has(sha2.toLowerCase()))
      .map(({ path }) => ({
        path: `${pathAt(at)}${path}`,
        rule: 'xapi-attachment-data',
        message: 'its data is not here: give a fileUrl, or send the data as a part of multipart/mixed',
      })),
  );
  const excess = [...given].filter((sha2) => !described.has(sha2));
  const errors = [
    ...missing,
    ...excess.map((sha2) => ({
      path: '',
      rule: 'xapi-attachment-excess',
      message: `no attachment of a statement describes the part with the hash ${sha2}`,
    })),
  ];
  if (errors.length === 0) return;
  const detail = 'Attachments and the parts of the request do not belong together.';
  throw new Refusal({ status: 400, code: 'attachments', detail, errors });
}
