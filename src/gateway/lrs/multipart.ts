import { MultipartParseError, parseMultipart } from '@remix-run/multipart-parser';
import { Refusal } from '../problem.ts';

/** One part of a multipart message. Names of headers are in lower case. */
export interface Part {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly content: Uint8Array;
}

function malformed(detail: string): Refusal {
  return new Refusal({ status: 400, code: 'multipart', detail });
}

/** The boundary that a Content-Type names, without quotes (RFC 2046 section 5.1.1). */
function boundaryOf(contentType: string): string {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw malformed('The Content-Type multipart/mixed names no boundary.');
  return boundary;
}

/** Where the first delimiter begins: a message may have a preamble (RFC 2046), which the parser does not pass over. */
function start(bytes: Uint8Array, boundary: string): number {
  const [first, ...rest] = new TextEncoder().encode(`--${boundary}`);
  for (let at = bytes.indexOf(first ?? 0); at >= 0; at = bytes.indexOf(first ?? 0, at + 1)) {
    const opensLine = at === 0 || bytes[at - 1] === 0x0a;
    if (opensLine && rest.every((byte, offset) => bytes[at + 1 + offset] === byte)) return at;
  }
  throw malformed('The body does not hold the boundary that the Content-Type names.');
}

/**
 * The parts of a multipart message that has been read whole. Throws a {@link Refusal} with status 400 where the body
 * is not what its Content-Type says.
 */
export function multipartParts(bytes: Uint8Array, contentType: string, mostParts: number): Part[] {
  const boundary = boundaryOf(contentType);
  const message = bytes.subarray(start(bytes, boundary));
  // The request as a whole has been held to the limits already.
  const limits = { maxFileSize: message.length, maxTotalSize: message.length, maxParts: mostParts };
  try {
    return Array.from(parseMultipart(message, { boundary, ...limits }), (part) => ({
      headers: part.headers,
      content: part.bytes,
    }));
  } catch (error) {
    if (!(error instanceof MultipartParseError)) throw error;
    throw malformed(`The body cannot be read as multipart/mixed: ${error.message}.`);
  }
}
