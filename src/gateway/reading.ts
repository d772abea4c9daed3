import type { StoredRecord } from '../audit/index.ts';
import type { Source } from './sources.ts';

/** True where a reader may see what every source of its tenant sent. */
export const readsAll = ({ scopes }: Source) => scopes.has('read-all');

/** True where a reader may see a record: each one of its tenant, those of its own source, or none. */
export function maySee(reader: Source, record: Pick<StoredRecord, 'source' | 'tenant'>): boolean {
  if (record.tenant !== reader.tenant) return false;
  return readsAll(reader) || (reader.scopes.has('read-own') && record.source === reader.name);
}
