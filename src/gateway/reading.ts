import type { StoredRecord } from '../audit/index.ts';
import type { Source } from './sources.ts';
import { TENANT } from './tenant.ts';

/** True where a reader may see what every source of its tenant sent. */
export const readsAll = ({ scopes }: Source) => scopes.has('read-all');

/** True where a reader may see a record: each one of its tenant, those of its own source, or none. */
export function maySee(reader: Source, record: Pick<StoredRecord, 'source' | 'tenant'>): boolean {
  if (record.tenant !== reader.tenant) return false;
  return readsAll(reader) || (reader.scopes.has('read-own') && record.source === reader.name);
}

/**
 * The one tenant whose destinations and figures a credential may see; undefined for one that sees the whole gateway: who
 * operates it, and who monitors it without a tenant of its own.
 */
export const confinedTo = ({ tenant, scopes }: Source): string | undefined =>
  scopes.has('operate') || tenant === TENANT ? undefined : tenant;
