import type { Writable } from 'node:stream';

const FLUSH_AT = 65_536;

/**
 * Writes lines in large pieces and waits while the reader is behind, so that memory stays flat however much is
 * written. What was written is only sure to be out after {@link LineWriter.flush}.
 */
export class LineWriter {
  readonly #stream: Writable;
  #pending = '';

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Takes one line, without its end. Resolves when there is room for the next one. */
  async write(line: string): Promise<void> {
    this.#pending += `${line}\n`;
    if (this.#pending.length >= FLUSH_AT) await this.flush();
  }

  /** Takes lines that have their ends. Resolves when there is room for the next ones. */
  async writeAll(lines: string): Promise<void> {
    this.#pending += lines;
    if (this.#pending.length >= FLUSH_AT) await this.flush();
  }

  /**
   * Hands over what is pending. Resolves at once where nobody reads any more. `before` is called where something is
   * written, and not where nothing was pending.
   */
  async flush(before: () => void = () => undefined): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    if (text === '' || this.#stream.destroyed) return;
    before();
    if (!this.#stream.write(text)) await roomAgain(this.#stream);
  }
}

/** Resolves when the stream takes more, and also when it has closed: a reader that left is told elsewhere. */
function roomAgain(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'error'];
    const settle = () => {
      for (const event of events) stream.off(event, settle);
      resolve();
    };
    for (const event of events) stream.on(event, settle);
  });
}
