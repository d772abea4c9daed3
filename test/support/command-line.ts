import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/cli/program.ts';

/** What a command line came to. */
export interface Ran {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

interface Situation {
  readonly input?: string | Iterable<string | Uint8Array>;
  /** True where a person looks at the error output. */
  readonly terminal?: boolean;
  readonly environment?: Record<string, string>;
  readonly interrupted?: AbortSignal;
}

class Kept extends Writable {
  readonly pieces: string[] = [];
  readonly isTTY: boolean;

  constructor(isTTY: boolean) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(piece: string | Buffer, _encoding: string, done: () => void): void {
    this.pieces.push(String(piece));
    done();
  }
}

/** Runs the command line in this process, at nine in the morning of 1 September 2025 (UTC). */
export async function crosswalk(words: readonly string[], situation: Situation = {}): Promise<Ran> {
  const { input = '', terminal = false, environment = {}, interrupted } = situation;
  const output = new Kept(false);
  const errors = new Kept(terminal);
  const status = await run(words, {
    input: Readable.from(typeof input === 'string' ? [Buffer.from(input)] : input),
    output,
    errors,
    environment,
    now: () => new Date('2025-09-01T09:00:00.000Z'),
    interrupted: interrupted ?? new AbortController().signal,
  });
  return { status, output: output.pieces.join(''), errors: errors.pieces.join('') };
}

/** The JSON values of a text with one a line. */
export function lines<Value>(text: string): Value[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Value);
}

interface ProcessOptions {
  readonly nodeOptions?: readonly string[];
  /** Descriptor of a file to read as standard input; a pipe where it is left out. */
  readonly input?: number;
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the command line in a process of its own, from the sources. */
export function startCrosswalk(words: readonly string[], options: ProcessOptions = {}): ChildProcess {
  const { nodeOptions = [], input = 'pipe', environment = {} } = options;
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const start = [...nodeOptions, '--import', import.meta.resolve('tsx'), main, ...words];
  const env = { ...process.env, ...environment };
  return spawn(process.execPath, start, { stdio: [input, 'pipe', 'pipe'], env });
}

/** Everything that a stream gives, as text. */
export async function textOf(stream: Readable | null): Promise<string> {
  let text = '';
  for await (const piece of stream ?? []) text += String(piece);
  return text;
}

/** Exit status of a process that ends by itself. */
export function ended(process: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => void process.once('exit', (code) => resolve(code)));
}

/** A folder for one test's files. */
export interface Folder {
  readonly path: string;
  /** Writes a file and gives its path. */
  readonly file: (name: string, content: unknown) => string;
  readonly remove: () => void;
}

/** Makes an empty folder for temporary files. */
export function folder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'crosswalk-'));
  return {
    path,
    file: (name, content) => {
      const file = join(path, name);
      writeFileSync(
        file,
        typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
      );
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
