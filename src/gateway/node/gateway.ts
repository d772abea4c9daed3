import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { v4 } from 'uuid';
import type { Storage } from '../../audit/index.ts';
import { openSqliteLog } from '../../audit/sqlite/index.ts';
import { createForwarder, pause as sleep, type Fetch } from '../../forward/index.ts';
import { createCrosswalk, shippedTables, type Crosswalk } from '../../mappings/index.ts';
import { ontology } from '../../ontology/index.ts';
import { sameStatement } from '../../xapi/index.ts';
import { createAlerter, isStorageFault, isWorthALook } from '../alerts/index.ts';
import { createApp } from '../app.ts';
import type { Configuration } from '../config.ts';
import { retain } from '../erasure/index.ts';
import { deliveryNotice, servicesOf } from '../gateway.ts';
import { createIndexer } from '../lrs/indexer.ts';
import { createMeter } from '../metrics/index.ts';
import { createSealer } from '../sealer.ts';
import { keepPulling } from '../pull/schedule.ts';
import type { Notice, Services } from '../services.ts';
import { settingsOf, type Environment, type Settings } from '../settings.ts';
import { privateHosts } from '../private-hosts.ts';
import { freeBytesFor } from './free-bytes.ts';
import { listen } from './listen.ts';
import { publicFetch } from './public-fetch.ts';
import type { Traffic } from './traffic.ts';

/** How long indexing waits for a lull between requests at first, in milliseconds: then it takes a turn all the same. */
const LULL = 250;

/** How many times as often it takes its turn while its queue stays full. */
const MOST_OFTEN = 4;

/** What a gateway on Node is started with. */
export interface GatewayOptions {
  readonly configuration: Configuration;
  /** Where secrets are looked up. */
  readonly environment: Environment;
  readonly report: (notice: Notice) => void;
  /** Maps records; compiled from the shipped tables by default. */
  readonly crosswalk?: Crosswalk;
  /** Maps records of tenants that have tables of their own. */
  readonly tenantCrosswalks?: ReadonlyMap<string, Crosswalk>;
  /** Sends to destinations; the host's own by default. */
  readonly fetch?: Fetch;
}

/** Milliseconds between two looks for what has grown too old. */
const ALERTS_EVERY = 30_000;

/** A gateway that listens. */
export interface RunningGateway {
  /** Address to reach it at, without a slash at its end. */
  readonly url: string;
  /** Answers what is under way, ends the deliveries after their current request, and closes the record log. */
  close(): Promise<void>;
}

/** Milliseconds that records are gathered for one seal. */
const GATHER = 250;

const HOUR = 3_600_000;

const nativeDigest = (text: string) => hash('sha256', text, 'hex');

