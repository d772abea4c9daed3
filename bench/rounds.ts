import type { Figure } from './benchmark.ts';

/** Middle of the numbers; of an even count the upper of the two. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** Wall seconds of a piece of work. */
export function seconds(work: () => void): number {
  const begin = performance.now();
  work();
  return (performance.now() - begin) / 1000;
}

/** Two ways to do the same work, and what the comparison is called. */
export interface Compared extends Pick<Figure, 'name' | 'floor' | 'aim'> {
  /** Seconds that a round takes; it is told how many rounds went before, from 0. */
  readonly own: (round: number) => number | Promise<number>;
  readonly floorOf: (round: number) => number | Promise<number>;
}

/**
 * Rates of a piece of work and its floor: rounds of both in turn, so that what else the machine does hits both, after
 * one of each that does not count. The ratio is the median of the rounds' own ratios.
 */
export async function comparedRates(
  { name, floor, aim, own, floorOf }: Compared,
  { records, rounds }: { readonly records: number; readonly rounds: number },
  tell: (step: string) => void,
): Promise<Figure> {
  const pairs: (readonly [own: number, floor: number])[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    tell(`${name}: round ${round} of ${rounds}`);
    const pair = [await own(round), await floorOf(round)] as const;
    if (round > 0) pairs.push(pair);
  }
  return {
    name,
    floor,
    unit: 'records/s',
    value: records / median(pairs.map(([mine]) => mine)),
    floorValue: records / median(pairs.map(([, bare]) => bare)),
    ratio: median(pairs.map(([mine, bare]) => bare / mine)),
    better: 'higher',
    aim,
  };
}
