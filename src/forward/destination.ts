import type { CaliperDestination } from './caliper/config.ts';
import type { LrsDestination } from './lrs/config.ts';

/** Where records go: each kind reads one language. */
export type Destination = LrsDestination | CaliperDestination;

/** What of a destination decides how records are written for it: all but the way there. */
export type Rendering =
  | Pick<LrsDestination, 'kind' | 'name' | 'version' | 'language' | 'strict' | 'redaction'>
  | Pick<CaliperDestination, 'kind' | 'name' | 'version' | 'language' | 'strict' | 'redaction'>;
