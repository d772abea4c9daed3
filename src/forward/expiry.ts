import type { Destination } from './destination.ts';
import type { ForwarderOptions } from './forward.types.ts';

/** Milliseconds between two looks for what is too old: each reads everything that is pending. */
const LOOK = 60_000;

/** Gives up what has been pending for longer than a destination allows. Looks no more often than each minute. */
export class Expiry {
  readonly #options: ForwarderOptions;
  readonly #looked = new Map<string, number>();

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  /** Gives the number of deliveries that were given up. */
  async enforce({ name, expire }: Destination): Promise<number> {
    if (expire === undefined) return 0;
    const { log, now, onEvent } = this.#options;
    const at = now();
    if (at < (this.#looked.get(name) ?? 0) + Math.min(LOOK, expire)) return 0;
    this.#looked.set(name, at);
    const answer = `not delivered within ${expire / 1_000} seconds`;
    const { length } = await log.dead.expire(name, at - expire, { at, status: null, answer });
    if (length > 0) onEvent?.({ type: 'expired', destination: name, count: length });
    return length;
  }
}
