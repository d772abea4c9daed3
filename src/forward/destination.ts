import type { CaliperDestination } from './caliper/config.ts';
import type { LrsDestination } from './lrs/config.ts';

/** Where records go: each kind reads one language. */
export type Destination = LrsDestination | CaliperDestination;
