import { validateRecord } from '../caliper/index.ts';
import type { Finding, JsonObject } from '../json/index.ts';
import { validateStatement } from '../xapi/index.ts';
import type { Rendering } from './destination.ts';
import { statementVersion } from './lrs/config.ts';

/** Rules that a reason names at most. */
const MOST_FINDINGS = 10;

function findingsOf(value: JsonObject, destination: Rendering): Finding[] {
  if (destination.kind === 'caliper') return validateRecord(value);
  return validateStatement(value, { version: statementVersion(destination) });
}

/** Which rules of a destination's language what is to be sent breaks; null where it breaks none. */
export function faultsOf(value: JsonObject, destination: Rendering): string | null {
  const findings = findingsOf(value, destination);
  if (findings.length === 0) return null;
  const told = findings
    .slice(0, MOST_FINDINGS)
    .map(({ path, rule, message }) => `${rule} at ${path === '' ? 'the root' : path}: ${message}`);
  const more = findings.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}
