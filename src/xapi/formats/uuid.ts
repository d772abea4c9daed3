import { shown, type Check } from '../report.ts';

// Data 2.4.1 asks for the standard string form; the variant is only recommended (4.4), and the example statement
// of 2.4 itself has another
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for a UUID in its standard string form (RFC 4122), in either case. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** A UUID (Data 2.4.1, 4.4). */
export const uuid: Check = (value, path, report) => {
  if (typeof value !== 'string') return report.mistyped(path, value, 'a UUID');
  if (!isUuid(value)) {
    report.say(
      path,
      'xapi-uuid',
      `${shown(value)} is no UUID in standard form, such as "fd41c918-b88b-4b20-a0a5-a4c32391aaa0"`,
    );
  }
};