/**
 * Starts a gateway on Node: the record log in an SQLite file, the forwarder, and the server. What an earlier run left
 * undelivered is taken up at once.
 *
 * Rejects with a `ConfigurationError` where a secret is not set, with a `LogUnavailableError` where the file cannot
 * be opened, and with the system's error where the address cannot be bound.
 *
 * @example
 * const gateway = await startGateway({ configuration, environment: process.env, report });
 * console.log(gateway.url);
 * await gateway.close();
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { configuration, environment } = options;
  const settings = settingsOf(configuration, environment, nativeDigest);
  mkdirSync(dirname(configuration.data), { recursive: true, mode: 0o700 });
  const log = await openSqliteLog(configuration.data);
  try {
    return await opened(log, settings, options);
  } catch (error) {
    await log.close();
    throw error;
  }
}

async function opened(log: Storage, settings: Settings, options: GatewayOptions): Promise<RunningGateway> {
  const { configuration } = options;
  const { publicUrl, data } = configuration;
  const hosts = privateHosts(configuration, settings);
  const fetchFor = (allowed: ReadonlySet<string>) => options.fetch ?? publicFetch(allowed);
  const crosswalk = options.crosswalk ?? createCrosswalk(shippedTables(), ontology);
  const crosswalkOf = (tenant: string) => options.tenantCrosswalks?.get(tenant) ?? crosswalk;
  const stopping = new AbortController();
  const bell = { ring: () => {}, resume: (destination: string) => log.resume(destination) };
  const traffic: Traffic = { quiet: async () => {} };
  const beside = new Set<Promise<void>>();
  const schedule = (work: () => Promise<void>) => {
    const done = work().finally(() => beside.delete(done));
    beside.add(done);
  };
  let services: Services | undefined;
  const alerter =
    settings.alerts &&
    createAlerter({
      ...settings.alerts,
      log,
      destinations: settings.destinations,
      pressures: async () => (services ? services.admission.current() : null),
      fetch: fetchFor(hosts.alerts),
      now: Date.now,
      newId: v4,
      report: options.report,
      signal: stopping.signal,
    });
  const report = (notice: Notice) => {
    options.report(notice);
    if (isStorageFault(notice) && !stopping.signal.aborted) void alerter?.storageFailed();
  };
  const indexer = createIndexer({
    log,
    crosswalk: crosswalkOf,
    report,
    signal: stopping.signal,
    schedule,
    // Shorter after batches that were full, so that a queue that grows is not left behind; never so short that answers wait for it.
    yieldTurn: (full) => traffic.quiet(LULL / Math.min(full + 1, MOST_OFTEN)),
  });
  const gather = () => pause(GATHER, undefined, { signal: stopping.signal }).catch(() => undefined);
  let sealed = Promise.resolve();
  const sealer = createSealer({
    log,
    now: Date.now,
    report,
    gather,
    // One after another: two at once would read the same records, and one of them for nothing.
    schedule: (work) => schedule(() => (sealed = sealed.then(work))),
  });
  const host = {
    log,
    crosswalk: crosswalkOf,
    indexer,
    sealer,
    digest: nativeDigest,
    fetchKeys: fetchFor(hosts.keys),
    now: Date.now,
    newId: v4,
    notify: () => bell.ring(),
    report,
    meter: createMeter(),
    freeBytes: () => freeBytesFor(data),
    resume: (destination: string) => bell.resume(destination),
    onPressure() {
      void alerter?.check();
    },
  };
  const server = await listen((url) => {
    services = servicesOf(configuration, settings, { ...host, publicUrl: publicUrl ?? url });
    const app = createApp(services);
    return (request) => app.fetch(request);
  }, configuration.listen);
  traffic.quiet = server.traffic.quiet;
  const forwarder = createForwarder({
    log,
    destinations: settings.destinations,
    crosswalk,
    crosswalkOf,
    comparable: sameStatement,
    fetch: fetchFor(hosts.destinations),
    now: Date.now,
    random: Math.random,
    newId: v4,
    digest: nativeDigest,
    // A lasting name: after a crash the gateway need not wait for the end of its own lease. The port keeps two
    // gateways on one machine apart.
    holder: `${hostname()}:${new URL(server.url).port}`,
    onEvent(event) {
      report(deliveryNotice(event));
      if (isWorthALook(event)) void alerter?.check();
    },
  });
  bell.ring = () => forwarder.notify();
  bell.resume = (destination) => forwarder.resume(destination);
  void alerter?.check();
  const looking = setInterval(() => void alerter?.check(), ALERTS_EVERY);
  const forwarding = forwarder.run(stopping.signal);
  indexer.wake();
  sealer.wake();
  const { signal } = stopping;
  const reading = { fetch: fetchFor(hosts.pulls), now: Date.now, random: Math.random, sleep, signal };
  const pulling = services && keepPulling(settings.pulls, services, reading);
  schedule(() => retained(log, options, stopping.signal));
  return {
    url: server.url,
    async close() {
      await server.close();
      stopping.abort();
      clearInterval(looking);
      await forwarding;
      await alerter?.check();
      await Promise.all(beside);
      await pulling;
      await log.close();
    },
  };
}

/** Keeps to the rules of retention, now and every hour. */
async function retained(log: Storage, options: GatewayOptions, signal: AbortSignal): Promise<void> {
  const { report, configuration } = options;
  while (configuration.retention.length > 0 && !signal.aborted) {
    await retain(log, configuration.retention, { at: Date.now(), report, signal });
    await pause(HOUR, undefined, { signal }).catch(() => undefined);
  }
}
