import { ACCEPTED, CODINGS, type Decompressor } from './codings/index.ts';
import { Refusal } from './problem.ts';

/** How much of a body is read. */
export interface BodyLimits {
  /** Most bytes as sent. */
  readonly bodyBytes: number;
  /** Most bytes after decompression. */
  readonly decompressedBytes: number;
}

/** More codings than anybody applies to one body: each one costs a pass over it. */
const MOST_CODINGS = 3;

function tooLarge(limit: number, state: 'as sent' | 'decompressed'): Refusal {
  const detail = `The body has more than ${limit} bytes ${state}, which is the limit here. Send fewer records at once.`;
  return new Refusal({ status: 413, code: 'body-too-large', detail });
}

/** The codings that were applied to a body, in their order, without those that change nothing. */
const codingsOf = (header: string | null) =>
  (header ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');

/** How to undo codings, the last one first. Throws a {@link Refusal} with status 415 for one that is unknown. */
function decompressorsFor(header: string | null): [string, Decompressor][] {
  const applied = codingsOf(header);
  if (applied.length > MOST_CODINGS) throw unreadable(applied.join(', '));
  return applied.reverse().map((coding) => {
    const decompressor = CODINGS.get(coding);
    if (!decompressor) throw unreadable(coding);
    return [coding, decompressor];
  });
}

function unreadable(coding: string): Refusal {
  return new Refusal({
    status: 415,
    code: 'content-encoding',
    detail: `Content-Encoding "${coding}" is not read here. Send the body plain or as one of: ${ACCEPTED}.`,
    headers: { 'accept-encoding': ACCEPTED },
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

async function decompressed(
  bytes: Uint8Array,
  [coding, decompressor]: [string, Decompressor],
  limit: number,
): Promise<Uint8Array> {
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  try {
    return await bytesOf(source.pipeThrough(decompressor()), limit, 'decompressed');
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

/**
 * A body whose length is told is read in one go, which takes half as long: no server hands out more than was told. What comes in
 * chunks is counted while it comes.
 */
async function received(request: Request, limit: number): Promise<Uint8Array> {
  const { headers } = request;
  const length = headers.get('content-length');
  if (Number(length ?? 0) > limit) throw tooLarge(limit, 'as sent');
  if (length !== null && !headers.has('transfer-encoding')) {
    const bytes = new Uint8Array(await request.arrayBuffer());
    if (bytes.byteLength > limit) throw tooLarge(limit, 'as sent');
    return bytes;
  }
  return request.body ? bytesOf(request.body, limit, 'as sent') : new Uint8Array();
}

/**
 * Reads a request's body after undoing its Content-Encoding. Bytes are counted while they come, before and after
 * decompression, so that no sender makes the gateway hold more than the limits.
 *
 * Throws a {@link Refusal}: 413 past a limit, 415 for a coding that is not undone here, 400 for a body that is
 * not what its headers say.
 */
export async function bodyBytes(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  const decompressors = decompressorsFor(request.headers.get('content-encoding'));
  let bytes = await received(request, limits.bodyBytes);
  for (const one of decompressors) bytes = await decompressed(bytes, one, limits.decompressedBytes);
  return bytes;
}

/** Reads a request's body as {@link bodyBytes} does, as UTF-8 text. */
export async function bodyText(request: Request, limits: BodyLimits): Promise<string> {
  return decoded(await bodyBytes(request, limits));
}
