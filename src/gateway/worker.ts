import { v4 } from 'uuid';
import type { Storage } from '../audit/index.ts';
import { openD1Log, type D1Database } from '../audit/d1/index.ts';
import {
  createForwarder,
  pause,
  type DeliveryReport,
  type Forwarder,
  type ForwardEvent,
  publicOnly,
  type Fetch,
} from '../forward/index.ts';
import { createCrosswalk, shippedTables, type Crosswalk } from '../mappings/index.ts';
import { ontology } from '../ontology/index.ts';
import { sameStatement } from '../xapi/index.ts';
import { createAlerter, isStorageFault, isWorthALook, type Alerter } from './alerts/index.ts';
import { createApp } from './app.ts';
import { parseConfiguration, readConfiguration, type Configuration } from './config.ts';
import { ConfigurationError } from './config-problem.ts';
import { portableDigest } from './digest.ts';
import { keepRetention } from './erasure/index.ts';
import { deliveryNotice, servicesOf } from './gateway.ts';
import { createIndexer, type Indexer } from './lrs/indexer.ts';
import { pullOnce } from './pull/schedule.ts';
import { createSealer, type Sealer } from './sealer.ts';
import { privateHosts } from './private-hosts.ts';
import { PROBLEM_HEADERS, problemText } from './problem.ts';
import type { Notice, Services } from './services.ts';
import { settingsOf, type Settings } from './settings.ts';
import { headersOfEveryAnswer } from './strict-headers.ts';

/** Bindings of the Worker, as `wrangler.toml` names them; secrets stand beside them under the configured names. */
export interface WorkerEnvironment {
  readonly DB: D1Database;
  /** Wakes a consumer for a destination when it is to be tried again; without it the timer does, within a minute. */
  readonly DELIVERIES?: DeliveryQueue;
  /** The configuration file's contents; without it the defaults hold. */
  readonly CROSSWALK_CONFIG?: string;
  readonly [secret: string]: unknown;
}

/** What a message of the queue says: a destination that is to be tried. */
interface DeliveryMessage {
  readonly destination: string;
}

/** A queue of Cloudflare, by the method that is used. */
interface DeliveryQueue {
  send(message: DeliveryMessage, options: { readonly delaySeconds: number }): Promise<unknown>;
}

/** What a Worker is told of the event that it handles, by the method that is used. */
interface EventContext {
  waitUntil(work: Promise<unknown>): void;
}

/** A gateway as an isolate keeps it from request to request. */
interface Isolate {
  readonly log: Storage;
  readonly indexer: Indexer;
  readonly sealer: Sealer;
  /** Work that waits for the end of a request. */
  readonly waiting: (() => Promise<void>)[];
  readonly configuration: Configuration;
  readonly settings: Settings;
  /** Sends to destinations; private ones only where they are allowed by name. */
  readonly send: Fetch;
  /** Reads LRSs. */
  readonly read: Fetch;
  readonly services: Services;
  readonly app: ReturnType<typeof createApp>;
  readonly alerter: Alerter | null;
  readonly report: (notice: Notice) => void;
  /** True once records were accepted that nobody forwards yet. */
  accepted: boolean;
}

/** One line a notice: Workers keep what is written to the console. */
function written({ level, error, ...rest }: Notice): void {
  const fault = error instanceof Error ? { error: error.message, stack: error.stack } : {};
  console[level](JSON.stringify({ level, ...rest, ...fault }));
}

/** Bytes of the log at which it takes nothing more: a database of D1 holds 10 GB. */
const LARGEST_LOG = 9_500_000_000;

/** Tables that cannot be read must not be taken for tables that hold. */
function refuseFolders({ mappings, tenants }: Configuration): void {
  const own = tenants.map(({ mappings: folder }, at) => ({ folder, path: `/tenants/${at}/mappings` }));
  const named = [{ folder: mappings, path: '/mappings' }, ...own].filter(
    ({ folder }) => folder !== undefined,
  );
  if (named.length === 0) return;
  const message =
    'a Worker has no folders: remove it, and build the Worker with your own tables in mappings/';
  throw new ConfigurationError(named.map(({ path }) => ({ path, rule: 'config-mappings', message })));
}

