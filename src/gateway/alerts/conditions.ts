import type { Alert, NewAlert } from '../../audit/index.ts';
import type { JsonObject } from '../../json/index.ts';
import type { Pressure } from '../admission.ts';
import type { Standing } from '../standing.ts';
import { timeOrNull } from '../time-text.ts';

/** When alerts are given. */
export interface Thresholds {
  /** Milliseconds after which a record that is not delivered is worth an alert. */
  readonly oldest: number;
  /** Milliseconds between two alerts about dead letters of one destination. */
  readonly quiet: number;
}

/** A state that is told when it begins and when it ends. */
interface Condition {
  readonly kind: string;
  readonly subject: string;
  readonly holds: boolean;
  readonly details: JsonObject;
}

function conditionsOf(standing: Standing, now: number, { oldest }: Thresholds): Condition[] {
  const { name: subject, state, stopped, breaker, failures, retryAt, pending, oldestPending } = standing;
  const status = /^status (\d{3})/.exec(stopped ?? '')?.[1];
  return [
    {
      kind: 'destination-stopped',
      subject,
      holds: state === 'stopped',
      details: { pending, ...(status === undefined ? {} : { answer: Number(status) }) },
    },
    {
      kind: 'breaker-open',
      subject,
      holds: breaker !== 'closed',
      details: { failures, retryAt: timeOrNull(retryAt), pending },
    },
    {
      kind: 'delivery-late',
      subject,
      holds: oldestPending !== null && now - oldestPending >= oldest,
      details: { pending, oldest: timeOrNull(oldestPending) },
    },
  ];
}

/** Dead letters of a destination since the log began, by reason. */
export type Deaths = Readonly<Record<string, number>>;

/** What is known when alerts are looked for. */
export interface Findings {
  readonly standings: readonly Standing[];
  readonly deaths: ReadonlyMap<string, Deaths>;
  /** Null where another process may see it otherwise. */
  readonly pressures: readonly Pressure[] | null;
}

const total = (deaths: JsonObject | Deaths | undefined) =>
  Object.values(deaths ?? {}).reduce<number>((sum, count) => sum + Number(count), 0);

/** An alert about letters that died since the one before. */
function lettersAlert(
  subject: string,
  deaths: Deaths,
  last: Alert | undefined,
  now: number,
  { quiet }: Thresholds,
): NewAlert[] {
  const since = last?.details.total;
  const fresh = total(deaths) - (typeof since === 'number' ? since : 0);
  if (fresh <= 0 || (last && now - last.at < quiet)) return [];
  const details = { new: fresh, total: total(deaths), reasons: { ...deaths } };
  return [{ kind: 'dead-letters', subject, status: 'firing', at: now, details }];
}

/** What has changed since the newest alerts, which the log holds: each change once, whoever looks. */
export function alertsFor(
  { standings, deaths, pressures }: Findings,
  newest: readonly Alert[],
  now: number,
  thresholds: Thresholds,
): NewAlert[] {
  const lastOf = (kind: string, subject: string) =>
    newest.find((alert) => alert.kind === kind && alert.subject === subject);
  const conditions = [
    ...standings.flatMap((standing) => conditionsOf(standing, now, thresholds)),
    ...(pressures === null
      ? []
      : [
          {
            kind: 'backpressure',
            subject: 'gateway',
            holds: pressures.length > 0,
            details: { reasons: [...pressures] },
          },
        ]),
  ];
  const changes = conditions.flatMap(({ kind, subject, holds, details }): NewAlert[] => {
    const told = lastOf(kind, subject)?.status === 'firing';
    if (told === holds) return [];
    return [{ kind, subject, status: holds ? 'firing' : 'resolved', at: now, details }];
  });
  const letters = [...deaths].flatMap(([subject, own]) =>
    lettersAlert(subject, own, lastOf('dead-letters', subject), now, thresholds),
  );
  return [...changes, ...letters];
}
