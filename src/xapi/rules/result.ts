import type { JsonObject } from '../../json/index.ts';
import { duration } from '../formats/duration.ts';
import type { Check, Report } from '../report.ts';
import { checkShape, decimal, shape, text, truth } from '../shape.ts';
import { extensions } from './extensions.ts';

const SCORE = shape('a Score', { scaled: decimal, raw: decimal, min: decimal, max: decimal });

/** A Score (Data 2.4.5.1): `scaled` from -1 to 1, `min` below `max`, and `raw` within both. */
export const score: Check = (value, path, report) => {
  if (!checkShape(value, path, report, SCORE)) return;
  checkScaled(value, path, report);
  checkOrder(value, path, report);
};

function numberIn(score: JsonObject, name: string): number | undefined {
  const value = score[name];
  return typeof value === 'number' ? value : undefined;
}

function checkScaled(score: JsonObject, path: string, report: Report): void {
  const scaled = numberIn(score, 'scaled');
  if (scaled !== undefined && (scaled < -1 || scaled > 1)) {
    report.say(`${path}/scaled`, 'xapi-score-range', `${scaled} is not between -1 and 1`);
  }
}

function checkOrder(score: JsonObject, path: string, report: Report): void {
  const raw = numberIn(score, 'raw');
  const min = numberIn(score, 'min') ?? -Infinity;
  const max = numberIn(score, 'max') ?? Infinity;
  if (min >= max) {
    report.say(`${path}/min`, 'xapi-score-order', `min ${min} is not less than max ${max}`);
  }
  if (raw !== undefined && (raw < min || raw > max)) {
    report.say(`${path}/raw`, 'xapi-score-order', `raw ${raw} is not between min and max`);
  }
}

const RESULT = shape('a Result', {
  score,
  success: truth,
  completion: truth,
  response: text,
  duration,
  extensions,
});

/** A Result (Data 2.4.5). */
export const result: Check = (value, path, report) => {
  checkShape(value, path, report, RESULT);
};
