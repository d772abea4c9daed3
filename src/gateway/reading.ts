import type { StoredRecord } from '../audit/index.ts';
import type { Source } from './sources.ts';

/** True where a reader may see a record: each one, those of the reader's own source, or none. */
export function maySee(reader: Source, record: Pick<StoredRecord, 'source'>): boolean {
  return reader.read === 'all' || (reader.read === 'own' && record.source === reader.name);
}