function open(environment: WorkerEnvironment): Isolate {
  const text = environment.CROSSWALK_CONFIG;
  const configuration = text === undefined ? parseConfiguration({}) : readConfiguration(text);
  refuseFolders(configuration);
  const settings = settingsOf(configuration, environment, portableDigest);
  const log = openD1Log(environment.DB);
  const hosts = privateHosts(configuration, settings);
  const fetchFor = (allowed: ReadonlySet<string>) => publicOnly((url, init) => fetch(url, init), allowed);
  const send = fetchFor(hosts.destinations);
  const alerter =
    settings.alerts &&
    createAlerter({
      ...settings.alerts,
      log,
      destinations: settings.destinations,
      pressures: () => services.admission.current(),
      fetch: fetchFor(hosts.alerts),
      now: Date.now,
      newId: v4,
      report: written,
    });
  const report = (notice: Notice) => {
    written(notice);
    if (alerter && isStorageFault(notice)) schedule(() => alerter.storageFailed());
  };
  const notify = () => {
    isolate.accepted = true;
  };
  const waiting: (() => Promise<void>)[] = [];
  const schedule = (work: () => Promise<void>) => void waiting.push(work);
  const indexer = createIndexer({ log, crosswalk, now: Date.now, report, schedule });
  const sealer = createSealer({ log, now: Date.now, report, schedule });
  const host = {
    log,
    crosswalk,
    indexer,
    sealer,
    digest: portableDigest,
    now: Date.now,
    newId: v4,
    notify,
    report,
    logBytes: LARGEST_LOG,
    fetchKeys: fetchFor(hosts.keys),
    onPressure() {
      if (alerter) schedule(() => alerter.check());
    },
  };
  const services = servicesOf(configuration, settings, host);
  const isolate: Isolate = {
    log,
    configuration,
    settings,
    send,
    read: fetchFor(hosts.pulls),
    alerter,
    services,
    app: createApp(services),
    report,
    accepted: false,
    indexer,
    sealer,
    waiting,
  };
  return isolate;
}

let compiled: Crosswalk | undefined;

/** The shipped tables, compiled when something is first forwarded: an answer need not wait for them. */
const crosswalk = () => (compiled ??= createCrosswalk(shippedTables(), ontology));

/** A forwarder for one event: on Workers no request may wait for the network calls of another. */
function forwarderOf({ log, settings, send }: Isolate, onEvent: (event: ForwardEvent) => void): Forwarder {
  return createForwarder({
    log,
    destinations: settings.destinations,
    crosswalk,
    comparable: sameStatement,
    fetch: send,
    now: Date.now,
    random: Math.random,
    newId: v4,
    onEvent,
  });
}

/** The longest that a message may wait in a queue, in seconds: 12 hours. */
const LONGEST_DELAY = 43_200;

/** Has a destination tried again when its time has come. Who was only turned away leaves that to who was refused. */
async function wakeLater(
  { destination, retryAt }: DeliveryReport,
  { DELIVERIES: queue }: WorkerEnvironment,
): Promise<void> {
  if (!queue || retryAt === null) return;
  const delaySeconds = Math.min(Math.max(Math.ceil((retryAt - Date.now()) / 1_000), 0), LONGEST_DELAY);
  try {
    await queue.send({ destination }, { delaySeconds });
  } catch (error) {
    written({ level: 'warn', event: 'not-queued', destination, error });
  }
}

/** Forwards to some destinations, or to all; then has tried again what failed, and tells what people should know. */
async function forward(
  isolate: Isolate,
  environment: WorkerEnvironment,
  names: readonly string[] = isolate.settings.destinations.map(({ name }) => name),
): Promise<void> {
  const failed = new Set<string>();
  let worthALook = false;
  const forwarder = forwarderOf(isolate, (event) => {
    written(deliveryNotice(event));
    if (event.type === 'retry' || event.type === 'held') failed.add(event.destination);
    worthALook ||= isWorthALook(event);
  });
  const reports = await Promise.all(names.map((name) => forwarder.deliver(name)));
  const again = reports.filter(({ destination }) => failed.has(destination));
  await Promise.all(again.map((report) => wakeLater(report, environment)));
  if (worthALook) await isolate.alerter?.check();
}

/** Records that a timed event indexes and seals at most: what requests were cut off from. */
const TIMED = 2_000;

/** Pages that a timed event takes of each LRS: the rest is for the next one. */
const PULLED_PAGES = 20;

