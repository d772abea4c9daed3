import type { DestinationState, OutboxItem, Settlement } from '../audit/index.ts';
import type { ForwarderOptions } from './forward.types.ts';
import { backoff, DEFAULT_BACKOFF } from './retry.ts';
import type { Sent } from './sender.ts';

/** Why a delivery cannot go on, and until when. */
export type Halt =
  { readonly end: 'retry'; readonly retryAt: number } | { readonly end: 'stopped'; readonly retryAt: null };

function settlementOf({ ready, verdict, attempt }: Sent): Settlement {
  const { key } = ready.item;
  if (verdict.is === 'delivered') return { key, state: 'delivered', attempt };
  if (verdict.is === 'dead') return { key, state: 'dead', reason: verdict.reason, attempt };
  return { key, state: 'pending', attempt };
}

/** Writes into the log what became of the items of one destination, counts it, and tells it. */
export class Ledger {
  readonly #options: ForwarderOptions;
  readonly #destination: string;
  #failures = 0;
  #delivered = 0;
  #dead = 0;

  constructor(options: ForwarderOptions, destination: string) {
    this.#options = options;
    this.#destination = destination;
  }

  /** What this delivery settled so far. */
  get counts(): { delivered: number; dead: number } {
    return { delivered: this.#delivered, dead: this.#dead };
  }

  /** Goes on counting failures where the log left off. */
  async open(): Promise<void> {
    this.#failures = (await this.#options.log.state(this.#destination)).failures;
  }

  /** Settles what one request came to; gives the reason where no further one is to be made. */
  async conclude(sent: readonly Sent[]): Promise<Halt | null> {
    const settlements = sent.map(settlementOf);
    const items = sent.map(({ ready }) => ready.item);
    const failed = sent.find(({ verdict }) => verdict.is === 'retry' || verdict.is === 'stop');
    this.#failures = failed ? this.#failures + 1 : 0;
    const held = failed ? this.#held(failed) : {};
    await this.settle(settlements, items, held);
    return failed ? this.#halt(failed, held) : null;
  }

  /** Writes settlements with the destination's state in one batch, then tells of them. */
  async settle(
    settlements: readonly Settlement[],
    items: readonly OutboxItem[],
    held: Partial<DestinationState> = {},
  ): Promise<void> {
    const { log, onEvent } = this.#options;
    const destination = this.#destination;
    const running = { destination, failures: this.#failures, retryAt: 0, stopped: null };
    await log.settle(settlements, { ...running, ...held });
    const count = settlements.filter((one) => one.state === 'delivered').length;
    this.#delivered += count;
    if (count > 0) onEvent?.({ type: 'delivered', destination, count });
    for (const one of settlements) {
      if (one.state === 'dead') this.#tellDead(one, items);
    }
  }

  #tellDead({ key, reason, attempt }: Settlement & { state: 'dead' }, items: readonly OutboxItem[]): void {
    this.#dead += 1;
    const record = items.find((item) => item.key === key)?.record.seq ?? 0;
    const destination = this.#destination;
    this.#options.onEvent?.({ type: 'dead', destination, key, record, reason, answer: attempt.answer });
  }

  #held({ verdict }: Sent): Partial<DestinationState> {
    if (verdict.is === 'stop') return { stopped: verdict.why };
    const asked = verdict.is === 'retry' ? (verdict.after ?? 0) : 0;
    const { now, random } = this.#options;
    const pause = backoff(this.#failures, random, this.#options.backoff ?? DEFAULT_BACKOFF);
    return { retryAt: now() + Math.max(asked, pause) };
  }

  #halt({ attempt }: Sent, { stopped, retryAt = 0 }: Partial<DestinationState>): Halt {
    const { onEvent } = this.#options;
    const destination = this.#destination;
    if (stopped) {
      onEvent?.({ type: 'stopped', destination, why: stopped });
      return { end: 'stopped', retryAt: null };
    }
    const { status, answer } = attempt;
    onEvent?.({ type: 'retry', destination, failures: this.#failures, retryAt, status, answer });
    return { end: 'retry', retryAt };
  }
}
