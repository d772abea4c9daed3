/**
 * Whose turn it is to write. SQLite lets one connection write at a time, and has the others look again after pauses of
 * up to 100 ms, in which their threads do nothing else. Connections of one process that share turns wait without
 * that, in the order in which they asked. SQLite's own lock holds all the same, for other processes too.
 */
export interface WriteTurns {
  /** Resolves when it is the asker's turn, with what ends it. */
  take(): Promise<() => void>;
  /** True while somebody writes or waits to. */
  areWanted(): boolean;
  /** True while somebody waits behind the one whose turn it is. */
  areWaitedFor(): boolean;
}

/** Milliseconds after which a turn that does not end is no longer waited for: SQLite's lock says what is right. */
const PATIENCE = 5_000;

/** Places of the shared numbers: the next ticket, and the one whose turn it is. */
const [NEXT, SERVED, PLACES] = [0, 1, 2];

/** What threads that take turns share: it is handed to each of them. */
export const sharedTurns = (): SharedArrayBuffer =>
  new SharedArrayBuffer(PLACES * Int32Array.BYTES_PER_ELEMENT);

/** The turns of all threads that hold the same buffer. */
export function turnsOf(shared: SharedArrayBuffer): WriteTurns {
  const numbers = new Int32Array(shared);
  const end = () => {
    Atomics.add(numbers, SERVED, 1);
    Atomics.notify(numbers, SERVED);
  };
  /** Turns from the one that is served to a ticket; the difference stays right where the numbers run over. */
  const between = (served: number, ticket: number) => (ticket - served) | 0;
  /** Those who write or wait to. */
  const asking = () => between(Atomics.load(numbers, SERVED), Atomics.load(numbers, NEXT));
  return {
    areWanted: () => asking() > 0,
    areWaitedFor: () => asking() > 1,
    async take() {
      const ticket = Atomics.add(numbers, NEXT, 1);
      for (;;) {
        const served = Atomics.load(numbers, SERVED);
        if (between(served, ticket) <= 0) return end;
        const wait = Atomics.waitAsync(numbers, SERVED, served, PATIENCE);
        if (wait.async && (await kept(wait.value)) === 'timed-out') return end;
      }
    },
  };
}

/** Waits for a value. A thread that waits for shared memory alone would be taken for one that has nothing left to do. */
async function kept<Value>(value: Promise<Value>): Promise<Value> {
  const alive = setTimeout(() => undefined, PATIENCE);
  try {
    return await value;
  } finally {
    clearTimeout(alive);
  }
}
