import Sqlite from 'better-sqlite3';

import type { NewRecord, Storage } from '../src/audit/index.ts';
import { openSqliteLog } from '../src/audit/sqlite/index.ts';
import {
  createForwarder,
  type CaliperDestination,
  type Destination,
  type ForwardEvent,
  type Forwarder,
  type ForwarderOptions,
  type LrsDestination,
} from '../src/forward/index.ts';
import { equal, isObject, type JsonObject, type JsonValue } from '../src/json/index.ts';
import type { Crosswalk, RecordOrText } from '../src/mappings/crosswalk.types.ts';
import { writtenConversion } from '../src/mappings/plans/index.ts';
import { event, statement } from './runtime/log-records.ts';

const nameOf = ({ id }: JsonObject) => (typeof id === 'string' ? id : '?');

/** A crosswalk that only wraps records, and says with which options it was asked. Refuses what says `refuse`. */
export function plainCrosswalk(version = '1.0.0'): Crosswalk {
  const refused = {
    ok: false,
    diagnostics: [{ code: 'missing-time', path: '/eventTime', message: 'there is no time' }],
  } as const;
  const made = (record: JsonObject) => ({
    ok: true as const,
    record,
    diagnostics: [{ code: 'fallback' as const, path: '/action', message: 'fell back', term: 'Thing' }],
    trace: [],
  });
  const objectOf = (source: RecordOrText) => {
    const value = typeof source === 'string' ? (JSON.parse(source) as JsonValue) : source;
    return isObject(value) ? value : { refuse: true };
  };
  const toXapi: Crosswalk['toXapi'] = (source, options) => {
    const from = objectOf(source);
    if (from.explode) throw new Error('a fault of the engine');
    if (from.refuse) return refused;
    return made({
      id: `made-of-${nameOf(from)}`,
      tables: version,
      bad: from.bad,
      asked: { ...options } as JsonObject,
    });
  };
  const toCaliper: Crosswalk['toCaliper'] = (source, options) => {
    const from = objectOf(source);
    if (from.refuse) return refused;
    return made({
      id: `urn:made:${nameOf(from)}`,
      tables: version,
      asked: { ...options } as JsonObject,
    });
  };
  return {
    tables: { version, digest: 'd'.repeat(64) },
    toXapi,
    toCaliper,
    writeXapi: (from, options) => writtenConversion(toXapi(from, options)),
    writeCaliper: (from, options) => writtenConversion(toCaliper(from, options)),
    toDocument(entity) {
      if (typeof entity.id !== 'string') return null;
      return {
        resource: 'activities/profile',
        parameters: { activityId: entity.id },
        profileId: 'https://w3id.org/crosswalk/describe',
      };
    },
    toAgent: (iri) => ({ account: { homePage: 'https://example.edu', name: iri } }),
    toAgentIri: () => undefined,
  };
}

/** A log, a clock and what happened: a forwarder with everything around it real but the hour. */
export interface Stage {
  readonly log: Storage;
  readonly events: ForwardEvent[];
  readonly clock: { time: number };
  /** Appends records, all to the destinations named (`lrs` by default). */
  append(records: readonly NewRecord[], ...destinations: string[]): Promise<void>;
  forwarder(destinations: readonly Destination[], options?: Partial<ForwarderOptions>): Forwarder;
  /** State and reason of each record at a destination, in order. */
  states(destination?: string): Promise<string[]>;
}

export async function createStage(): Promise<Stage> {
  const log = await openSqliteLog(new Sqlite(':memory:'));
  const crosswalk = plainCrosswalk();
  const events: ForwardEvent[] = [];
  const clock = { time: 1_800_000_000_000 };
  return {
    log,
    events,
    clock,
    async append(records, ...destinations) {
      const names = destinations.length > 0 ? destinations : ['lrs'];
      const deliveries = names.map((destination) => ({ route: 'all', destination }));
      await log.append(
        records.map((record) => ({ ...record, deliveries })),
        { onConflict: 'skip' },
      );
    },
    forwarder: (destinations, options = {}) =>
      createForwarder({
        log,
        destinations,
        crosswalk: () => crosswalk,
        fetch,
        now: () => clock.time,
        random: () => 1,
        newId: () => crypto.randomUUID(),
        comparable: equal,
        onEvent: (happened) => void events.push(happened),
        ...options,
      }),
    async states(destination = 'lrs') {
      const records = await log.read({ limit: 10_000 });
      const lines = (await Promise.all(records.map(({ seq }) => log.history(seq)))).flat();
      return lines
        .filter((line) => line.destination === destination)
        .map(({ state, reason }) => (reason ? `${state}: ${reason}` : state));
    },
  };
}

/** An LRS destination with short patience. */
export const lrsAt = (url: string, parts: Partial<LrsDestination> = {}): LrsDestination => ({
  kind: 'lrs',
  name: 'lrs',
  url: `${url}/xapi`,
  authorization: { scheme: 'basic', user: 'käthe', password: 'geheim' },
  timeout: 2_000,
  ...parts,
});

/** A Caliper destination with short patience. */
export const endpointAt = (url: string, parts: Partial<CaliperDestination> = {}): CaliperDestination => ({
  kind: 'caliper',
  name: 'endpoint',
  url: `${url}/caliper`,
  authorization: { scheme: 'bearer', token: 'token-1' },
  sensor: 'https://crosswalk.example.org/sensor',
  timeout: 2_000,
  ...parts,
});

const STAMP = '2026-01-01T00:00:00.000Z';

/** A whole statement: with its id and time, and odd spacing that must survive. */
export const fullStatement = (id: string, more = ''): NewRecord =>
  statement(id, { body: `{"id":"${id}",  "timestamp": "${STAMP}", "score": 1.0${more}}` });

/** An event with odd spacing that must survive. */
export const fullEvent = (id: string, more = ''): NewRecord =>
  event(id, { body: `{ "id":"${id}","eventTime": "${STAMP}", "n": 1.50${more} }` });
