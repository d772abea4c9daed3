import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { v4 } from 'uuid';
import type { Storage } from '../../audit/index.ts';
import { openSqliteLog, sharedTurns } from '../../audit/sqlite/index.ts';
import { pause } from '../../forward/index.ts';
import { createAlerter, isStorageFault, type Alerter, type AlerterOptions } from '../alerts/index.ts';
import { createApp } from '../app.ts';
import type { Configuration } from '../config.ts';
import { servicesOf } from '../gateway.ts';
import { createMeter } from '../metrics/index.ts';
import { keepPulling } from '../pull/schedule.ts';
import type { Notice, Services } from '../services.ts';
import { headersOfEveryAnswer } from '../strict-headers.ts';
import { settingsOf, type Environment, type Settings } from '../settings.ts';
import { privateHosts } from '../private-hosts.ts';
import {
  createFollowUp,
  crosswalksOf,
  startFollowUp,
  THREADS_START,
  type FollowUp,
  type Tables,
} from './follow-up/index.ts';
import { freeBytesFor } from './free-bytes.ts';
import { listen } from './listen.ts';
import { nativeDigest } from './native-digest.ts';
import { publicFetch } from './public-fetch.ts';

/** What a gateway on Node is started with. */
export interface GatewayOptions {
  readonly configuration: Configuration;
  /** Where secrets are looked up. */
  readonly environment: Environment;
  readonly report: (notice: Notice) => void;
  /** What maps records; the shipped tables by default. */
  readonly tables?: Tables;
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

/**
 * Starts a gateway on Node: the record log in an SQLite file, the server, and threads that deliver, index and seal.
 * What an earlier run left undelivered is taken up at once.
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
  const turns = sharedTurns();
  const log = await openSqliteLog(configuration.data, { turns, leavesCheckpoints: THREADS_START });
  try {
    return await opened(log, turns, settings, options);
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** Brings what has grown too old, or has happened, to people's attention; null where nobody is told. */
function alerterOf(
  log: Storage,
  { alerts, destinations }: Settings,
  hosts: ReadonlySet<string>,
  own: Required<Pick<AlerterOptions, 'pressures' | 'report' | 'signal'>>,
): Alerter | null {
  if (!alerts) return null;
  const fetch = publicFetch(hosts);
  return createAlerter({ ...alerts, ...own, log, destinations, fetch, now: Date.now, newId: v4 });
}

async function opened(
  log: Storage,
  turns: SharedArrayBuffer,
  settings: Settings,
  options: GatewayOptions,
): Promise<RunningGateway> {
  const { configuration, tables = {} } = options;
  const { publicUrl, data, retention } = configuration;
  const hosts = privateHosts(configuration, settings);
  const crosswalk = crosswalksOf(tables);
  const stopping = new AbortController();
  const { signal } = stopping;
  let services: Services | undefined;
  const pressures = async () => (services ? services.admission.current() : null);
  const alerter = alerterOf(log, settings, hosts.alerts, { pressures, report: options.report, signal });
  const look = () => void alerter?.check();
  const report = (notice: Notice) => {
    options.report(notice);
    if (isStorageFault(notice) && !signal.aborted) void alerter?.storageFailed();
  };
  const followUpAt = (url: string): FollowUp => {
    // A lasting name: after a crash the gateway need not wait for the end of its own lease. The port keeps two
    // gateways on one machine apart.
    const holder = `${hostname()}:${new URL(url).port}`;
    const { destinations } = settings;
    const own = { holder, destinations, privateHosts: hosts.destinations, retention, tables };
    const reports = { report, onWorthALook: look };
    return THREADS_START
      ? startFollowUp({ ...own, data, turns }, reports)
      : createFollowUp(log, own, crosswalk, reports);
  };
  let followUp: FollowUp | undefined;
  const headers = await headersOfEveryAnswer(publicUrl);
  const server = await listen(
    (url) => {
      const following = followUpAt(url);
      followUp = following;
      services = servicesOf(configuration, settings, {
        log,
        crosswalk,
        indexer: following.indexer,
        sealer: following.sealer,
        digest: nativeDigest,
        fetchKeys: publicFetch(hosts.keys),
        now: Date.now,
        newId: v4,
        nextTurn: setImmediate,
        notify: () => following.notify(),
        report,
        meter: createMeter(),
        publicUrl: publicUrl ?? url,
        freeBytes: () => freeBytesFor(data),
        async resume(destination) {
          await log.resume(destination);
          following.resumed(destination);
        },
        onPressure: look,
      });
      const app = createApp(services);
      return (request) => app.fetch(request);
    },
    configuration.listen,
    headers,
  );
  look();
  const looking = setInterval(look, ALERTS_EVERY);
  const reading = {
    fetch: publicFetch(hosts.pulls),
    now: Date.now,
    random: Math.random,
    sleep: pause,
    signal,
  };
  const pulling = services && keepPulling(settings.pulls, services, reading);
  return {
    url: server.url,
    async close() {
      await server.close();
      stopping.abort();
      clearInterval(looking);
      await followUp?.close();
      await alerter?.check();
      await pulling;
      await log.close();
    },
  };
}
