import type { Endpoint } from '../endpoint.ts';

/** A Learning Record Store. It gets statements, and entity describes as documents. */
export interface LrsDestination extends Endpoint {
  readonly kind: 'lrs';
  /** Address of the LRS's xAPI endpoint, below which `statements` lies. */
  readonly url: string;
  /** Value of `X-Experience-API-Version`; 1.0.3 by default. */
  readonly version?: '1.0.3' | '2.0.0';
}

/** The version that an LRS is spoken to in. */
export const lrsVersion = (destination: Pick<LrsDestination, 'version'>) => destination.version ?? '1.0.3';

/** The version of statements that are written for an LRS, as the crosswalk names it. */
export const statementVersion = (destination: Pick<LrsDestination, 'version'>) =>
  lrsVersion(destination) === '2.0.0' ? '2.0' : '1.0';
