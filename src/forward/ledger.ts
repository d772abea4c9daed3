import {
  untroubled,
  type DestinationState,
  type Hold,
  type HoldChanges,
  type OutboxItem,
  type Settlement,
} from '../audit/index.ts';
import { DEFAULT_BREAKER, restAfter, type Breaker } from './breaker.ts';
import type { Destination } from './destination.ts';
import type { ForwarderOptions, ForwardEvent } from './forward.types.ts';
import type { Queue } from './queue.ts';
import { backoff, DEFAULT_BACKOFF } from './retry.ts';
import type { Sent } from './sender.ts';

/** Why a delivery cannot go on, and until when. */
export type Halt =
  { readonly end: 'retry'; readonly retryAt: number } | { readonly end: 'stopped'; readonly retryAt: null };

/** Items of one destination that are held at most: in an outage each probe would add one. */
const MOST_HELD = 200;

/** Successes that are written while others are sent at most: so many requests are made once more after a crash. */
const MOST_UNWRITTEN = 4;

const NO_CHANGES: HoldChanges = { held: [], freed: [] };

function settlementOf({ ready, verdict, attempt }: Sent): Settlement {
  const { key } = ready.item;
  if (verdict.is === 'delivered') return { key, state: 'delivered', attempt };
  if (verdict.is === 'dead') return { key, state: 'dead', reason: verdict.reason, attempt };
  return { key, state: 'pending', attempt };
}

/** True where a failure may be the doing of the record that stood alone: the destination asked for no pause. */
const mayBeItsOwn = ({ verdict, attempt }: Sent) =>
  verdict.is === 'retry' && verdict.after === null && attempt.status !== 429;

/** Writes into the log what became of the items of one destination, counts it, and tells it. */
export class Ledger {
  readonly #options: ForwarderOptions;
  readonly #destination: string;
  readonly #breaker: Breaker;
  readonly #queue: Queue;
  #state: DestinationState;
  /** Successes that are being written, the oldest first. */
  readonly #unwritten: Promise<void>[] = [];
  #delivered = 0;
  #dead = 0;

  private constructor(
    options: ForwarderOptions,
    destination: Destination,
    queue: Queue,
    state: DestinationState,
  ) {
    this.#options = options;
    this.#destination = destination.name;
    this.#breaker = { ...DEFAULT_BREAKER, ...destination.breaker };
    this.#queue = queue;
    this.#state = state;
  }

  /** Goes on where the log left off. */
  static async open(options: ForwarderOptions, destination: Destination, queue: Queue): Promise<Ledger> {
    return new Ledger(options, destination, queue, await options.log.state(destination.name));
  }

  /** What this ledger settled. */
  get counts(): { delivered: number; dead: number } {
    return { delivered: this.#delivered, dead: this.#dead };
  }

  /** True while it is not known whether the destination works: its last attempt failed. */
  get probing(): boolean {
    return this.#state.failures > 0;
  }

  /**
   * Settles what one request came to; gives the reason where no further one is to be made. Plain successes are written
   * while the next requests are under way, since a write may wait for its turn as long as a request takes. Rejects where this
   * one, or a success before it, could not be written.
   */
  async conclude(sent: readonly Sent[]): Promise<Halt | null> {
    if (this.#isPlain(sent)) {
      await this.#written(MOST_UNWRITTEN - 1);
      const written = this.#settleSent(sent, untroubled(this.#destination), NO_CHANGES);
      // Whoever waits for it is told.
      written.catch(() => undefined);
      this.#unwritten.push(written);
      return null;
    }
    await this.written();
    const failed = sent.find(({ verdict }) => verdict.is === 'retry' || verdict.is === 'stop');
    if (!failed) {
      await this.#settleSent(sent, untroubled(this.#destination), this.#onSuccess(sent));
      return null;
    }
    if (failed.verdict.is === 'stop') return this.#stop(sent, failed, failed.verdict.why);
    const hold = sent.length === 1 && mayBeItsOwn(failed) ? this.#holdOn(failed) : null;
    // Others get through: this one record is at fault, and the destination is not.
    if (hold && hold.failures > 1 && !this.probing) {
      await this.#settleSent(sent, untroubled(this.#destination), { held: [hold], freed: [] });
      this.#tellHeld(failed, hold);
      return null;
    }
    return this.#retry(sent, failed, hold);
  }

  /** Resolves once what was concluded stands in the log. */
  written(): Promise<void> {
    return this.#written(0);
  }

  /** Writes settlements with the destination's state in one batch, then tells of them. */
  async settle(settlements: readonly Settlement[], items: readonly OutboxItem[]): Promise<void> {
    await this.written();
    const freed = this.#freed(settlements.map(({ key }) => key));
    await this.#write(settlements, items, this.#state, { held: [], freed });
  }

  async #written(left: number): Promise<void> {
    while (this.#unwritten.length > left) await this.#unwritten.shift();
  }

  /** True where all was delivered, nothing was amiss before, and nothing is held: what comes next goes by nothing that is yet to be written. */
  #isPlain(sent: readonly Sent[]): boolean {
    const { failures, openedAt } = this.#state;
    const untouched = failures === 0 && openedAt === null && this.#queue.holds.length === 0;
    return untouched && sent.every(({ verdict }) => verdict.is === 'delivered');
  }

