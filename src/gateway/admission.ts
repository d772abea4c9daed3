import type { MiddlewareHandler } from 'hono';
import type { AppendOutcome, NewRecord, Storage } from '../audit/index.ts';
import type { GatewayEnv } from './env.ts';
import type { Family } from './metrics/exposition.ts';
import { Refusal } from './problem.ts';
import { shared } from './shared.ts';
import type { Source } from './sources.ts';

/** How full the gateway may become before it takes nothing more. */
export interface Bounds {
  /** Most deliveries that are pending, over all destinations. */
  readonly pending: number;
  /** Most bytes of records in pending deliveries; not looked at where this is left out. */
  readonly pendingBytes?: number;
  /** Least bytes that are free on the disk of the record log, where the host can tell. */
  readonly freeBytes: number;
  /** Most bytes of the record log; not looked at where this is left out. */
  readonly logBytes?: number;
  /** The part of `pending` that one source may hold, from 0 to 1. */
  readonly share: number;
}

/** What can be too much, or too little. */
export type Pressure = 'pending' | 'pending-bytes' | 'free-bytes' | 'log-bytes';

/** What admission works with. */
export interface AdmissionOptions {
  readonly bounds: Bounds;
  readonly log: Pick<Storage, 'deliveries' | 'size'>;
  /** Bytes that are free on the disk of the record log; null where there is no disk. */
  readonly freeBytes: () => Promise<number | null>;
  readonly now: () => number;
  /** Told when taking records stops or begins again. */
  readonly onChange: (pressures: readonly Pressure[]) => void;
}

/** Decides whether records are taken, before anything of them is read. */
export interface Admission {
  /** Rejects with a {@link Refusal}: 503 where the gateway is full, 429 where one source has filled its share. */
  admit(source: Source): Promise<void>;
  /** Takes note of what was appended. */
  appended(records: readonly NewRecord[], outcomes: readonly AppendOutcome[]): void;
  /** What keeps records out, as far as it is known without a look. */
  pressures(): readonly Pressure[];
  /**
   * What keeps records out, after a look where the last one is old. Null where it is between the marks, so that another
   * process may keep records out and this one does not.
   */
  current(): Promise<readonly Pressure[] | null>;
  families(): Family[];
}

/** Milliseconds that a measure holds while there is room, and while there is little. */
const HOLDS = 5_000;
const HOLDS_SHORTLY = 1_000;

/** Milliseconds that a look takes at most, unless it was cut off. */
const LONGEST_LOOK = 5_000;

/** Milliseconds between two counts by source. */
const SOURCES_HOLD = 10_000;

/** Rows that a count by source looks at, about. */
const SAMPLE = 20_000;

/** How many times as long as it took a look holds at least: counting must not be what the gateway does. */
const RESTS = 20;

/** The part of a bound below which taking begins again: without a gap it would begin and end with each record. */
const LOW = 0.9;

/** Seconds after which a sender may try again. */
const RETRY_AFTER = 30;

const DETAILS: Readonly<Record<Pressure, string>> = {
  pending: 'too many records wait to be delivered',
  'pending-bytes': 'too much waits to be delivered',
  'free-bytes': 'the disk of the record log is nearly full',
  'log-bytes': 'the record log has reached its size',
};

function full(pressures: readonly Pressure[]): Refusal {
  const why = pressures.map((pressure) => DETAILS[pressure]).join(', and ');
  return new Refusal({
    status: 503,
    code: 'gateway-full',
    detail: `Nothing is taken now: ${why}. Send it again later; nothing of this request was kept.`,
    headers: { 'retry-after': String(RETRY_AFTER) },
  });
}

function shareFull({ name }: Source): Refusal {
  return new Refusal({
    status: 429,
    code: 'source-share-full',
    detail: `Too many records of "${name}" wait to be delivered. Send it again later; nothing of this request was kept.`,
    headers: { 'retry-after': String(RETRY_AFTER) },
  });
}

const sourceKey = ({ tenant, name }: Pick<Source, 'tenant' | 'name'>) => JSON.stringify([tenant, name]);

interface Level {
  readonly at: number;
  /** Milliseconds that the look took. */
  readonly took: number;
  readonly pending: number;
  readonly pendingBytes: number;
}

