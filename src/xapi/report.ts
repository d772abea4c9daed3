import type { Finding, JsonValue } from '../json/index.ts';
import type { Rule } from './rule.ts';
import type { XapiVersion } from './statement.types.ts';

/** One test of one value: says on the report what is wrong, and nothing where all is well. */
export type Check = (value: JsonValue, path: string, report: Report) => void;

/** Gathers what is wrong with a document while it is being walked. */
export class Report {
  readonly version: XapiVersion;
  readonly findings: Finding[] = [];

  constructor(version: XapiVersion) {
    this.version = version;
  }

  /**
   * Notes a broken rule. Every finding is fatal: an LRS has to refuse what breaks a rule (Data 2.2), so that no
   * statement is taken in spite of one.
   */
  say(path: string, rule: Rule, message: string): void {
    this.findings.push({ path, rule, message, fatal: true });
  }

  /** Notes a value of the wrong JSON type; null is a rule of its own (Data 2.2). */
  mistyped(path: string, found: JsonValue, wanted: string): void {
    if (found === null) {
      this.say(
        path,
        'xapi-null',
        `null is only allowed inside extensions; leave the member out or give ${wanted}`,
      );
    } else {
      this.say(path, 'xapi-type', `found ${shown(found)} where ${wanted} belongs`);
    }
  }
}

const LONGEST = 60;

/** A value as a message shows it: scalars as JSON, cut short, and the others by their kind. */
export function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return value === null ? 'null' : 'an object';
  if (typeof value !== 'string') return `the ${typeof value} ${value}`;
  const text = JSON.stringify(value.slice(0, LONGEST));
  return value.length > LONGEST ? `${text.slice(0, -1)}…"` : text;
}
