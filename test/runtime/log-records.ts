import { createHash } from 'node:crypto';

import type { AppendOutcome, NewRecord, Outbound, RecordLog, StoredRecord } from '../../src/audit/index.ts';

/** SHA-256 in hex, as a record's digests are written. */
export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A statement that goes to `lrs` by the route `all`, with the parts that a test cares for. */
export function statement(id: string, parts: Partial<NewRecord> & { body?: string } = {}): NewRecord {
  const body = parts.body ?? `{"id":"${id}"}`;
  return {
    tenant: 'campus',
    source: 'course',
    language: 'xapi',
    kind: 'statement',
    id,
    version: '1.0.3',
    type: 'http://example.org/verb',
    body,
    digest: sha256(body),
    attributes: {},
    deviations: [],
    receivedAt: 1_700_000_000_000,
    deliveries: [{ route: 'all', destination: 'lrs' }],
    ...parts,
  };
}

/** When the events of this file happen, unless a test says otherwise. */
export const EVENT_TIME = '2026-01-15T10:15:00.000Z';

/** A Caliper event that goes to `lrs` by the route `all`. */
export function event(id: string, parts: Partial<NewRecord> = {}): NewRecord {
  const own = { language: 'caliper', kind: 'event', version: '1.2', type: 'Event' } as const;
  return statement(id, { ...own, eventTime: EVENT_TIME, ...parts });
}

/** What became of records that were appended: each outcome with the key of the record that it is about. */
export const keyed = (outcomes: readonly AppendOutcome[]) =>
  outcomes.map((one) => [one.outcome, 'seq' in one ? one.seq : null]);

/** A record as the log must give it back. */
export function stored(record: NewRecord, seq: number): StoredRecord {
  const { deliveries: _deliveries, eventTime: _eventTime, ...kept } = record;
  return { ...kept, seq };
}

/** An outbound form that a mapping wrote. */
export function mapped(body: string): Outbound {
  return {
    form: 'mapped',
    body,
    digest: sha256(body),
    tables: '1.0.0+abc',
    resource: { resource: 'activities/profile' },
    diagnostics: [{ code: 'fallback', path: '/action' }],
  };
}

/** Every record of a log, whatever its size. */
export async function everything(log: RecordLog): Promise<StoredRecord[]> {
  return log.read({ limit: 1_000_000 });
}
