import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CommandFault, type Terminal } from './terminal.ts';

/** Name that stands for standard input on the command line. */
export const STANDARD_INPUT = '-';

const BYTE_ORDER_MARK = '\uFEFF';

/** Bytes that are read at once. Texts of more than 128 KB lie apart from others in memory, and cost ten times as much to make. */
const CHUNK_BYTES = 65_536;

/** The sources that a command line names: files in order, or standard input where it names none. */
export function sourceNames(files: readonly string[]): readonly string[] {
  return files.length > 0 ? files : [STANDARD_INPUT];
}

/** Size of a file in bytes, or null for what has none (standard input, a pipe). Throws {@link CommandFault}. */
export async function sizeOf(name: string): Promise<number | null> {
  if (name === STANDARD_INPUT) return null;
  const found = await stat(name).catch((error: unknown) => {
    throw unreadable(name, error);
  });
  if (found.isDirectory()) throw new CommandFault(`${name} is a folder, not a file`);
  return found.isFile() ? found.size : null;
}

/**
 * Reads a file or standard input as text, piece by piece. A byte order mark at the start is left out. `onBytes` is
 * told how many bytes each piece had. Throws {@link CommandFault} where the source cannot be read or is not UTF-8.
 */
export async function* textOf(
  name: string,
  terminal: Terminal,
  onBytes: (count: number) => void = () => undefined,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (bytes: Uint8Array) => {
    try {
      return decoder.decode(bytes);
    } catch {
      throw new CommandFault(`${displayName(name)} is not UTF-8 text`);
    }
  };
  let begun: Uint8Array = new Uint8Array();
  let isFirst = true;
  for await (const piece of unpacked(counted(bytesOf(name, terminal), onBytes), name)) {
    const bytes = begun.length > 0 ? Buffer.concat([begun, piece]) : piece;
    const length = wholeLength(bytes);
    begun = bytes.subarray(length);
    const text = decode(bytes.subarray(0, length));
    yield isFirst && text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
    isFirst &&= text === '';
  }
  if (!terminal.interrupted.aborted) yield decode(begun);
}

/**
 * How many bytes hold whole characters: the last one may go on in the next piece. A decoder that is told to wait for it
 * reads all text in a slower way.
 */
function wholeLength(bytes: Uint8Array): number {
  const { length } = bytes;
  for (let back = 1; back <= Math.min(3, length); back += 1) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) return length;
    if (byte < 0xc0) continue;
    const size = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return size > back ? length - back : length;
  }
  return length;
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of chunks) {
    onBytes(bytes.length);
    yield bytes;
  }
}

/** What gzip packed (RFC 1952 begins with two bytes that no text begins with), or the bytes as they are. */
async function* unpacked(chunks: AsyncGenerator<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const head = await chunks.next();
  if (head.done === true) return;
  const first = head.value;
  const whole = (async function* () {
    yield first;
    yield* chunks;
  })();
  if (first[0] !== 0x1f || first[1] !== 0x8b) return yield* whole;
  try {
    const gunzip = createGunzip();
    pipeline(Readable.from(whole), gunzip, () => undefined);
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof CommandFault) throw error;
    throw new CommandFault(`${displayName(name)} is no whole gzip file: ${(error as Error).message}`);
  }
}

/** How a source is called in messages. */
export function displayName(name: string): string {
  return name === STANDARD_INPUT ? 'standard input' : name;
}

/** What a stream gives until its end, or until the user interrupts, also while nothing comes. */
async function* bytesOf(name: string, { input, interrupted }: Terminal): AsyncGenerator<Uint8Array> {
  const stream: Readable =
    name === STANDARD_INPUT ? input : createReadStream(name, { highWaterMark: CHUNK_BYTES });
  try {
    for await (const chunk of addAbortSignal(interrupted, stream)) {
      yield typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
    }
  } catch (error) {
    if (!interrupted.aborted) throw unreadable(name, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'no permission to read it',
  EISDIR: 'it is a folder, not a file',
};

function unreadable(name: string, error: unknown): CommandFault {
  if (error instanceof CommandFault) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = REASONS[code ?? ''] ?? message;
  return new CommandFault(`cannot read ${displayName(name)}: ${reason}`, { cause: error });
}
