import type { Attempt, DeadLetter, DeadLetterLine } from '../audit/index.ts';

/** A time as RFC 3339 in UTC. */
export const timeText = (milliseconds: number) => new Date(milliseconds).toISOString();

const attemptForm = (attempt: Attempt) => ({ ...attempt, at: timeText(attempt.at) });

/** A line of the list of dead letters as JSON. */
export function deadLineForm({ record, last, ...line }: DeadLetterLine) {
  const received = { ...record, receivedAt: timeText(record.receivedAt) };
  return { ...line, record: received, last: last && attemptForm(last) };
}

/** A dead letter as JSON: the original, what was to be sent, every answer, and what people did to it. */
export function deadLetterForm({ record, attempts, interventions, ...letter }: DeadLetter) {
  return {
    ...letter,
    record: { ...record, receivedAt: timeText(record.receivedAt) },
    attempts: attempts.map(attemptForm),
    interventions: interventions.map((one) => ({ ...one, at: timeText(one.at) })),
  };
}
