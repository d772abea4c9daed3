/** Milliseconds after which an append is taken to be cut off. One that ends all the same is given a later time by the log. */
const LONGEST_APPEND = 60_000;

/** Which appends are under way: what is stored before the oldest of them began can be read already. */
export class InFlight {
  readonly #times = new Map<symbol, number>();

  /** Runs an append that gives its records a time, and keeps count of it until it is settled. */
  async during<Result>(at: number, work: (at: number) => Promise<Result>): Promise<Result> {
    const key = Symbol();
    this.#times.set(key, at);
    try {
      return await work(at);
    } finally {
      this.#times.delete(key);
    }
  }

  /**
   * The time of the oldest append that is under way at some moment, both in milliseconds since 1970; undefined where there
   * is none.
   */
  oldest(now: number): number | undefined {
    for (const [key, at] of this.#times) if (at < now - LONGEST_APPEND) this.#times.delete(key);
    return this.#times.size === 0 ? undefined : Math.min(...this.#times.values());
  }
}
