import { instantOf } from '../xapi/index.ts';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Caliper's form of an instant: UTC with milliseconds. Undefined for text that is no date-time. */
export function caliperTime(text: string): string | undefined {
  const instant = instantOf(text);
  return instant === undefined ? undefined : new Date(instant).toISOString();
}

/** True where every version of xAPI takes the text for a timestamp as it is: RFC 3339, no negative zero offset. */
export function isTimestamp(text: string): boolean {
  return RFC_3339.test(text) && !text.endsWith('-00:00') && instantOf(text) !== undefined;
}

const CLOCK_DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const DURATION =
  /^P(?!$)(?:\d+(?:\.\d+)?Y)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?W)?(?:\d+(?:\.\d+)?D)?(?:T(?!$)(?:\d+(?:\.\d+)?H)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?S)?)?$/;

/** True for an ISO 8601 duration. */
export function isDuration(text: string): boolean {
  return DURATION.test(text);
}

/** Seconds of a duration of fixed length (days and smaller); undefined for years, months, weeks and other text. */
export function secondsOf(duration: string): number | undefined {
  const found = isDuration(duration) ? CLOCK_DURATION.exec(duration) : null;
  if (!found) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0));
  return round(((days * 24 + hours) * 60 + minutes) * 60 + seconds);
}

/** The canonical duration of a number of seconds: hours, minutes and seconds without zeros, `PT0S` for none. */
export function durationOf(seconds: number): string | undefined {
  if (!Number.isFinite(seconds) || seconds < 0 || round(seconds) !== seconds || seconds > 1e11)
    return undefined;
  if (seconds === 0) return 'PT0S';
  const whole = Math.floor(seconds);
  const parts = [
    [Math.floor(whole / 3600), 'H'],
    [Math.floor((whole % 3600) / 60), 'M'],
    [round((whole % 60) + (seconds - whole)), 'S'],
  ] as const;
  return `PT${parts.map(([amount, unit]) => (amount > 0 ? `${amount}${unit}` : '')).join('')}`;
}

/** Media positions have at most three decimals. */
function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
