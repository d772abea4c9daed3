import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { LogUnavailableError } from '../../../audit/index.ts';
import type { Destination } from '../../../forward/index.ts';
import { followUpOf, type Delivery, type FollowUp, type FollowUpReports, type Upkeep } from './follow-up.ts';
import type { Message, Order, ThreadSettings, Woken } from './orders.ts';

/** True where a thread can be started: Node loads only compiled ones, so that the sources run without. */
export const THREADS_START = import.meta.url.endsWith('.js');

/**
 * Megabytes for what a thread has just allocated. V8 looks through them once they are a third full, and moves what is in hand: with
 * 48 of them, its usual measure here, a page of records is moved three times as often.
 */
const YOUNG_GENERATION = 160;

/** Who waits until the queue of the index is worked off. */
interface Waiting {
  readonly resolve: (empty: boolean) => void;
  readonly reject: (error: Error) => void;
}

/** A thread as the one that started it sees it. */
interface Thread {
  tell(order: Order): void;
  /** What is woken in one turn of the event loop is told together. */
  wake(what: Woken): void;
  close(): Promise<void>;
}

/**
 * Starts a thread. An error that ends it ends the process, as it would in the thread that answers: a gateway that takes
 * records and passes none on is worse than one that is started anew.
 */
function started(settings: ThreadSettings, onMessage: (message: Message) => void): Thread {
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION };
  const worker = new Worker(new URL('./thread.js', import.meta.url), {
    workerData: settings,
    resourceLimits,
  });
  const tell = (order: Order) => worker.postMessage(order);
  worker.on('message', onMessage);
  worker.on('error', (error) => {
    throw error;
  });
  const woken = new Set<Woken>();
  return {
    tell,
    wake(what) {
      if (woken.size === 0) {
        setImmediate(() => {
          tell({ order: 'wake', what: [...woken] });
          woken.clear();
        });
      }
      woken.add(what);
    },
    async close() {
      const ended = once(worker, 'exit');
      tell({ order: 'close' });
      await ended;
    },
  };
}

/** Hands on what a thread reports. */
function reported(message: Message, { report, onWorthALook }: FollowUpReports): void {
  if (message.message === 'notice') report(message.notice);
  else if (message.message === 'worth-a-look') onWorthALook();
}

/** Delivers in a thread of its own. */
function startDelivery(settings: Settings, reports: FollowUpReports): Delivery {
  const thread = started({ ...settings, part: 'delivery' }, (message) => reported(message, reports));
  return {
    notify: () => thread.wake('forwarder'),
    resumed: (destination) => thread.tell({ order: 'resumed', destination }),
    close: () => thread.close(),
  };
}

/** Indexes and seals in a thread of its own. */
function startUpkeep(settings: Settings, reports: FollowUpReports): Upkeep {
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  const settled = (number: number): Waiting | undefined => {
    const one = waiting.get(number);
    waiting.delete(number);
    return one;
  };
  const thread = started({ ...settings, part: 'upkeep' }, (message) => {
    reported(message, reports);
    if (message.message === 'caught-up') settled(message.number)?.resolve(message.empty);
    if (message.message === 'not-caught-up') {
      const { number, why, fault } = message;
      settled(number)?.reject(fault ? new LogUnavailableError(why, { fault }) : new Error(why));
    }
  });
  return {
    indexer: {
      wake: () => thread.wake('indexer'),
      catchUp: (most) =>
        new Promise((resolve, reject) => {
          const number = (asked += 1);
          waiting.set(number, { resolve, reject });
          thread.tell({ order: 'catch-up', number, most });
        }),
    },
    sealer: { wake: () => thread.wake('sealer') },
    close: () => thread.close(),
  };
}

/** Threads that deliver at most: one after another writes the log, and each takes some 100 MB under load. */
const MOST_DELIVERING = 4;

/** Destinations as they are dealt to threads: to as many as can run at once. None is started where there are no destinations. */
function dealt(destinations: readonly Destination[]): (readonly Destination[])[] {
  const threads = Math.min(destinations.length, availableParallelism(), MOST_DELIVERING);
  return Array.from({ length: threads }, (_, thread) =>
    destinations.filter((_destination, at) => at % threads === thread),
  );
}

/** Threads that deliver as one. A destination is resumed by the one that has it; to the others its name says nothing. */
const deliveryOf = (threads: readonly Delivery[]): Delivery => ({
  notify: () => threads.forEach((thread) => thread.notify()),
  resumed: (destination) => threads.forEach((thread) => thread.resumed(destination)),
  close: async () => void (await Promise.all(threads.map((thread) => thread.close()))),
});

/** What all threads are started with. */
type Settings = Omit<ThreadSettings, 'part'>;

/**
 * Follows up in threads of their own, so that requests are answered meanwhile: some deliver, and one indexes and seals. Each
 * compiles the tables for itself.
 */
export function startFollowUp(settings: Settings, reports: FollowUpReports): FollowUp {
  const delivering = dealt(settings.destinations).map((destinations) =>
    startDelivery({ ...settings, destinations }, reports),
  );
  return followUpOf(deliveryOf(delivering), startUpkeep(settings, reports));
}
