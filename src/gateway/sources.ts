import type { Language } from '../audit/index.ts';

/** A sender of records as requests meet it: what it may send and read. Its secrets are not here. */
export interface Source {
  readonly name: string;
  readonly languages: readonly Language[];
  /** True where each record must keep every MUST of its version. */
  readonly strict: boolean;
  /** Which records its credentials may read back. */
  readonly read: 'none' | 'own' | 'all';
  /** True where its credentials may change what becomes of records: dead letters. */
  readonly administer?: boolean;
}
