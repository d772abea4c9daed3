import type { AppendOutcome, NewRecord } from '../../audit/index.ts';
import type { Problem } from '../problem.ts';
import type { Family, Labels, Sample } from './exposition.ts';

/** Upper bounds of request durations, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts by their labels. */
class Counter {
  readonly #values = new Map<string, { readonly labels: Labels; value: number }>();

  add(labels: Labels, value = 1): void {
    const key = Object.values(labels).join('\u0000');
    const known = this.#values.get(key);
    if (known) known.value += value;
    else this.#values.set(key, { labels, value });
  }

  samples(): Sample[] {
    return [...this.#values.values()].map(({ labels, value }) => ({ labels, value }));
  }
}

const RECEIVED = {
  name: 'crosswalk_records_received_total',
  help: 'Records that requests held, by what became of them: stored, duplicate, conflict, refused with others.',
  type: 'counter',
} as const;

interface Durations {
  readonly labels: Labels;
  /** Durations up to each bound and above the one before it; the last is for those above all. */
  readonly counts: number[];
  sum: number;
}

function durationSamples({ labels, counts, sum }: Durations): Sample[] {
  let count = 0;
  const buckets = counts.map((own, at): Sample => {
    count += own;
    const bound = BUCKETS[at];
    const le = bound === undefined ? '+Inf' : String(bound);
    return { suffix: '_bucket', labels: { ...labels, le }, value: count };
  });
  return [...buckets, { suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: count }];
}

const PLACES =
  /^\/(?:caliper|xapi\/(?:statements|about|agents(?:\/profile)?|activities(?:\/(?:profile|state))?)|records|dead|terms|keys|destinations|erasures|metrics|healthz|readyz)(?=\/|$)/;

/** The resource of a path, out of a bounded number. */
const resourceOf = (path: string) => PLACES.exec(path)?.[0] ?? 'other';

/** What this process has done since it started. */
export interface Meter {
  /** Counts records by what became of them at their receipt. */
  received(
    records: readonly Pick<NewRecord, 'tenant' | 'source' | 'language'>[],
    outcomes: readonly AppendOutcome[],
  ): void;
  refused(problem: Problem): void;
  answered(method: string, path: string, status: number, seconds: number): void;
  families(): Family[];
  /** Of what it counts, that which is of one tenant. */
  familiesOf(tenant: string): Family[];
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);

export function createMeter(): Meter {
  const received = new Counter();
  /** The same by tenant: sources of two may have one name. */
  const receivedOf = new Map<string, Counter>();
  const refusals = new Counter();
  const rules = new Counter();
  const durations = new Map<string, Durations>();

  function durationsOf(labels: Labels): Durations {
    const key = Object.values(labels).join(' ');
    const known = durations.get(key) ?? {
      labels,
      counts: new Array<number>(BUCKETS.length + 1).fill(0),
      sum: 0,
    };
    durations.set(key, known);
    return known;
  }

  return {
    received(records, outcomes) {
      for (const [at, { tenant, source, language }] of records.entries()) {
        const outcome = outcomes[at]?.outcome;
        if (!outcome) continue;
        const own = receivedOf.get(tenant) ?? new Counter();
        receivedOf.set(tenant, own);
        for (const counter of [received, own]) counter.add({ source, language, outcome });
      }
    },
    refused({ status, code, errors = [] }) {
      refusals.add({ status: String(status), code });
      for (const rule of new Set(errors.map((error) => error.rule))) rules.add({ rule });
    },
    answered(method, path, status, seconds) {
      const known = METHODS.has(method) ? method : 'other';
      const own = durationsOf({ method: known, resource: resourceOf(path), status: String(status) });
      const bucket = BUCKETS.findIndex((bound) => seconds <= bound);
      const place = bucket < 0 ? BUCKETS.length : bucket;
      own.counts[place] = (own.counts[place] ?? 0) + 1;
      own.sum += seconds;
    },
    familiesOf: (tenant) => [{ ...RECEIVED, samples: receivedOf.get(tenant)?.samples() ?? [] }],
    families: () => [
      { ...RECEIVED, samples: received.samples() },
      {
        name: 'crosswalk_refusals_total',
        help: 'Requests that were answered with a problem document.',
        type: 'counter',
        samples: refusals.samples(),
      },
      {
        name: 'crosswalk_refusal_rules_total',
        help: 'Refused requests by each rule that they broke.',
        type: 'counter',
        samples: rules.samples(),
      },
      {
        name: 'crosswalk_request_duration_seconds',
        help: 'Time from the receipt of a request to its answer.',
        type: 'histogram',
        samples: [...durations.values()].flatMap(durationSamples),
      },
    ],
  };
}
