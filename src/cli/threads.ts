import { Worker } from 'node:worker_threads';
import type { Batch } from './batch.ts';
import type { ConverterOptions, Language } from './conversion.ts';

/** True where threads can be started: Node loads only compiled ones, so that the sources run without. */
export const THREADS_START = import.meta.url.endsWith('.js');

/** What a thread converts with: the same as the command itself. */
export interface ThreadSettings {
  readonly language: Language;
  readonly mappings: string | undefined;
  readonly options: ConverterOptions;
}

/** How many batches are sent ahead for each thread, so that none is idle and few are held. */
const BATCHES_A_THREAD = 2;

interface Thread {
  readonly worker: Worker;
  /** What waits for a batch to come back, in the order in which batches were sent. */
  readonly waiting: { readonly resolve: (batch: Batch) => void; readonly reject: (fault: unknown) => void }[];
}

/** Threads that convert batches side by side. */
export class Threads {
  readonly #started: readonly Worker[];
  /** Those that have loaded. */
  readonly #threads: Thread[] = [];
  #fault: Error | undefined;

  constructor(count: number, settings: ThreadSettings) {
    const file = new URL('./thread.js', import.meta.url);
    this.#started = Array.from({ length: count }, () => new Worker(file, { workerData: settings }));
    this.ready = Promise.race(this.#started.map((worker) => this.#listen(worker)));
    // a fault is told where it is waited for
    this.ready.catch(() => undefined);
  }

  #listen(worker: Worker): Promise<void> {
    const waiting: Thread['waiting'] = [];
    return new Promise((resolve, reject) => {
      worker.once('message', () => {
        this.#threads.push({ worker, waiting });
        worker.on('message', (batch: Batch) => waiting.shift()?.resolve(batch));
        resolve();
      });
      worker.on('error', (fault: Error) => {
        this.#fault = fault;
        for (const waiter of waiting.splice(0)) waiter.reject(fault);
        reject(fault);
      });
    });
  }

  /** Resolves when the first thread has loaded; rejects where one cannot. */
  readonly ready: Promise<void>;

  /** How many batches keep the threads busy. */
  get enough(): number {
    return this.#started.length * BATCHES_A_THREAD;
  }

  /** Converts a batch in the thread that has least to do. Rejects where a thread has ended by a fault. */
  convert(texts: readonly string[]): Promise<Batch> {
    const [first, ...others] = this.#threads;
    if (!first || this.#fault) return Promise.reject(this.#fault ?? new Error('no thread is ready'));
    const freest = others.reduce((a, b) => (b.waiting.length < a.waiting.length ? b : a), first);
    return new Promise((resolve, reject) => {
      freest.waiting.push({ resolve, reject });
      freest.worker.postMessage(texts);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#started.map((worker) => worker.terminate()));
  }
}
