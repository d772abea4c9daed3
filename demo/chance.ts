/** Chance that is the same in every run: numbers, choices and ids that follow from a seed. */
export interface Chance {
  /** A number from 0 up to, not including, 1. */
  readonly number: () => number;
  /** A whole number from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number;
  readonly oneOf: <Item>(items: readonly Item[]) => Item;
  /** True with the given probability. */
  readonly happens: (probability: number) => boolean;
  /** A UUID in the form of version 4. */
  readonly uuid: () => string;
}

/** Chance from a seed, by the generator mulberry32. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const number = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number) => low + Math.floor(number() * (high - low + 1));
  const digit = () => Math.floor(number() * 16).toString(16);
  return {
    number,
    between,
    oneOf: (items) => items[between(0, items.length - 1)] as (typeof items)[number],
    happens: (probability) => number() < probability,
    uuid: () =>
      'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (place) =>
        place === 'x' ? digit() : '89ab'.charAt(between(0, 3)),
      ),
  };
}
