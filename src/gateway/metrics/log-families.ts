import type { Storage, Tally, TermCount } from '../../audit/index.ts';
import { standingsOf, type DestinationName, type Standing } from '../standing.ts';
import type { Family, Sample } from './exposition.ts';

const BREAKERS = ['closed', 'half-open', 'open'] as const;

const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  help,
  type: 'gauge',
  samples,
});

const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  help,
  type: 'counter',
  samples,
});

function standingFamilies(standings: readonly Standing[], now: number): Family[] {
  const each = (valueOf: (standing: Standing) => number): Sample[] =>
    standings.map((standing) => ({ labels: { destination: standing.name }, value: valueOf(standing) }));
  return [
    gauge(
      'crosswalk_delivery_oldest_age_seconds',
      'Age of the oldest record that is not delivered yet; 0 where none is pending.',
      each(({ oldestPending }) => (oldestPending === null ? 0 : Math.max(0, now - oldestPending) / 1_000)),
    ),
    gauge(
      'crosswalk_deliveries_pending',
      'Records that are to be delivered.',
      each(({ pending }) => pending),
    ),
    counter(
      'crosswalk_delivered_total',
      'Records that were delivered.',
      each(({ delivered }) => delivered),
    ),
    gauge(
      'crosswalk_destination_failures',
      'Attempts that failed in a row.',
      each(({ failures }) => failures),
    ),
    gauge(
      'crosswalk_destination_stopped',
      '1 where deliveries are stopped until someone resumes them.',
      each(({ state }) => (state === 'stopped' ? 1 : 0)),
    ),
    gauge(
      'crosswalk_destination_breaker',
      '1 for the state that the circuit breaker is in.',
      standings.flatMap(({ name, breaker }) =>
        BREAKERS.map((state) => ({
          labels: { destination: name, state },
          value: state === breaker ? 1 : 0,
        })),
      ),
    ),
    gauge(
      'crosswalk_dead_letters',
      'Dead letters that nobody has seen to, by reason.',
      standings.flatMap(({ name, dead }) =>
        Object.entries(dead).map(([reason, value]) => ({ labels: { destination: name, reason }, value })),
      ),
    ),
  ];
}

/** Terms that are told at most, the most frequent first. */
const MOST_TERMS = 1_000;

const attemptsFamily = (tallies: readonly Tally[]): Family =>
  counter(
    'crosswalk_delivery_attempts_total',
    'Records in attempts, by what came of them: delivered, retried, or the reason they were given up for.',
    tallies.map(({ destination, label, value }) => ({ labels: { destination, outcome: label }, value })),
  );

/** Tenants may have sources of one name, and here they are told together. */
function termsFamily(terms: readonly TermCount[]): Family {
  const samples = new Map<string, Sample>();
  for (const { source, language, code, term, count } of terms) {
    const labels = { source, language, code, term };
    const key = JSON.stringify(labels);
    samples.set(key, { labels, value: count + (samples.get(key)?.value ?? 0) });
  }
  const help = 'Terms that the mapping had no counterpart for, approximated or fell back with.';
  return counter('crosswalk_mapping_terms_total', help, [...samples.values()]);
}

/** What the record log says of the deliveries and terms of a tenant, or of all. */
export async function deliveryFamilies(
  log: Storage,
  destinations: readonly DestinationName[],
  now: number,
  tenant?: string,
): Promise<Family[]> {
  const [standings, tallies, terms] = await Promise.all([
    standingsOf(destinations, log, now, tenant),
    log.deliveries.tallies(),
    log.terms.list({ limit: MOST_TERMS, ...(tenant !== undefined && { tenant }) }),
  ]);
  const own = new Set(standings.map(({ name }) => name));
  return [
    ...standingFamilies(standings, now),
    attemptsFamily(tallies.filter(({ destination }) => tenant === undefined || own.has(destination))),
    termsFamily(terms),
  ];
}

/** What the record log says of itself: the same from each process that asks. */
export async function logFamilies(log: Storage, now: number): Promise<Family[]> {
  const [{ oldestQueued }, bytes] = await Promise.all([log.statements.consistency(), log.size()]);
  return [
    gauge('crosswalk_index_queue_age_seconds', 'Age of the oldest event that queries do not find yet.', [
      { labels: {}, value: oldestQueued === null ? 0 : Math.max(0, now - oldestQueued) / 1_000 },
    ]),
    gauge('crosswalk_log_bytes', 'Size of the record log.', [{ labels: {}, value: bytes }]),
  ];
}
