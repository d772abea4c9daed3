import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import { v4 } from 'uuid';
import type { Storage } from '../../../audit/index.ts';
import { createForwarder, type Destination } from '../../../forward/index.ts';
import { createCrosswalk, shippedTables, type Crosswalk, type TableSet } from '../../../mappings/index.ts';
import { ontology } from '../../../ontology/index.ts';
import { sameStatement } from '../../../xapi/index.ts';
import { isWorthALook } from '../../alerts/index.ts';
import type { Configuration } from '../../config.ts';
import { retain } from '../../erasure/index.ts';
import { deliveryNotice } from '../../gateway.ts';
import { createIndexer, type Indexer, type IndexerOptions } from '../../lrs/indexer.ts';
import { createSealer, type Sealer } from '../../sealer.ts';
import type { Notice } from '../../services.ts';
import { nativeDigest } from '../native-digest.ts';
import { publicFetch } from '../public-fetch.ts';

/** Brings records of the log to their destinations. */
export interface Delivery {
  /** Says that records have been appended that go to destinations. */
  notify(): void;
  /** Says that a destination was resumed in the log. */
  resumed(destination: string): void;
  /** Resolves when what is under way has ended. */
  close(): Promise<void>;
}

/** Keeps what belongs to the records of the log: they are indexed and sealed, and in the end grow too old. */
export interface Upkeep {
  readonly indexer: Indexer;
  readonly sealer: Pick<Sealer, 'wake'>;
  /** Resolves when what is under way has ended. */
  close(): Promise<void>;
}

/** All that follows once records stand in the log. */
export type FollowUp = Delivery & Upkeep;

/** What it goes by: data, which can be handed to another thread. */
export interface FollowUpSettings {
  /** Name under which leases are taken. */
  readonly holder: string;
  readonly destinations: readonly Destination[];
  /** Private hosts that may be delivered to. */
  readonly privateHosts: ReadonlySet<string>;
  readonly retention: Configuration['retention'];
  readonly tables: Tables;
}

/** The tables of a gateway: the shipped ones where they are left out. */
export interface Tables {
  readonly own?: TableSet;
  /** Of the tenants that have some of their own. */
  readonly ofTenants?: ReadonlyMap<string, TableSet>;
}

/** What it tells. */
export interface FollowUpReports {
  readonly report: (notice: Notice) => void;
  /** Something happened of which people may have to be told. */
  readonly onWorthALook: () => void;
}

/** Milliseconds that records are gathered for one seal. */
const GATHER = 250;

const HOUR = 3_600_000;

/** The compiled tables of each tenant. */
export function crosswalksOf({ own, ofTenants }: Tables): (tenant: string) => Crosswalk {
  const common = createCrosswalk(own ?? shippedTables(), ontology);
  const ofOthers = new Map<string, Crosswalk>();
  for (const [tenant, tables] of ofTenants ?? []) ofOthers.set(tenant, createCrosswalk(tables, ontology));
  return (tenant) => ofOthers.get(tenant) ?? common;
}

/** Work that goes on beside the requests until it is closed. */
function beside() {
  const stopping = new AbortController();
  const { signal } = stopping;
  const underWay = new Set<Promise<void>>();
  return {
    signal,
    schedule(work: () => Promise<void>) {
      const done = work().finally(() => underWay.delete(done));
      underWay.add(done);
    },
    async close() {
      stopping.abort();
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** What is started over a log, in whichever thread. */
type Start<Started> = (
  log: Storage,
  settings: FollowUpSettings,
  crosswalk: (tenant: string) => Crosswalk,
  reports: FollowUpReports,
) => Started;

/** Begins to deliver what an earlier run left. */
export const createDelivery: Start<Delivery> = (
  log,
  { holder, destinations, privateHosts },
  crosswalk,
  { report, onWorthALook },
) => {
  const work = beside();
  const { signal } = work;
  const forwarder = createForwarder({
    log,
    destinations,
    crosswalk,
    comparable: sameStatement,
    fetch: publicFetch(privateHosts),
    now: Date.now,
    random: Math.random,
    newId: v4,
    digest: nativeDigest,
    nextTurn: setImmediate,
    holder,
    onEvent(event) {
      report(deliveryNotice(event));
      if (isWorthALook(event)) onWorthALook();
    },
  });
  work.schedule(() => forwarder.run(signal));
  return {
    notify: () => forwarder.notify(),
    resumed: (destination) => forwarder.resumed(destination),
    close: () => work.close(),
  };
};

/** Begins to index and to seal what an earlier run left. `pace` says how the indexer takes its turns. */
export function createUpkeep(
  log: Storage,
  { retention }: Pick<FollowUpSettings, 'retention'>,
  crosswalk: (tenant: string) => Crosswalk,
  { report }: Pick<FollowUpReports, 'report'>,
  pace: Pick<IndexerOptions, 'yieldTurn' | 'batchBeside' | 'partBeside'> = {},
): Upkeep {
  const work = beside();
  const { signal } = work;
  const schedule = (one: () => Promise<void>) => work.schedule(one);
  const indexer = createIndexer({ log, crosswalk, now: Date.now, report, signal, schedule, ...pace });
  let sealed = Promise.resolve();
  const sealer = createSealer({
    log,
    now: Date.now,
    report,
    gather: () => pause(GATHER, undefined, { signal }).catch(() => undefined),
    // One after another: two at once would read the same records, and one of them for nothing.
    schedule: (one) => schedule(() => (sealed = sealed.then(one))),
  });
  /** Keeps to the rules of retention, now and every hour. */
  const retaining = async () => {
    while (retention.length > 0 && !signal.aborted) {
      await retain(log, retention, { at: Date.now(), report, signal });
      await pause(HOUR, undefined, { signal }).catch(() => undefined);
    }
  };
  indexer.wake();
  sealer.wake();
  schedule(retaining);
  return { indexer, sealer, close: () => work.close() };
}

/** Both as one. */
export const followUpOf = (delivery: Delivery, upkeep: Upkeep): FollowUp => ({
  ...delivery,
  ...upkeep,
  close: async () => void (await Promise.all([delivery.close(), upkeep.close()])),
});

/** All of it in the present thread. */
export const createFollowUp: Start<FollowUp> = (log, settings, crosswalk, reports) =>
  followUpOf(
    createDelivery(log, settings, crosswalk, reports),
    createUpkeep(log, settings, crosswalk, reports),
  );
