import type { Hono } from 'hono';
import { deliveriesFor, type Fetch, type ForwardEvent } from '../forward/index.ts';
import { createAdmission, type Pressure } from './admission.ts';
import { createApp } from './app.ts';
import { createBodyTurns } from './body-turns.ts';
import type { Configuration } from './config.ts';
import { knownSources } from './credentials.ts';
import { createOrigin } from './echo.ts';
import type { GatewayEnv } from './env.ts';
import { createKeyring } from './keys/index.ts';
import { InFlight } from './in-flight.ts';
import { createIndexer, type Indexer } from './lrs/indexer.ts';
import { createSealer, type Sealer } from './sealer.ts';
import type { Meter } from './metrics/index.ts';
import { createPace } from './pace.ts';
import type { Notice, Services } from './services.ts';
import type { Settings } from './settings.ts';
import { TENANT } from './tenant.ts';
import { signedBodies, tokenSources, type Signer } from './tokens/index.ts';

/** What a host hands in beside the configuration. */
export type Host = Pick<
  Services,
  'log' | 'crosswalk' | 'digest' | 'now' | 'newId' | 'notify' | 'report' | 'publicUrl'
> & {
  /** The host's own indexer; without one events are indexed beside the requests, for as long as the host lives. */
  readonly indexer?: Indexer;
  /** The host's own sealer; without one records are sealed beside the requests. */
  readonly sealer?: Pick<Sealer, 'wake'>;
  /** Resolves in a later turn of the event loop, where many requests share one. */
  readonly nextTurn?: () => Promise<void>;
  /** Counts what the process does, where that is what people look at. */
  readonly meter?: Meter;
  /** Bytes that are free on the disk of the record log; null where the host has none. */
  readonly freeBytes?: () => Promise<number | null>;
  /** Bytes of the record log that the host has room for. */
  readonly logBytes?: number;
  /** Lets a destination run again, where more is to be done than the log can. */
  readonly resume?: (destination: string) => Promise<void>;
  /** Told when the gateway stops or begins again to take records. */
  readonly onPressure?: (pressures: readonly Pressure[]) => void;
  /** Looks up keys of issuers and signers; the host's own `fetch` where it is left out. */
  readonly fetchKeys?: Fetch;
};

/** The sources that sign what they send. */
function signersOf({ sources }: Configuration, settings: Settings): Signer[] {
  return sources.flatMap(({ signed }, at) => {
    const source = settings.sources[at];
    return signed && source ? [{ source, signed }] : [];
  });
}

/** What a configured gateway works with, on any host. */
export function servicesOf(configuration: Configuration, settings: Settings, host: Host): Services {
  const { limits, cors, metrics, log: lines } = configuration;
  const publicUrl = configuration.publicUrl ?? host.publicUrl;
  const {
    publicUrl: _own,
    fetchKeys = (url, init) => fetch(url, init),
    freeBytes,
    logBytes,
    onPressure,
    resume,
    nextTurn,
    ...services
  } = host;
  const { crosswalk } = services;
  const configured = knownSources(settings.credentials, services.digest);
  const sourceNamed = (name: string) => settings.sources.find((source) => source.name === name);
  const isStrict = (tenant: string, name: string) =>
    settings.sources.some((one) => one.tenant === tenant && one.name === name && one.strict);
  const { issuers } = configuration;
  const ofToken = tokenSources({ ...services, issuers, sourceNamed, fetch: fetchKeys });
  const keyring = createKeyring({ ...services, isStrict });
  const schedule = (work: () => Promise<void>) => void work();
  const { backpressure } = configuration;
  const most = backpressure.logBytes ?? logBytes;
  const { pendingBytes } = backpressure;
  const admission = createAdmission({
    bounds: {
      pending: backpressure.pending,
      freeBytes: backpressure.freeBytes,
      share: backpressure.share,
      ...(pendingBytes === undefined ? {} : { pendingBytes }),
      ...(most === undefined ? {} : { logBytes: most }),
    },
    log: services.log,
    now: services.now,
    freeBytes: freeBytes ?? (async () => null),
    onChange(pressures) {
      const level = pressures.length > 0 ? 'error' : 'info';
      services.report({ level, event: 'backpressure', pressures });
      onPressure?.(pressures);
    },
  });
  return {
    ...services,
    inFlight: new InFlight(),
    bodyTurn: nextTurn ? createBodyTurns(nextTurn) : () => Promise.resolve(),
    sealer: host.sealer ?? createSealer({ ...services, schedule }),
    admission,
    publicMetrics: metrics.public,
    logRequests: lines.requests,
    destinations: settings.destinations.map(({ name, kind, tenant = TENANT }) => ({ name, kind, tenant })),
    resume:
      resume ??
      (async (destination) => {
        await services.log.resume(destination);
        services.notify();
      }),
    indexer: host.indexer ?? createIndexer({ ...services, schedule }),
    limits,
    keyring,
    pace: createPace(limits, services.now),
    authenticate: async (presented) =>
      configured(presented) ?? (await keyring.sourceOf(presented)) ?? ofToken(presented),
    signedBodies: signedBodies(signersOf(configuration, settings), services.now, fetchKeys),
    corsOrigins: cors.origins,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    tenants: [TENANT, ...configuration.tenants.map(({ name }) => name)],
    origin: createOrigin(crosswalk),
    rendering: (name) => settings.destinations.find((destination) => destination.name === name),
    deliveries: (record) => deliveriesFor(record, settings.routes),
  };
}

/** The app of a configured gateway, on any host. */
export const createGateway = (
  configuration: Configuration,
  settings: Settings,
  host: Host,
): Hono<GatewayEnv> => createApp(servicesOf(configuration, settings, host));

const LEVELS: Readonly<Record<ForwardEvent['type'], Notice['level']>> = {
  delivered: 'info',
  traced: 'info',
  retry: 'warn',
  held: 'warn',
  opened: 'error',
  closed: 'info',
  expired: 'error',
  dead: 'error',
  stopped: 'error',
  unavailable: 'error',
};

/** What happened to a delivery, as a line for the gateway's own log. Answers may hold parts of records: they stay out. */
export function deliveryNotice(event: ForwardEvent): Notice {
  const { type, ...details } = event;
  const { answer: _answer, why: _why, ...told } = { answer: '', why: '', ...details };
  return { level: LEVELS[type], event: `delivery-${type}`, ...told };
}
