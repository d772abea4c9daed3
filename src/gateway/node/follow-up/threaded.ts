import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { LogUnavailableError } from '../../../audit/index.ts';
import type { FollowUp, FollowUpReports } from './follow-up.ts';
import type { Message, Order, ThreadSettings, Woken } from './orders.ts';

/** True where a thread can be started: Node loads only compiled ones, so that the sources run without. */
export const THREADS_START = import.meta.url.endsWith('.js');

/** Who waits until the queue of the index is worked off. */
interface Waiting {
  readonly resolve: (empty: boolean) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Follows up in a thread of its own, so that requests are answered meanwhile. An error that ends the thread ends the
 * process, as it would in the thread that answers: a gateway that takes records and passes none on is worse than one that
 * is started anew.
 */
export function startFollowUp(settings: ThreadSettings, { report, onWorthALook }: FollowUpReports): FollowUp {
  const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData: settings });
  const tell = (order: Order) => worker.postMessage(order);
  const waiting = new Map<number, Waiting>();
  let asked = 0;

  const settled = (number: number): Waiting | undefined => {
    const one = waiting.get(number);
    waiting.delete(number);
    return one;
  };
  worker.on('message', (message: Message) => {
    switch (message.message) {
      case 'notice':
        return report(message.notice);
      case 'worth-a-look':
        return onWorthALook();
      case 'caught-up':
        return settled(message.number)?.resolve(message.empty);
      case 'not-caught-up': {
        const { number, why, fault } = message;
        return settled(number)?.reject(fault ? new LogUnavailableError(why, { fault }) : new Error(why));
      }
    }
  });
  worker.on('error', (error) => {
    throw error;
  });

  const woken = new Set<Woken>();
  /** What is woken in one turn of the event loop is told together. */
  const wake = (what: Woken) => {
    if (woken.size === 0) {
      setImmediate(() => {
        tell({ order: 'wake', what: [...woken] });
        woken.clear();
      });
    }
    woken.add(what);
  };
  return {
    indexer: {
      wake: () => wake('indexer'),
      catchUp: (most) =>
        new Promise((resolve, reject) => {
          const number = (asked += 1);
          waiting.set(number, { resolve, reject });
          tell({ order: 'catch-up', number, most });
        }),
    },
    sealer: { wake: () => wake('sealer') },
    notify: () => wake('forwarder'),
    resumed: (destination) => tell({ order: 'resumed', destination }),
    async close() {
      const ended = once(worker, 'exit');
      tell({ order: 'close' });
      await ended;
    },
  };
}
