import type { Attempt, DeadLetter, DeadLetterLine } from '../audit/index.ts';
import { timeText } from './time-text.ts';

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
