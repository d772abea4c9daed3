import type { JsonValue } from '../../json/index.ts';
import { isUuid, statementIdOf, uuidOfUrn, VERSION_4 } from '../identifiers.ts';
import { caliperTime, durationOf, isTimestamp, secondsOf } from '../time.ts';
import { leaf } from './transform.ts';

const text = (change: (value: string) => JsonValue | undefined) => (value: JsonValue) =>
  typeof value === 'string' ? change(value) : undefined;

const urn = (uuid: string) => (isUuid(uuid) ? `urn:uuid:${uuid.toLowerCase()}` : undefined);

/** Event id and statement id. */
export const uuid = leaf(text(statementIdOf), text(urn));

const FOURTH = new RegExp(`^${VERSION_4}`);
const isVersion4 = (candidate: string) => FOURTH.test(candidate);

/** A `urn:uuid:` IRI of a version 4 UUID, which some profiles ask for, and that UUID. */
export const uuid4 = leaf(
  text((iri) => {
    const found = uuidOfUrn(iri);
    return found !== undefined && isVersion4(found) ? found : undefined;
  }),
  text((value) => (isVersion4(value) ? urn(value) : undefined)),
);

/** Event time in UTC with milliseconds, and timestamp: verbatim where legal. */
export const instant = leaf(
  text((value) => (isTimestamp(value) ? value : caliperTime(value))),
  text(caliperTime),
);

/** ISO 8601 duration and a number of seconds. Lengths in years, months or weeks have no fixed number of seconds. */
export const seconds = leaf(text(secondsOf), (value) =>
  typeof value === 'number' ? durationOf(value) : undefined,
);

/** A string that holds a number, and the number. */
export const number = leaf(
  text((value) => (/^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined)),
  (value) => (typeof value === 'number' ? String(value) : undefined),
);

const SEPARATOR = '[,]';

/** List of strings and one string, joined as xAPI joins responses (Data 4.2.7; 1.0.3: Appendix C). */
export const join = leaf(
  (value) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string')
      ? value.join(SEPARATOR)
      : undefined,
  text((value) => (value === '' ? [] : value.split(SEPARATOR))),
);
