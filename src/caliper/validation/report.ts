import { isObject, isString, type Finding, type JsonValue } from '../../json/index.ts';
import { typeOf } from '../node.ts';

/** Names of the rules of the Caliper model and wire. Stable: they are printed, counted and configured by. */
export type CaliperRule =
  | 'caliper-record'
  | 'caliper-depth'
  | 'caliper-repeated'
  | 'caliper-context'
  | 'caliper-context-order'
  | 'caliper-context-override'
  | 'caliper-context-renames'
  | 'caliper-extension-context'
  | 'caliper-required'
  | 'caliper-member'
  | 'caliper-keyword'
  | 'caliper-type'
  | 'caliper-unknown-type'
  | 'caliper-term'
  | 'caliper-action'
  | 'caliper-range'
  | 'caliper-list'
  | 'caliper-datatype'
  | 'caliper-iri'
  | 'caliper-event-id'
  | 'caliper-data-version';

/** More findings than a sender can read: a record of garbage must not make an answer without end. */
const LIMIT = 100;

/** The findings about one document, in the order of its members. */
export class Report {
  readonly findings: Finding[] = [];

  add(path: string, rule: CaliperRule, message: string, fatal = false): void {
    if (this.findings.length >= (fatal ? 2 * LIMIT : LIMIT)) return;
    this.findings.push(fatal ? { path, rule, message, fatal } : { path, rule, message });
  }

  /** Makes the findings at a path fatal that were added since there were `before` of them, and sees that there is one. */
  makeFatal(before: number, path: string, property: string): void {
    let hasOne = false;
    this.findings.forEach((finding, index) => {
      if (index < before || finding.path !== path) return;
      this.findings[index] = { ...finding, fatal: true };
      hasOne = true;
    });
    if (!hasOne) this.add(path, 'caliper-required', `${property} cannot be read; the record needs it`, true);
  }
}

/** A value as a message tells it: short, and of an object no more than its type. */
export function told(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (isString(value))
    return value.length > 60 ? `${JSON.stringify(value.slice(0, 57))}…` : JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (!isObject(value)) return String(value);
  const type = typeOf(value);
  return type === undefined ? 'an object without a type' : `an object of type ${told(type)}`;
}

/** `A`, `A or B`, `A, B or C`; long enumerations are cut. */
export function anyOf(names: readonly string[]): string {
  const shown = names.length > 25 ? [...names.slice(0, 24), `${names.length - 24} others`] : names;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}