export function createAdmission({ bounds, log, freeBytes, now, onChange }: AdmissionOptions): Admission {
  const pressed = new Set<Pressure>();
  let level: Level | undefined;
  let grown = { pending: 0, pendingBytes: 0 };
  let sources = { until: 0, counts: new Map<string, number>() };

  /** What is past neither mark. */
  const between = new Set<Pressure>();

  function press(pressure: Pressure, over: boolean, under: boolean): void {
    if (over) pressed.add(pressure);
    else if (under) pressed.delete(pressure);
    if (over || under) between.delete(pressure);
    else between.add(pressure);
  }

  const pressMost = (pressure: Pressure, value: number, most: number | undefined) => {
    if (most !== undefined) press(pressure, value >= most, value < most * LOW);
  };

  function pressOutbox(): void {
    pressMost('pending', (level?.pending ?? 0) + grown.pending, bounds.pending);
    pressMost('pending-bytes', (level?.pendingBytes ?? 0) + grown.pendingBytes, bounds.pendingBytes);
  }

  async function measure(): Promise<void> {
    const before = [...pressed].join();
    const beganAt = now();
    const began = { ...grown };
    const [backlog, free, size] = await Promise.all([
      log.deliveries.backlog(bounds.pending, bounds.pendingBytes !== undefined),
      freeBytes(),
      bounds.logBytes === undefined ? 0 : log.size(),
    ]);
    level = { at: now(), took: now() - beganAt, pending: backlog.count, pendingBytes: backlog.bytes };
    grown = {
      pending: grown.pending - began.pending,
      pendingBytes: grown.pendingBytes - began.pendingBytes,
    };
    pressOutbox();
    if (free !== null) press('free-bytes', free < bounds.freeBytes, free >= bounds.freeBytes / LOW);
    pressMost('log-bytes', size, bounds.logBytes);
    if ([...pressed].join() !== before) onChange([...pressed]);
  }

  function isStale(): boolean {
    if (!level) return true;
    const little = pressed.size > 0 || level.pending + grown.pending >= bounds.pending * LOW;
    return now() - level.at >= Math.max(little ? HOLDS_SHORTLY : HOLDS, level.took * RESTS);
  }

  async function countOf(source: Source, waiting: number): Promise<number> {
    const at = now();
    if (at >= sources.until) {
      // Odd, since the rows of one record follow one another, one a destination.
      const counts = await log.deliveries.bySource(Math.floor(waiting / SAMPLE) | 1);
      sources = {
        until: now() + Math.max(SOURCES_HOLD, (now() - at) * RESTS),
        counts: new Map(counts.map((one) => [sourceKey({ ...one, name: one.source }), one.count])),
      };
    }
    return sources.counts.get(sourceKey(source)) ?? 0;
  }

  const measured = shared(measure, LONGEST_LOOK);
  const fresh = async () => {
    if (isStale()) await measured();
  };

  return {
    async admit(source) {
      await fresh();
      if (pressed.size > 0) throw full([...pressed]);
      const share = bounds.pending * bounds.share;
      const waiting = (level?.pending ?? 0) + grown.pending;
      if (bounds.share < 1 && waiting >= share && (await countOf(source, waiting)) >= share)
        throw shareFull(source);
    },

    appended(records, outcomes) {
      for (const [at, { deliveries, body }] of records.entries()) {
        if (outcomes[at]?.outcome !== 'stored') continue;
        grown.pending += deliveries.length;
        grown.pendingBytes += deliveries.length * body.length;
      }
      const before = pressed.size;
      pressOutbox();
      if (pressed.size !== before) onChange([...pressed]);
    },

    pressures: () => [...pressed],

    async current() {
      await fresh();
      return pressed.size === 0 && between.size > 0 ? null : [...pressed];
    },

    families: () => [
      {
        name: 'crosswalk_backpressure',
        help: '1 where no records are taken for this reason.',
        type: 'gauge',
        samples: (Object.keys(DETAILS) as Pressure[]).map((reason) => ({
          labels: { reason },
          value: pressed.has(reason) ? 1 : 0,
        })),
      },
    ],
  };
}

/** Lets requests that bring records through while there is room for them. Stands behind `requires`. */
export function admits<Env extends GatewayEnv>({
  admission,
}: {
  readonly admission: Admission;
}): MiddlewareHandler<Env> {
  return async (c, next) => {
    await admission.admit(c.get('source'));
    await next();
  };
}
