import { isObject, isString, type JsonValue } from '../../json/index.ts';

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const ANY_DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)?$/;
const ABSOLUTE_IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/;
const BLANK_NODE = /^_:\S+$/;
const DURATION =
  /^-?P(\d+([.,]\d+)?Y)?(\d+([.,]\d+)?M)?(\d+([.,]\d+)?W)?(\d+([.,]\d+)?D)?(T(\d+([.,]\d+)?H)?(\d+([.,]\d+)?M)?(\d+([.,]\d+)?S)?)?$/;
const UUID_URN = /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A datatype of the ontology: how a value of it looks, and whether a JSON value is one. */
export interface Datatype {
  readonly expected: string;
  has(value: JsonValue): boolean;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The two digits at a place; 0 where there are none. */
function twoDigits(text: string, at: number): number {
  const number = (text.charCodeAt(at) - 0x30) * 10 + (text.charCodeAt(at + 1) - 0x30);
  return number >= 0 && number <= 99 ? number : 0;
}

/**
 * True where the date and time exist, of a text that begins as `YYYY-MM-DDThh:mm` and may go on with `:ss`. A leap
 * second may stand, as 60.
 */
function isOnCalendar(text: string): boolean {
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  const second = text.charAt(16) === ':' ? twoDigits(text, 17) : 0;
  return isDay && twoDigits(text, 11) <= 23 && twoDigits(text, 14) <= 59 && second <= 60;
}

/** True for an absolute IRI (RFC 3987): a scheme and something after it, without white space and delimiters. */
export function isIri(value: string): boolean {
  return ABSOLUTE_IRI.test(value);
}

/** True for what identifies an entity: an absolute IRI or a blank node identifier (Caliper 1.2, Identifiers). */
export function isIdentifier(value: string): boolean {
  return ABSOLUTE_IRI.test(value) || BLANK_NODE.test(value);
}

/** True for a date and time that can be read, whatever its precision, separator or offset. */
export function isReadableTime(value: JsonValue | undefined): boolean {
  return isString(value) && ANY_DATE_TIME.test(value) && isOnCalendar(value);
}

const ofString = (test: (text: string) => boolean) => (value: JsonValue) => isString(value) && test(value);

/** The datatypes that a property's range may name. */
export const datatypes: Readonly<Record<string, Datatype>> = {
  'xsd:string': { expected: 'a string', has: isString },
  'xsd:boolean': { expected: 'true or false', has: (value) => typeof value === 'boolean' },
  'xsd:decimal': { expected: 'a number', has: (value) => typeof value === 'number' },
  'xsd:integer': { expected: 'an integer', has: Number.isInteger },
  'xsd:nonNegativeInteger': {
    expected: 'an integer that is not negative',
    has: (value) => Number.isInteger(value) && Number(value) >= 0,
  },
  'xsd:dateTime': {
    expected: 'a date and time in UTC with milliseconds, such as 2018-11-15T10:15:00.000Z',
    has: ofString((text) => DATE_TIME.test(text) && isOnCalendar(text)),
  },
  'xsd:duration': {
    expected: 'an ISO 8601 duration, such as PT30M54S',
    has: ofString((text) => DURATION.test(text) && !/[PT]$/.test(text)),
  },
  'xsd:anyURI': { expected: 'an absolute IRI or a blank node identifier', has: ofString(isIdentifier) },
  'cw:UuidUrn': { expected: 'a UUID as urn:uuid:… (RFC 4122)', has: ofString((text) => UUID_URN.test(text)) },
  'cw:Map': { expected: 'an object', has: isObject },
  'rdf:JSON': { expected: 'a JSON value', has: () => true },
};