/** Reads the configured LRSs, each from where the last event ended. */
async function pulled({ settings, services, read }: Isolate): Promise<void> {
  const { signal } = new AbortController();
  const host = { fetch: read, now: Date.now, random: Math.random, sleep: pause, signal };
  const readings = settings.pulls.map(({ pull }) => ({ ...pull, mostPages: PULLED_PAGES }));
  await Promise.all(readings.map((pull) => pullOnce(pull, services, host)));
}

let kept: Isolate | undefined;

/** The gateway of this isolate. Its bindings and secrets do not change while it lives. */
function isolateFor(environment: WorkerEnvironment): Isolate {
  return (kept ??= open(environment));
}

/** Answers while the configuration cannot be used; what is wrong stands in the Worker's log, where its owner reads it. */
async function misconfigured(error: unknown): Promise<Response> {
  if (!(error instanceof ConfigurationError)) throw error;
  written({ level: 'error', event: 'misconfigured', errors: error.errors });
  const detail = 'The gateway is not configured yet. Its own log says what is missing.';
  const problem = { status: 503, code: 'misconfigured', detail };
  return new Response(problemText(problem), {
    status: problem.status,
    headers: { ...(await headersOfEveryAnswer()), ...PROBLEM_HEADERS, 'retry-after': '60' },
  });
}

/** An origin server says when it answered (RFC 9110 section 6.6.1). Cloudflare's edge does so itself, workerd does not. */
function dated(answer: Response): Response {
  if (!answer.headers.has('date')) answer.headers.set('date', new Date().toUTCString());
  return answer;
}

/**
 * Reads what a refusal left unread of a request: workerd holds the connection's next request back until it is. The
 * platform bounds it.
 */
async function drained({ body, bodyUsed }: Request): Promise<void> {
  if (body && !bodyUsed) await body.pipeTo(new WritableStream()).catch(() => undefined);
}

/** Keeps to the rules of retention, once an hour. */
async function retained({ log, report, configuration: { retention } }: Isolate): Promise<void> {
  const at = Date.now();
  if (retention.length === 0 || new Date(at).getUTCMinutes() !== 0) return;
  try {
    const counts = await keepRetention(log, retention, { at, by: 'retention' });
    if (counts.records > 0) report({ level: 'info', event: 'retention', ...counts });
  } catch (error) {
    report({ level: 'error', event: 'retention-unavailable', error });
  }
}

/** The gateway as a Cloudflare Worker: records in D1, forwarded after the answer, and by a timer what is left. */
const worker = {
  /** Answers a request, then forwards what was accepted. */
  async fetch(request: Request, environment: WorkerEnvironment, context: EventContext): Promise<Response> {
    let isolate: Isolate;
    try {
      isolate = isolateFor(environment);
    } catch (error) {
      return misconfigured(error);
    }
    const answering = Promise.resolve(isolate.app.fetch(request));
    // Who hangs up ends the event, unless something of it waits.
    context.waitUntil(answering);
    const answer = await answering;
    await drained(request);
    if (isolate.accepted) {
      isolate.accepted = false;
      context.waitUntil(forward(isolate, environment));
    }
    for (const work of isolate.waiting.splice(0)) context.waitUntil(work());
    return dated(answer);
  },

  /** Forwards what is pending: retries that have come due, and what a broken-off event left. */
  async scheduled(_event: unknown, environment: WorkerEnvironment, context: EventContext): Promise<void> {
    const isolate = isolateFor(environment);
    context.waitUntil(
      pulled(isolate)
        .then(() => forward(isolate, environment))
        .then(() => isolate.alerter?.check()),
    );
    context.waitUntil(isolate.indexer.catchUp(TIMED));
    context.waitUntil(isolate.sealer.seal(TIMED));
    context.waitUntil(retained(isolate));
    return Promise.resolve();
  },

  /** Tries the destinations that messages name, whose time has come. What is pending stands in the log, not in them. */
  async queue(
    batch: { readonly messages: readonly { readonly body: DeliveryMessage }[] },
    environment: WorkerEnvironment,
  ): Promise<void> {
    const isolate = isolateFor(environment);
    const known = new Set(isolate.settings.destinations.map(({ name }) => name));
    const names = new Set(batch.messages.map(({ body }) => body.destination));
    await forward(
      isolate,
      environment,
      [...names].filter((name) => known.has(name)),
    );
  },
};

export default worker;
