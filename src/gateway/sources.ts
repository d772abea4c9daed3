import type { Scope } from './scopes.ts';

/** Who stands behind a request: a sender or a reader of records, and what its credential may do. Its secrets are not here. */
export interface Source {
  readonly name: string;
  /** The tenant that its records belong to. It meets no records of any other. */
  readonly tenant: string;
  /** True where each record must keep every MUST of its version. */
  readonly strict: boolean;
  readonly scopes: ReadonlySet<Scope>;
  /** Names the credential in the gateway's own log and in its limits; nothing of the secret can be told from it. */
  readonly credential: string;
}
