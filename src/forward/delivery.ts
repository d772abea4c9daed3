import { createCall } from './call.ts';
import { caliperSender } from './caliper/send.ts';
import type { Destination } from './destination.ts';
import { batchingOf, secretsOf } from './endpoint.ts';
import type { DeliveryEnd, DeliveryReport, ForwarderOptions } from './forward.types.ts';
import { createLease, type Lease } from './lease.ts';
import { Ledger, type Halt } from './ledger.ts';
import { lrsSender } from './lrs/send.ts';
import { parcelsOf } from './parcels.ts';
import { prepareQueue } from './prepare.ts';
import { createWitness, type ReadyItem, type Sender } from './sender.ts';

function senderFor(destination: Destination, lease: Lease, options: ForwarderOptions): Sender {
  const { fetch, now, comparable } = options;
  const call = createCall(destination, fetch, () => lease.keep());
  const witness = createWitness(now, secretsOf(destination.authorization));
  return destination.kind === 'lrs'
    ? lrsSender(destination, call, witness, comparable)
    : caliperSender(destination, call, witness, now);
}

/** Sends a parcel, settles what the answer means for each item, and sends on what has to be sent apart. */
async function sendParcel(
  parcel: readonly ReadyItem[],
  sender: Sender,
  ledger: Ledger,
): Promise<Halt | null> {
  if (parcel.length === 0) return null;
  const sent = await sender.send(parcel);
  const halt = await ledger.conclude(sent);
  if (halt) return halt;
  const left = (is: 'again' | 'split') => sent.filter((one) => one.verdict.is === is).map((one) => one.ready);
  const apart = left('split');
  const middle = Math.ceil(apart.length / 2);
  for (const part of [left('again'), apart.slice(0, middle), apart.slice(middle)]) {
    const stop = await sendParcel(part, sender, ledger);
    if (stop) return stop;
  }
  return null;
}

/** Sends what is pending, in order, until nothing is, or the destination or the signal ends it. */
async function drain(
  destination: Destination,
  options: ForwarderOptions,
  sender: Sender,
  ledger: Ledger,
  signal: AbortSignal | undefined,
): Promise<Halt | null> {
  const batching = batchingOf(destination);
  await ledger.open();
  while (!signal?.aborted) {
    const items = await options.log.pending(destination.name, batching.count);
    if (items.length === 0) return null;
    const { ready, dead } = await prepareQueue(items, destination, options);
    if (dead.length > 0) await ledger.settle(dead, items);
    for (const parcel of parcelsOf(ready, batching, (one, other) => sender.together(one, other))) {
      const halt = await sendParcel(parcel, sender, ledger);
      if (halt) return halt;
      if (signal?.aborted) return null;
    }
  }
  return null;
}

/** Why a lease was not to be had. */
async function turnedAway(
  destination: Destination,
  { log, now }: ForwarderOptions,
): Promise<Pick<DeliveryReport, 'end' | 'retryAt'>> {
  const { stopped, retryAt } = await log.state(destination.name);
  if (stopped !== null) return { end: 'stopped', retryAt: null };
  return retryAt > now() ? { end: 'retry', retryAt } : { end: 'busy', retryAt: null };
}

/**
 * Takes a destination's lease, sends what is pending, and gives the lease back. Rejects with a
 * {@link LogUnavailableError} or a {@link LeaseLostError}; what was settled by then stays settled.
 */
export async function deliverOnce(
  destination: Destination,
  options: ForwarderOptions,
  holder: string,
  signal?: AbortSignal,
): Promise<DeliveryReport> {
  const { log, now } = options;
  const { name } = destination;
  const lease = createLease(log, now, destination, holder);
  const ledger = new Ledger(options, name);
  const sender = senderFor(destination, lease, options);
  const report = (end: DeliveryEnd, retryAt: number | null = null): DeliveryReport => ({
    destination: name,
    ...ledger.counts,
    end,
    retryAt,
  });
  for (;;) {
    if (!(await lease.take())) return { ...report('busy'), ...(await turnedAway(destination, options)) };
    const halt = await drain(destination, options, sender, ledger, signal).finally(() => lease.release());
    if (halt) return report(halt.end, halt.retryAt);
    if (signal?.aborted) return report('interrupted');
    // What was appended while the lease was held had its own sender turned away: it is ours to send.
    if ((await log.pending(name, 1)).length === 0) return report('drained');
  }
}
