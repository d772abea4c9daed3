import { shown, type Check } from '../report.ts';

// ISO 8601:2004 4.4.3.2: weeks stand alone, no sign, and only the smallest part may have a fraction
const WEEKS = /^P\d+(?:[.,]\d+)?W$/;
const PARTS =
  /^P(?=[\dT])(?:\d+(?:[.,]\d+)?Y)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?D)?(?:T(?=\d)(?:\d+(?:[.,]\d+)?H)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?S)?)?$/;
const FRACTION_THEN_MORE = /[.,]\d+[A-Z]T?\d/;
const BEYOND_HUNDREDTHS = /([.,]\d\d)\d+S$/;

/** True for an ISO 8601 duration with designators (Data 4.6), such as `PT1H0M0.1S` or `P4W`. */
export function isDuration(text: string): boolean {
  return WEEKS.test(text) || (PARTS.test(text) && !FRACTION_THEN_MORE.test(text));
}

/** A duration cut, not rounded, to hundredths of a second, which is as far as comparison looks (Data 4.6). */
export function comparableDuration(duration: string): string {
  return duration.replace(BEYOND_HUNDREDTHS, '$1S');
}

/** An ISO 8601 duration. */
export const duration: Check = (value, path, report) => {
  if (typeof value !== 'string') return report.mistyped(path, value, 'a duration');
  if (!isDuration(value)) {
    report.say(
      path,
      'xapi-duration',
      `${shown(value)} is no ISO 8601 duration, such as "PT4H35M59.14S" or "P4W"`,
    );
  }
};
