import { LogUnavailableError, type Alert, type NewAlert, type Storage } from '../../audit/index.ts';
import type { Fetch } from '../../forward/index.ts';
import type { Pressure } from '../admission.ts';
import type { Notice } from '../services.ts';
import { shared } from '../shared.ts';
import { standingsOf, type DestinationName } from '../standing.ts';
import { alertsFor, type Deaths, type Thresholds } from './conditions.ts';
import { sendWebhook, WEBHOOK_TIMEOUT, type WebhookSettings } from './webhook.ts';

/** What a host hands in for alerts. */
export interface AlerterOptions {
  readonly log: Storage;
  readonly destinations: readonly DestinationName[];
  readonly thresholds: Thresholds;
  readonly webhook: WebhookSettings;
  /** What keeps records out; null where it cannot be said. */
  readonly pressures: () => Promise<readonly Pressure[] | null>;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly newId: () => string;
  readonly report: (notice: Notice) => void;
  /** Ends what is under way; alerts that are not told yet are told after the next start. */
  readonly signal?: AbortSignal;
}

/** Tells people by a webhook what they should see to. Nothing else waits for it. */
export interface Alerter {
  /** Looks for what has changed, and tells what is due. Never rejects. */
  check(): Promise<void>;
  /** Tells that the record log failed: kept in memory, since the log cannot keep it. Never rejects. */
  storageFailed(): Promise<void>;
}

/** Alerts that are told in one go. */
const PAGE = 20;

/** How often an alert is told before it is given up: for about a day. */
const MOST_ATTEMPTS = 30;

/** Milliseconds between two tries grow from the first to the second of these. */
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 3_600_000;

/** Milliseconds between two alerts about a failing log. */
const FAULT_QUIET = 300_000;

/** Milliseconds that a check takes at most, unless it was cut off or a webhook is slow. */
const LONGEST_CHECK = 30_000;

/** Tries to tell of a failing log: they stand in no log, and end with the process. */
const FAULT_ATTEMPTS = 3;

const pauseAfter = (attempts: number) =>
  Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(attempts - 1, 20));

const taken = (status: number | null) => status !== null && status >= 200 && status < 300;

/** What is counted beside letters that died. */
const NOT_DEAD = new Set(['delivered', 'retried', 'erased']);

async function deathsOf({ deliveries }: Pick<Storage, 'deliveries'>): Promise<Map<string, Deaths>> {
  const deaths = new Map<string, Record<string, number>>();
  for (const { destination, label, value } of await deliveries.tallies()) {
    if (NOT_DEAD.has(label)) continue;
    deaths.set(destination, { ...deaths.get(destination), [label]: value });
  }
  return deaths;
}

export function createAlerter(options: AlerterOptions): Alerter {
  const { log, destinations, thresholds, webhook, pressures, fetch, now, newId, report, signal } = options;
  let failedAt = -Infinity;
  let again = false;

  async function look(): Promise<void> {
    const at = now();
    const [standings, deaths, newest, pressed] = await Promise.all([
      standingsOf(destinations, log, at),
      deathsOf(log),
      log.alerts.newest(),
      pressures(),
    ]);
    const findings = { standings, deaths, pressures: pressed };
    for (const alert of alertsFor(findings, newest, at, thresholds)) {
      const last = newest.find(({ kind, subject }) => kind === alert.kind && subject === alert.subject);
      await log.alerts.add(alert, newId(), last?.id ?? null);
    }
  }

  async function tell(alert: Alert): Promise<void> {
    const { id, kind, subject, attempts } = alert;
    const status = await sendWebhook(alert, webhook, fetch, now(), signal);
    if (signal?.aborted) return;
    const done = taken(status);
    const lost = !done && attempts >= MOST_ATTEMPTS;
    if (!done) {
      report({
        level: 'warn',
        event: lost ? 'alert-lost' : 'alert-failed',
        id,
        kind,
        subject,
        status,
        attempts,
      });
    }
    await log.alerts.settle({ id, done: done || lost, retryAt: now() + pauseAfter(attempts) }, now());
  }

  async function tellAll(): Promise<void> {
    for (;;) {
      const at = now();
      const due = await log.alerts.take(at, at + PAGE * WEBHOOK_TIMEOUT, PAGE);
      for (const alert of due) await tell(alert);
      if (due.length < PAGE || signal?.aborted) return;
    }
  }

  async function storageFailed(): Promise<void> {
    const at = now();
    if (at - failedAt < FAULT_QUIET) return;
    failedAt = at;
    const fault: NewAlert = { kind: 'storage-fault', subject: 'gateway', status: 'firing', at, details: {} };
    const alert = { ...fault, id: newId(), attempts: 0 };
    for (let attempt = 0; attempt < FAULT_ATTEMPTS; attempt += 1) {
      if (taken(await sendWebhook(alert, webhook, fetch, now(), signal))) return;
    }
    report({ level: 'error', event: 'alert-lost', id: alert.id, kind: alert.kind });
  }

  async function once(): Promise<void> {
    try {
      await look();
      await tellAll();
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof LogUnavailableError) await storageFailed();
      else report({ level: 'error', event: 'alert-fault', error });
    }
  }

  /** What changes while it is looked at is looked at once more. */
  async function untilQuiet(): Promise<void> {
    while (again) {
      again = false;
      await once();
    }
  }

  const quiet = shared(untilQuiet, LONGEST_CHECK);

  return {
    check() {
      again = true;
      return quiet();
    },
    storageFailed,
  };
}
