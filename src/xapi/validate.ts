import { isObject, type Finding, type JsonValue } from '../json/index.ts';
import { shown, Report } from './report.ts';
import { statement } from './rules/statement.ts';
import type { XapiVersion } from './statement.types.ts';

/** Which data model a statement is held against. */
export interface ValidationOptions {
  /** From the request's version header, not from the statement. */
  readonly version: XapiVersion;
}

/**
 * Holds one statement against every MUST of its version (xAPI Data 2.2 to 2.6 and 4; IEEE 9274.1.1, 4.2). Gives
 * what is wrong, in document order, with pointers from the statement; nothing where it is valid. Nothing is changed,
 * copied or looked up.
 */
export function validateStatement(value: JsonValue, options: ValidationOptions): Finding[] {
  const report = new Report(options.version);
  statement(value, '', report);
  return report.findings;
}

/**
 * Holds the body of a POST against the rules: one statement, or a list of them (Communication 2.1.2). Pointers
 * start at the body's root. A list with any finding is refused whole (Communication 3.2), and so is one with two
 * statements under one id (2.1.2), since it could not be said which of them was stored.
 */
export function validateBatch(value: JsonValue, options: ValidationOptions): Finding[] {
  if (!Array.isArray(value)) return validateStatement(value, options);
  const report = new Report(options.version);
  value.forEach((item, at) => statement(item, `/${at}`, report));
  checkIds(value, report);
  return report.findings;
}

function checkIds(batch: readonly JsonValue[], report: Report): void {
  const first = new Map<string, number>();
  batch.forEach((item, at) => {
    const id = isObject(item) ? item['id'] : undefined;
    if (typeof id !== 'string') return;
    // RFC 4122: the digits of a UUID are read in either case
    const key = id.toLowerCase();
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, at);
    else report.say(`/${at}/id`, 'xapi-duplicate-id', `${shown(id)} is also the id of statement ${earlier}`);
  });
}
