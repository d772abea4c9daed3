import type { OutboxItem } from '../audit/index.ts';
import { createCall } from './call.ts';
import { caliperSender } from './caliper/send.ts';
import type { Destination } from './destination.ts';
import { batchingOf, maskFor, type Batching } from './endpoint.ts';
import type { DeliveryEnd, DeliveryReport, ForwarderOptions } from './forward.types.ts';
import { gathered } from './gather.ts';
import { createLease, type Lease } from './lease.ts';
import { Ledger, type Halt } from './ledger.ts';
import { lrsSender } from './lrs/send.ts';
import { parcelsOf } from './parcels.ts';
import { prepareQueue, type PreparedQueue } from './prepare.ts';
import { Queue } from './queue.ts';
import { createWitness, type ReadyItem, type Sender } from './sender.ts';
import { childTrace, traceHeaders, type ChildTrace } from './trace.ts';
import { pause } from './wake.ts';

function senderFor(destination: Destination, lease: Lease, options: ForwarderOptions): Sender {
  const { fetch, now, comparable, newId, onEvent } = options;
  let trace: ChildTrace | null = null;
  const call = createCall(
    destination,
    fetch,
    () => lease.keep(),
    now,
    () => (trace ? traceHeaders(trace, newId) : {}),
  );
  const witness = createWitness(now, maskFor(destination.authorization));
  const sender =
    destination.kind === 'lrs'
      ? lrsSender(destination, call, witness, comparable, options.log)
      : caliperSender(destination, call, witness, now);
  return {
    ...sender,
    send(parcel) {
      trace = childTrace(
        parcel.map(({ item }) => item.record),
        newId,
      );
      if (trace) {
        const { context, links } = trace;
        const { name } = destination;
        onEvent?.({
          type: 'traced',
          destination: name,
          count: parcel.length,
          traceId: context.traceId,
          links,
        });
      }
      return sender.send(parcel);
    },
  };
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

/** What a delivery works on. */
interface Work {
  readonly destination: Destination;
  readonly options: ForwarderOptions;
  readonly lease: Lease;
  readonly sender: Sender;
  readonly signal: AbortSignal;
}

/** Waits for a batch to fill where the queue is short. True where the queue must be read again. */
async function filled(items: readonly OutboxItem[], batching: Batching, work: Work): Promise<boolean> {
  const { destination, options, lease, signal } = work;
  const [first] = items;
  if (!first || items.length >= batching.count) return false;
  const { log, now, sleep = pause } = options;
  const waking = async (milliseconds: number) => {
    await sleep(milliseconds, signal);
    await lease.keep();
  };
  return gathered(destination.name, first.record.receivedAt, batching, { log, now, signal, sleep: waking });
}

/** Items that are next, and what of them is ready. */
interface Page {
  readonly items: readonly OutboxItem[];
  readonly prepared: PreparedQueue;
}

/** Sends a page in parcels. After a failure the first parcel holds one item, and each one twice as many. */
async function sendPage(
  { items, prepared }: Page,
  batching: Batching,
  ledger: Ledger,
  { sender, signal }: Work,
): Promise<Halt | null> {
  const { ready, dead, fixed } = prepared;
  await fixed;
  if (dead.length > 0) await ledger.settle(dead, items);
  for (const parcel of parcelsOf(ready, batching, (one, other) => sender.together(one, other))) {
    const halt = await sendParcel(parcel, sender, ledger);
    if (halt) return halt;
    if (signal.aborted) return null;
  }
  return null;
}

/** Batches that are read and fixed together at most: what is held for long has to be moved by each garbage collection. */
const BATCHES = 2;

/** How many records are read next: twice as many, within so many batches, and one batch where the records are large. */
function nextPage(most: number, items: readonly OutboxItem[], { count, bytes }: Batching): number {
  if (most < count) return Math.min(most * 2, count);
  const length = items.reduce((sum, { record }) => sum + record.body.length, 0);
  return length > bytes * BATCHES ? count : Math.min(most * 2, count * BATCHES);
}

/** Batches that are full; a rest waits for others to go along. */
function whole(items: readonly OutboxItem[], { count }: Batching): readonly OutboxItem[] {
  return items.length <= count ? items : items.slice(0, items.length - (items.length % count));
}

/**
 * Reads and fixes the items behind a page while that is being sent, where there are enough for a batch; null where there
 * are not, or where something is held and it is not known what comes next.
 */
async function pageBehind(
  { items: before }: Page,
  most: number,
  queue: Queue,
  { destination, options }: Work,
): Promise<Page | null> {
  const batching = batchingOf(destination);
  const last = before.at(-1);
  if (!last || before.length < batching.count) return null;
  const items = whole(await queue.behind(last.key, most), batching);
  if (items.length < batching.count) return null;
  return { items, prepared: await prepareQueue(items, destination, options) };
}

/** Sends what is pending, in order, until nothing is, or the destination or the signal ends it. */
async function drain(queue: Queue, ledger: Ledger, work: Work): Promise<Halt | null> {
  const { destination, options, signal } = work;
  const batching = batchingOf(destination);
  // Nobody knows how much a destination can take that has just failed.
  let most = ledger.probing ? 1 : batching.count;
  let waitedFor: number | undefined;
  let page: Page | null = null;
  while (!signal.aborted) {
    if (!page) {
      // What is being settled is pending still.
      await ledger.written();
      const items = await queue.next(most, options.now(), ledger.probing);
      if (items.length === 0) return null;
      const held = items.some(({ key }) => queue.holdOf(key) !== undefined);
      const first = items[0]?.key;
      const short = !held && most >= batching.count && first !== waitedFor;
      if (short && (await filled(items, batching, work))) {
        waitedFor = first;
        continue;
      }
      const sendable = whole(items, batching);
      page = { items: sendable, prepared: await prepareQueue(sendable, destination, options) };
    }
    most = nextPage(most, page.items, batching);
    // What fails in it is met again, and told, when its turn has come.
    const behind: Promise<Page | null> = pageBehind(page, most, queue, work).catch(() => null);
    const halt: Halt | null = await sendPage(page, batching, ledger, work);
    page = await behind;
    if (halt) return halt;
    if (queue.holds.length > 0) page = null;
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
  signal: AbortSignal = new AbortController().signal,
): Promise<DeliveryReport> {
  const { log, now } = options;
  const { name } = destination;
  const lease = createLease(log, now, destination, holder);
  const work = { destination, options, lease, sender: senderFor(destination, lease, options), signal };
  let delivered = 0;
  let dead = 0;
  const report = (end: DeliveryEnd, retryAt: number | null = null): DeliveryReport => ({
    destination: name,
    delivered,
    dead,
    end,
    retryAt,
  });
  for (;;) {
    if (!(await lease.take())) return { ...report('busy'), ...(await turnedAway(destination, options)) };
    const queue = await Queue.open(log, name);
    const ledger = await Ledger.open(options, destination, queue);
    const halt = await drain(queue, ledger, work)
      .finally(() => ledger.written())
      .finally(() => lease.release());
    delivered += ledger.counts.delivered;
    dead += ledger.counts.dead;
    if (halt) return report(halt.end, halt.retryAt);
    if (signal.aborted) return report('interrupted');
    // What was appended while the lease was held had its own sender turned away: it is ours to send.
    if ((await log.pending(name, 1, queue.passed)).length > 0) continue;
    const { nextDue } = queue;
    return nextDue === null ? report('drained') : report('held', nextDue);
  }
}
