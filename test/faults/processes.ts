import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';

/** A free port of this machine. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Waits until something holds; rejects with what it was after a time in milliseconds. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  milliseconds: number,
): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it did not come to pass: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A program that is started, killed, and started again. */
export class Killable {
  readonly #words: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;
  readonly #health: string;
  #process: ChildProcess | undefined;
  /** What it wrote to its error output, the last of it. */
  errors = '';

  constructor(words: readonly string[], health: string, environment: Readonly<Record<string, string>> = {}) {
    this.#words = words;
    this.#health = health;
    this.#environment = environment;
  }

  /** Starts it where it does not run. */
  async start(): Promise<void> {
    if (this.#process?.exitCode === null && this.#process.signalCode === null) return;
    const environment = { ...process.env, ...this.#environment };
    this.#process = spawn(process.execPath, this.#words, {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process.stderr?.on('data', (piece) => (this.errors = (this.errors + String(piece)).slice(-20_000)));
    const answers = () =>
      fetch(this.#health).then(
        () => true,
        () => false,
      );
    const child = this.#process;
    const ended = () => child.exitCode !== null || child.signalCode !== null;
    await until(`${this.#words.join(' ')} runs`, async () => ended() || (await answers()), 60_000);
  }

  /** SIGKILL: nothing of it runs on. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
}
