import { deliverOnce } from './delivery.ts';
import type { Destination } from './destination.ts';
import type { DeliveryReport, ForwarderOptions } from './forward.types.ts';
import { Expiry } from './expiry.ts';
import { LeaseLostError } from './lease.ts';
import { Bell, pause } from './wake.ts';

/** Milliseconds after which a sleeping loop looks by itself: for records and resumptions of other processes. */
const LONGEST_SLEEP = 30_000;

/** Milliseconds after which a loop asks again for a lease that another sender holds, or for a failed log. */
const SHORT_SLEEP = 2_000;

/** A delivery that has not ended, and whether it has been asked for again. */
interface UnderWay {
  again: boolean;
  report?: Promise<DeliveryReport>;
}

/** Brings records from the log to their destinations. */
export interface Forwarder {
  /**
   * Sends what is pending for one destination, one delivery at a time: asked again while one is under way, it gives
   * that one's report. Never rejects because of a destination or the storage: the report says how it ended. Throws a RangeError for a name that is no destination's.
   */
  deliver(destination: string, signal?: AbortSignal): Promise<DeliveryReport>;
  /** Sends what is pending for all destinations, side by side. For hosts that have no process of their own. */
  deliverAll(signal?: AbortSignal): Promise<DeliveryReport[]>;
  /** Delivers until the signal is aborted; resolves when the requests under way have been settled. */
  run(signal: AbortSignal): Promise<void>;
  /** Says that records have been appended. */
  notify(): void;
  /** Says that a destination was resumed in the log: where `run` is running, it runs again at once. */
  resumed(destination: string): void;
}

/**
 * Makes a forwarder. Each destination has its own queue, lease and pace, so that none holds another back. On Workers
 * each request and each scheduled event makes its own, since one cannot wait for another's requests; the lease keeps
 * them apart.
 *
 * @example
 * const forwarder = createForwarder({ log, destinations, crosswalk, comparable, fetch, now, random, newId });
 * await forwarder.deliverAll();
 */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const { destinations, now, onEvent, sleep = pause } = options;
  const holder = options.holder ?? options.newId();
  const bells = new Map(
    destinations.map(({ name }) => [name, { appended: new Bell(), resumed: new Bell() }]),
  );
  const running = new Map<string, UnderWay>();
  const expiry = new Expiry(options);

  const named = (name: string): Destination => {
    const found = destinations.find((destination) => destination.name === name);
    if (!found) throw new RangeError(`there is no destination ${JSON.stringify(name)}`);
    return found;
  };

  async function attempted(destination: Destination, signal?: AbortSignal): Promise<DeliveryReport> {
    const ended = { destination: destination.name, delivered: 0, dead: 0, retryAt: null };
    try {
      const expired = await expiry.enforce(destination);
      const report = await deliverOnce(destination, options, holder, signal);
      return { ...report, dead: report.dead + expired };
    } catch (error) {
      if (error instanceof LeaseLostError) return { ...ended, end: 'busy' };
      onEvent?.({ type: 'unavailable', destination: destination.name, error });
      return { ...ended, end: 'unavailable' };
    }
  }

  /** Delivers, and once more where that was asked for meanwhile: the asker's records may have come too late. */
  async function untilQuiet(underWay: UnderWay, destination: Destination, signal?: AbortSignal) {
    for (let delivered = 0, dead = 0; ;) {
      underWay.again = false;
      const report = await attempted(destination, signal);
      delivered += report.delivered;
      dead += report.dead;
      if ((report.end === 'drained' || report.end === 'held') && underWay.again) continue;
      running.delete(destination.name);
      return { ...report, delivered, dead };
    }
  }

  function deliver(name: string, signal?: AbortSignal): Promise<DeliveryReport> {
    const destination = named(name);
    const present = running.get(name);
    if (present?.report) {
      present.again = true;
      return present.report;
    }
    const underWay: UnderWay = { again: false };
    running.set(name, underWay);
    return (underWay.report = untilQuiet(underWay, destination, signal));
  }

  async function rest({ destination, end, retryAt }: DeliveryReport, signal: AbortSignal): Promise<void> {
    const bell = bells.get(destination);
    if (!bell) return;
    if (end === 'drained' || end === 'held') {
      const due = end === 'held' ? Math.max((retryAt ?? 0) - now(), 0) : LONGEST_SLEEP;
      return bell.appended.sleep(Math.min(due, LONGEST_SLEEP), signal, sleep);
    }
    if (end === 'stopped') return bell.resumed.sleep(LONGEST_SLEEP, signal, sleep);
    // A new record is no reason to try a destination earlier than it asked for.
    const wait = end === 'retry' ? Math.max((retryAt ?? 0) - now(), 0) : SHORT_SLEEP;
    return bell.resumed.sleep(Math.min(wait, LONGEST_SLEEP), signal, sleep);
  }

  async function attend({ name }: Destination, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await rest(await deliver(name, signal), signal);
  }

  return {
    deliver,
    deliverAll: (signal) => Promise.all(destinations.map(({ name }) => deliver(name, signal))),
    async run(signal) {
      await Promise.all(destinations.map((destination) => attend(destination, signal)));
    },
    notify() {
      for (const { appended } of bells.values()) appended.ring();
    },
    resumed(destination) {
      bells.get(destination)?.resumed.ring();
      bells.get(destination)?.appended.ring();
    },
  };
}