  #freed(keys: readonly number[]): number[] {
    return keys.filter((key) => this.#queue.holdOf(key) !== undefined);
  }

  /** After an outage everything that was held in it gets its turn: any of it may have been held for nothing. */
  #onSuccess(sent: readonly Sent[]): HoldChanges {
    const freed = this.#freed(sent.map(({ ready }) => ready.item.key));
    const recovered = this.#state.openedAt !== null;
    const others = this.#queue.holds.filter(({ key }) => recovered && !freed.includes(key));
    const now = this.#options.now();
    return { held: others.map((hold) => ({ ...hold, until: Math.min(hold.until, now) })), freed };
  }

  #holdOn({ ready }: Sent): Hold | null {
    const { now, random, backoff: growth = DEFAULT_BACKOFF } = this.#options;
    const { key } = ready.item;
    const known = this.#queue.holdOf(key);
    if (!known && this.#queue.holds.length >= MOST_HELD) return null;
    const failures = (known?.failures ?? 0) + 1;
    return { key, failures, until: now() + backoff(failures, random, growth) };
  }

  async #stop(sent: readonly Sent[], { attempt }: Sent, why: string): Promise<Halt> {
    const failures = this.#state.failures + 1;
    await this.#settleSent(sent, { ...this.#state, failures, stopped: why }, NO_CHANGES);
    this.#tell({ type: 'stopped', destination: this.#destination, why, status: attempt.status });
    return { end: 'stopped', retryAt: null };
  }

  async #retry(sent: readonly Sent[], failed: Sent, hold: Hold | null): Promise<Halt> {
    const { now, random, backoff: growth = DEFAULT_BACKOFF } = this.#options;
    const asked = failed.verdict.is === 'retry' ? failed.verdict.after : null;
    const failures = this.#state.failures + 1;
    const at = now();
    const retryAt = at + restAfter(failures, asked, random, growth, this.#breaker);
    const opens = this.#state.openedAt === null && failures >= this.#breaker.failures;
    const openedAt = opens ? at : this.#state.openedAt;
    const held = hold ? [{ ...hold, until: retryAt }] : [];
    const freed = this.#freed(
      sent.filter(({ verdict }) => verdict.is !== 'retry').map(({ ready }) => ready.item.key),
    );
    await this.#settleSent(
      sent,
      { ...untroubled(this.#destination), failures, retryAt, openedAt },
      { held, freed },
    );
    const destination = this.#destination;
    const { status, answer } = failed.attempt;
    this.#tell({ type: 'retry', destination, failures, retryAt, status, answer });
    if (opens) this.#tell({ type: 'opened', destination, failures, retryAt });
    return { end: 'retry', retryAt };
  }

  #settleSent(sent: readonly Sent[], state: DestinationState, holds: HoldChanges): Promise<void> {
    const items = sent.map(({ ready }) => ready.item);
    return this.#write(sent.map(settlementOf), items, state, holds);
  }

  async #write(
    settlements: readonly Settlement[],
    items: readonly OutboxItem[],
    state: DestinationState,
    holds: HoldChanges,
  ): Promise<void> {
    const closes = this.#state.openedAt !== null && state.openedAt === null;
    await this.#options.log.settle(settlements, state, holds);
    this.#state = state;
    this.#queue.apply(holds, items);
    const destination = this.#destination;
    const count = settlements.filter((one) => one.state === 'delivered').length;
    this.#delivered += count;
    if (count > 0) this.#tell({ type: 'delivered', destination, count });
    for (const one of settlements) {
      if (one.state === 'dead') this.#tellDead(one, items);
    }
    if (closes) this.#tell({ type: 'closed', destination });
  }

  #tell(event: ForwardEvent): void {
    this.#options.onEvent?.(event);
  }

  #tellHeld({ ready: { item }, attempt }: Sent, { failures, until }: Hold): void {
    this.#tell({
      type: 'held',
      destination: this.#destination,
      key: item.key,
      record: item.record.seq,
      failures,
      retryAt: until,
      status: attempt.status,
    });
  }

  #tellDead({ key, reason, attempt }: Settlement & { state: 'dead' }, items: readonly OutboxItem[]): void {
    this.#dead += 1;
    const record = items.find((item) => item.key === key)?.record.seq ?? 0;
    const destination = this.#destination;
    this.#tell({ type: 'dead', destination, key, record, reason, answer: attempt.answer });
  }
}
