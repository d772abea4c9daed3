import { isObject, isString, member, type JsonObject } from '../../json/index.ts';
import type { AttachmentContent } from '../../audit/index.ts';
import { instantOf } from '../../xapi/index.ts';
import { decoded } from '../body.ts';
import { jsonBody } from '../json-body.ts';
import { attachmentOf } from '../lrs/content.ts';
import { multipartParts } from '../lrs/multipart.ts';
import { Refusal } from '../problem.ts';
import { PullError, type PulledAnswer } from './client.ts';

/** A statement of a page. */
export interface PulledStatement {
  readonly value: JsonObject;
  /** Its source text. */
  readonly text: string;
  /** When the LRS stored it, in milliseconds since 1970-01-01T00:00:00Z; undefined where it does not say. */
  readonly stored: number | undefined;
}

/** A StatementResult with the data of its attachments (Communication 2.1.3, 1.5.2). */
export interface PulledPage {
  readonly statements: readonly PulledStatement[];
  /** Where the next page lies, as the LRS writes it; empty where there is none. */
  readonly more: string;
  readonly attachments: readonly AttachmentContent[];
  /** Through which time the LRS says that all is to be seen; undefined where it does not say. */
  readonly consistentThrough: number | undefined;
}

/** Bounds on the JSON of a page: its size is bounded where it is read. */
const PAGE_LIMITS = { depth: 512, stringLength: Infinity, members: Infinity };
const MOST_PARTS = 100_000;

const instant = (value: unknown) => (isString(value) ? instantOf(value, '1.0') : undefined);

function partsOf({ headers, bytes }: PulledAnswer) {
  const type = headers.get('content-type') ?? '';
  if (!/^multipart\/mixed\b/i.test(type.trim())) return { content: bytes, attachments: [] };
  const [first, ...rest] = multipartParts(bytes, type, MOST_PARTS);
  return { content: first?.content ?? new Uint8Array(), attachments: rest.map(attachmentOf) };
}

/** Reads the answer of a statements resource. Throws a {@link PullError} for one that holds no StatementResult. */
export function pageOf(url: string, answer: PulledAnswer): PulledPage {
  try {
    const { content, attachments } = partsOf(answer);
    const body = jsonBody(decoded(content), PAGE_LIMITS, 'statements');
    const list = isObject(body.value) ? member(body.value, 'statements') : undefined;
    if (!isObject(body.value) || !Array.isArray(list)) throw new PullError(`${url} gave no StatementResult`);
    const statements = list.map((value, at) => {
      const whole = isObject(value) ? value : {};
      return { value: whole, text: body.elements?.[at] ?? '', stored: instant(member(whole, 'stored')) };
    });
    const more = member(body.value, 'more');
    const through = answer.headers.get('x-experience-api-consistent-through');
    return { statements, attachments, more: isString(more) ? more : '', consistentThrough: instant(through) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new PullError(`${url} gave an answer that cannot be read: ${error.message}`, { cause: error });
  }
}
