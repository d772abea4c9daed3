import type { HeldItem, Hold, HoldChanges, OutboxItem, RecordLog, Storage } from '../audit/index.ts';
import { orderKey } from './order.ts';

/** The parts of the log that a queue reads. */
export type QueueLog = Pick<RecordLog, 'pending'> & Pick<Storage, 'deliveries'>;

/** Items that are looked at together where some of them may have to wait. */
const LEAST_PAGE = 50;

/**
 * What is pending for one destination, in the order in which it may go. An item that failed alone is held; meanwhile the
 * later ones of its actor wait behind it, and all others pass.
 */
export class Queue {
  readonly #log: QueueLog;
  readonly #destination: string;
  readonly #held = new Map<number, HeldItem>();
  /** For each order key, the first item that is held. */
  readonly #first = new Map<string, number>();
  /** Everything up to this key is held or waits behind what is. */
  #passed = 0;

  private constructor(log: QueueLog, destination: string, held: readonly HeldItem[]) {
    this.#log = log;
    this.#destination = destination;
    for (const one of held) this.#held.set(one.key, one);
    this.#sort();
  }

  static async open(log: QueueLog, destination: string): Promise<Queue> {
    return new Queue(log, destination, await log.deliveries.held(destination));
  }

  /** The key behind which nothing has been looked at since the queue was last empty. */
  get passed(): number {
    return this.#passed;
  }

  /** Everything that is held. */
  get holds(): Hold[] {
    return [...this.#held.values()].map(({ key, failures, until }) => ({ key, failures, until }));
  }

  /** The hold of an item, if it has one. */
  holdOf(key: number): Hold | undefined {
    return this.#held.get(key);
  }

  /** When the first held item may be tried again; null where none is held. */
  get nextDue(): number | null {
    const times = this.#firsts().map(({ until }) => until);
    return times.length === 0 ? null : Math.min(...times);
  }

  /**
   * The next items that may go, up to `most`; none where nothing is left but what is held. A held one whose time has
   * come goes alone, ahead of all; with `probing`, when it is not known whether the destination works, only after all.
   */
  async next(most: number, now: number, probing: boolean): Promise<OutboxItem[]> {
    // The one that was tried longest ago: the same one as each probe would never let another show that all is well.
    const [due] = this.#firsts()
      .filter(({ until }) => until <= now)
      .sort((one, other) => one.until - other.until || one.key - other.key);
    if (due && !probing) return [due.item];
    const free = await this.#free(most);
    return free.length === 0 && due ? [due.item] : free;
  }

  /** The items behind a key, up to `most`, where it is sure that they are next once those up to it are delivered. */
  async behind(key: number, most: number): Promise<OutboxItem[]> {
    return this.#held.size === 0 ? this.#log.pending(this.#destination, most, key) : [];
  }

  /** Takes note of what was settled. */
  apply({ held, freed }: HoldChanges, items: readonly OutboxItem[]): void {
    for (const hold of held) {
      const item = items.find(({ key }) => key === hold.key);
      if (item) this.#held.set(hold.key, { ...hold, item });
    }
    for (const key of freed) this.#held.delete(key);
    // What waited behind a freed item may go now.
    if (freed.length > 0) this.#passed = 0;
    if (held.length + freed.length > 0) this.#sort();
  }

  async #free(most: number): Promise<OutboxItem[]> {
    const size = this.#held.size === 0 ? most : Math.max(most, LEAST_PAGE);
    for (;;) {
      const page = await this.#log.pending(this.#destination, size, this.#passed);
      const free = this.#held.size === 0 ? page : page.filter((item) => !this.#waits(item));
      const last = page.at(-1);
      if (free.length > 0 || !last) return free.slice(0, most);
      this.#passed = last.key;
    }
  }

  #waits({ key, record }: OutboxItem): boolean {
    if (this.#held.has(key)) return true;
    const first = this.#first.get(orderKey(record));
    return first !== undefined && first < key;
  }

  #sort(): void {
    this.#first.clear();
    for (const { key, item } of [...this.#held.values()].sort((one, other) => one.key - other.key)) {
      const order = orderKey(item.record);
      if (!this.#first.has(order)) this.#first.set(order, key);
    }
  }

  /** The held items that wait behind no other. */
  #firsts(): HeldItem[] {
    return [...this.#first.values()].flatMap((key) => this.#held.get(key) ?? []);
  }
}
