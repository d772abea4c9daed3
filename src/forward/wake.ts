/** Resolves after a number of milliseconds, or as soon as the signal is aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}

/** A bell that is rung for a sleeper, or for the next one who is about to sleep. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Sleeps until the bell is rung, the time is over or the signal is aborted. */
  async sleep(
    milliseconds: number,
    signal: AbortSignal,
    sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const woken = new AbortController();
    const wake = () => woken.abort();
    this.#wake = wake;
    signal.addEventListener('abort', wake);
    if (!this.#rung && !signal.aborted) await sleep(milliseconds, woken.signal);
    signal.removeEventListener('abort', wake);
    this.#rung = false;
    this.#wake = undefined;
  }
}
