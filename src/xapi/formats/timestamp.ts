import { shown, type Check } from '../report.ts';
import type { XapiVersion } from '../statement.types.ts';

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/i;
const EXTENDED =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|[+-]\d\d(?::\d\d|\d\d)?)?$/i;
const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(?:(\d\d)(?:[.,](\d+))?)?(Z|[+-]\d\d(?:\d\d)?)?$/i;
const NEGATIVE_ZERO = /^-00:?(?:00)?$/;

// the Gregorian calendar repeats every 400 years; the detour keeps years below 100 from being read as 19xx
const CYCLE_YEARS = 400;
const CYCLE = 146_097 * 86_400_000;

/**
 * Reads a timestamp: milliseconds since 1970-01-01T00:00:00Z, finer digits cut off. A time without a zone is read as
 * UTC. Undefined for text that the version does not take for a timestamp.
 *
 * 1.0 takes the date and time of ISO 8601, extended or basic (Data 4.5); 2.0 takes RFC 3339 only (IEEE 9274.1.1,
 * 4.2.7). Neither takes a negative zero offset, which both standards keep from meaning an offset.
 */
export function instantOf(text: string, version: XapiVersion = '1.0'): number | undefined {
  const found = RFC_3339.exec(text) ?? (version === '1.0' ? (EXTENDED.exec(text) ?? BASIC.exec(text)) : null);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone = 'Z'] = found;
  const date = dateOf(Number(year), Number(month), Number(day));
  const time = timeOf(Number(hour), Number(minute), Number(second), version);
  const offset = offsetOf(zone);
  if (date === undefined || time === undefined || offset === undefined) return undefined;
  return date + time + Number(fraction.padEnd(3, '0').slice(0, 3)) - offset;
}

function dateOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(Date.UTC(year + CYCLE_YEARS, month - 1, day));
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real ? date.getTime() - CYCLE : undefined;
}

function timeOf(hour: number, minute: number, second: number, version: XapiVersion): number | undefined {
  // a leap second is written :60; ISO 8601 writes the end of a day 24:00, RFC 3339 does not
  const endOfDay = version === '1.0' && hour === 24 && minute === 0 && second === 0;
  if ((hour > 23 && !endOfDay) || minute > 59 || second > 60) return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

function offsetOf(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (NEGATIVE_ZERO.test(zone) || hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** A timestamp (Data 4.5). One in the future is no fault: clocks err (Data 2.4.7). */
export const timestamp: Check = (value, path, report) => {
  if (typeof value !== 'string') return report.mistyped(path, value, 'a timestamp');
  if (instantOf(value, report.version) === undefined) {
    report.say(
      path,
      'xapi-timestamp',
      `${shown(value)} is no timestamp, such as "2015-11-18T12:17:00.000Z" (an offset of -00:00 is not allowed)`,
    );
  }
};
