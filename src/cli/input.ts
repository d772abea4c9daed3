import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CommandFault, type Terminal } from './terminal.ts';

/** Name that stands for standard input on the command line. */
export const STANDARD_INPUT = '-';

const CHUNK_BYTES = 262_144;

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
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new CommandFault(`${displayName(name)} is not UTF-8 text`);
    }
  };
  for await (const bytes of unpacked(counted(bytesOf(name, terminal), onBytes), name)) yield decode(bytes);
  if (!terminal.interrupted.aborted) yield decode();
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
