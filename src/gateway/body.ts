import { Refusal } from './problem.ts';

/** How much of a body is read. */
export interface BodyLimits {
  /** Most bytes as sent. */
  readonly bodyBytes: number;
  /** Most bytes after decompression. */
  readonly decompressedBytes: number;
}

/** Content codings (RFC 9110 section 8.4.1), and what a host's DecompressionStream calls them. */
const CODINGS: Readonly<Record<string, string>> = { gzip: 'gzip', 'x-gzip': 'gzip', br: 'brotli' };

function tooLarge(limit: number, state: 'as sent' | 'decompressed'): Refusal {
  const detail = `The body has more than ${limit} bytes ${state}, which is the limit here. Send fewer records at once.`;
  return new Refusal({ status: 413, code: 'body-too-large', detail });
}

function decompressor(coding: string): DecompressionStream | undefined {
  const format = Object.hasOwn(CODINGS, coding) ? CODINGS[coding] : undefined;
  if (format === undefined) return undefined;
  try {
    // Brotli came to the hosts later than gzip, and their types name only what every one of them has.
    return new DecompressionStream(format as 'gzip');
  } catch {
    return undefined;
  }
}

function unreadable(coding: string): Refusal {
  const accepted = ['gzip', 'br'].filter((name) => decompressor(name) !== undefined).join(', ');
  return new Refusal({
    status: 415,
    code: 'content-encoding',
    detail: `Content-Encoding "${coding}" is not read here. Send the body plain or as one of: ${accepted}.`,
    headers: { 'accept-encoding': accepted },
  });
}

/** Reads a stream to its end, or until it has more bytes than the limit. */
async function bytesOf(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  state: 'as sent' | 'decompressed',
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    length += next.value.byteLength;
    if (length > limit) {
      const refusal = tooLarge(limit, state);
      // The sender's side of a stream that is given up may fail in its turn; the answer is known already.
      reader.cancel(refusal).catch(() => undefined);
      throw refusal;
    }
  }
  return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

async function decompressed(bytes: Uint8Array, coding: string, limit: number): Promise<Uint8Array> {
  const transform = decompressor(coding);
  if (!transform) throw unreadable(coding);
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  try {
    return await bytesOf(source.pipeThrough(transform), limit, 'decompressed');
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal({
      status: 400,
      code: 'content-encoding',
      detail: `The body is no whole ${coding} stream, although Content-Encoding says so.`,
    });
  }
}

/** Bytes as UTF-8 text, without a byte order mark. Throws a {@link Refusal} with status 400 where they are none. */
export function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal({
      status: 400,
      code: 'invalid-encoding',
      detail: 'The body is not UTF-8, which JSON that is exchanged must be (RFC 8259 section 8.1).',
    });
  }
}

async function received(request: Request, limit: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit, 'as sent');
  return request.body ? bytesOf(request.body, limit, 'as sent') : new Uint8Array();
}

/**
 * Reads a request's body after undoing its Content-Encoding. Bytes are counted while they come, before and after
 * decompression, so that no sender makes the gateway hold more than the limits.
 *
 * Throws a {@link Refusal}: 413 past a limit, 415 for a coding that this host cannot undo, 400 for a body that is
 * not what its headers say.
 */
export async function bodyBytes(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  const coding = (request.headers.get('content-encoding') ?? '').trim().toLowerCase();
  const plain = coding === '' || coding === 'identity';
  if (!plain && !Object.hasOwn(CODINGS, coding)) throw unreadable(coding);
  const bytes = await received(request, limits.bodyBytes);
  return plain ? bytes : decompressed(bytes, coding, limits.decompressedBytes);
}

/** Reads a request's body as {@link bodyBytes} does, as UTF-8 text. */
export async function bodyText(request: Request, limits: BodyLimits): Promise<string> {
  return decoded(await bodyBytes(request, limits));
}
