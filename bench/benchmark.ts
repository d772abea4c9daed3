/** What a run is asked for. */
export interface Settings {
  /** The same seed gives the same records, byte for byte. */
  readonly seed: number;
  /** Records in one round. */
  readonly records: number;
  /** Records in one round from the first request to the last delivery. */
  readonly deliveredRecords: number;
  /** Records that are sent at the rate of a consortium. */
  readonly sustainedRecords: number;
  /** Rounds of a benchmark and its floor in turn, whose medians count. */
  readonly rounds: number;
  /** Numbers of stored records at which queries are measured. */
  readonly sizes: readonly number[];
  /** Records that the long conversion of the memory benchmark reads. */
  readonly memoryRecords: number;
}

/** One figure and its floor, measured in the same run on the same machine and input. */
export interface Figure {
  readonly name: string;
  readonly floor: string;
  /** Of what the numbers are, such as `records/s` or `ms`. */
  readonly unit: string;
  readonly value: number;
  readonly floorValue: number;
  /** The value by the floor's. */
  readonly ratio: number;
  /** Which side of the aim the ratio is to be on. */
  readonly better: 'higher' | 'lower';
  /** The ratio to reach; null for a figure that is only written down. */
  readonly aim: number | null;
  /** What a reader must know beside the numbers. */
  readonly note?: string;
}

/** A benchmark by the name that selects it. */
export interface Benchmark {
  readonly name: string;
  readonly about: string;
  /** `tell` says how far it is. */
  readonly run: (settings: Settings, tell: (step: string) => void) => Promise<Figure[]>;
}
