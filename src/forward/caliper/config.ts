import type { Endpoint } from '../endpoint.ts';

/** A Caliper endpoint. It gets envelopes of events and entity describes. */
export interface CaliperDestination extends Endpoint {
  readonly kind: 'caliper';
  /** IRI that names the gateway as the sensor of its envelopes. */
  readonly sensor: string;
  /** Version of events that are written for it; 1.2 by default. Events that arrived as Caliper keep their own. */
  readonly version?: '1.1' | '1.2';
}

/** The version of events that are written for an endpoint. */
export const eventVersion = (destination: Pick<CaliperDestination, 'version'>) =>
  destination.version ?? '1.2';
