import type { Finding } from '../json/index.ts';
import { shown } from './report.ts';
import type { Rule } from './rule.ts';
import type { XapiVersion } from './statement.types.ts';

/** Name of the header that carries the version, on every request and every response (Communication 3.3). */
export const VERSION_HEADER = 'X-Experience-API-Version';

/** The latest patch version of each data model: the header's value on responses, and what `about` lists. */
export const LATEST: Readonly<Record<XapiVersion, string>> = { '1.0': '1.0.3', '2.0': '2.0.0' };

const HEADER = /^([12]\.0)(?:\.\d[0-9A-Za-z.-]*)?$/;

/** The outcome of reading a request's version header. `header` is what the response's header says, either way. */
export type Negotiation =
  | { readonly ok: true; readonly version: XapiVersion; readonly header: string }
  | { readonly ok: false; readonly finding: Finding; readonly header: string };

/** The data model of a version string: `1.0`, `1.0.x`, `2.0` or `2.0.x`; undefined for any other. */
export function modelOf(version: string): XapiVersion | undefined {
  return HEADER.exec(version)?.[1] as XapiVersion | undefined;
}

/** What spoke before there was a version header: it came with 0.95. */
const WITHOUT_HEADER = '0.9';

/**
 * Reads the version header of a request (Communication 3.3; IEEE 9274.1.1, 4.1.1). `1.0` and `1.0.x` speak 1.0,
 * `2.0` and `2.0.x` speak 2.0. A request without the header, or with another version, is answered with 400; only
 * the about resource is given to everyone.
 *
 * The answer to a request that names no version has to name one. Nothing tells which of the two its sender would
 * understand, and what it sent is a request of 0.9, so that it is refused as one: in every process the same, whoever
 * spoke before.
 */
export function negotiateVersion(header: string | null | undefined): Negotiation {
  const named = header?.trim() ?? '';
  const version = modelOf(named);
  if (version) return { ok: true, version, header: LATEST[version] };
  const found = named === '' ? 'the header is missing' : `${shown(named)} is not supported`;
  const rule: Rule = 'xapi-version-header';
  const message = `${VERSION_HEADER}: ${found}; send "${LATEST['1.0']}" or "${LATEST['2.0']}"`;
  return {
    ok: false,
    finding: { path: '', rule, message, fatal: true },
    header: named === '' ? WITHOUT_HEADER : LATEST['2.0'],
  };
}

/**
 * True where a statement may say this `version` (Data 2.4.10). A 2.0 request may carry statements of 1.0.x, which
 * are valid 2.0 statements; a 1.0 request none of 2.0.
 */
export function isStatementVersion(version: string, model: XapiVersion): boolean {
  const said = modelOf(version);
  return said !== undefined && (said === '1.0' || model === '2.0');
}

/** The version that a stored statement gets where it says none (Data 2.4.10): 1.0.0 for all of 1.0.x. */
export function defaultStatementVersion(model: XapiVersion): string {
  return model === '1.0' ? '1.0.0' : '2.0.0';
}
