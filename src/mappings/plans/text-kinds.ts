import { derivedUuid, encodeUnit, isUuid, statementIdOf, VERSION_4 } from '../identifiers.ts';
import { CROSSWALK, isIri } from '../iris.ts';
import { caliperTime, durationOf, isDuration, isTimestamp, secondsOf } from '../time.ts';
import { instantOf } from '../../xapi/index.ts';

/**
 * A form of text. The tables and the engine know a text by its form alone, unless they name it: every test that they
 * put to texts of one kind comes out the same, so that a plan that serves one of them serves all.
 */
export interface TextKind {
  readonly name: string;
  /** True where tables name texts of the kind. */
  readonly isNamed: boolean;
  /** True where JSON writes a text of the kind as it is, between quotes: it holds nothing that has to be escaped. */
  readonly isVerbatim: boolean;
  readonly test: (text: string) => boolean;
  /** A text of the kind: another one for each number and round, in which no part is the same. */
  sample(number: number, round: number): string;
  /** What conversions make of such a text, apart from itself. */
  readonly derived: readonly ((text: string) => string | number | undefined)[];
}

/** Between an IRI of a medium and a position in it. */
export const POSITION = '#t=';

/** Where the IRIs of Caliper and LIS begin, which the tables and the model look up. */
const VOCABULARIES = 'http://purl.imsglobal.org/';

/** Joined lists and pairs of a matching are written with brackets: a text with one may be taken apart. */
const isWhole = (text: string) => !text.includes('[') && text.isWellFormed();

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

const sampleUuid = (number: number, round: number) => derivedUuid('content', `sample ${number} ${round}`);
const sampleUuid4 = (number: number, round: number) =>
  sampleUuid(number, round).replace(/^(.{14}).(...).(.)/, '$14$2-a');

const sampleTime = (number: number, round: number) =>
  new Date(Date.UTC(1991 + 11 * round, round, 1 + number, number % 24, 7 * round, 11, 100 + number));

const sampleToken = (number: number, round: number) => `${'qzw'[round % 3]}${round}x${number}e`;

const sampleWeb = (token: string) => `https://${token}.example/users/u${token}`;

const attemptUuid = (text: string) => derivedUuid('attempt', text);

function uuidKind(name: string, prefix: string, uuid: string, sample: typeof sampleUuid): TextKind {
  const form = new RegExp(`^${prefix}${uuid}$`);
  return {
    name,
    isNamed: false,
    isVerbatim: true,
    test: (text) => form.test(text),
    sample: (number, round) => prefix + sample(number, round),
    derived: prefix === '' ? [attemptUuid] : [(text) => text.slice(prefix.length), attemptUuid],
  };
}

function iriKind(name: string, test: (text: string) => boolean, sample: (token: string) => string): TextKind {
  return {
    name,
    isNamed: true,
    isVerbatim: true,
    test: (text) => test(text) && isIri(text) && isWhole(text),
    sample: (number, round) => sample(sampleToken(number, round)),
    derived: [attemptUuid, statementIdOf],
  };
}

// eslint-disable-next-line no-control-regex -- characters that no IRI has, brackets, and halves of characters beyond the first plane, which are rare in IRIs
const WEB = /^https?:\/\/[^\s<>"{}|\\^`[\u0000-\u0020\ud800-\udfff]+$/;

const isWeb = (text: string) =>
  WEB.test(text) &&
  !(text.includes('#') && text.includes(POSITION)) &&
  !text.startsWith(VOCABULARIES) &&
  !text.startsWith(CROSSWALK);

const CANONICAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** Dates that every month has, and times that every day has, need no calendar. */
const PLAIN_TIME =
  /^[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

const isInstant = (text: string) =>
  PLAIN_TIME.test(text) || (CANONICAL_TIME.test(text) && caliperTime(text) === text);

const isCanonicalDuration = (text: string) => {
  const seconds = text.startsWith('P') ? secondsOf(text) : undefined;
  return seconds !== undefined && durationOf(seconds) === text;
};

const canonicalDuration = (text: string) => {
  const seconds = secondsOf(text);
  return seconds === undefined ? undefined : durationOf(seconds);
};

const sampleSeconds = (number: number, round: number) => 3601 + 7 * number + 1009 * round;

const NUMERAL = /^-?\d+(\.\d+)?$/;

/** Most texts begin with a letter, and hold nothing that an IRI, a list or a pair has. */
const SIMPLE = /^[A-OQ-Za-z][^[:\ud800-\udfff]*$/;

/** Text that says nothing by its form: no IRI, no number, no time, no duration, no identifier. */
function isPlain(text: string): boolean {
  if (text.length !== 36 && SIMPLE.test(text)) return true;
  if (text === '' || !isWhole(text) || text.startsWith('_:')) return false;
  if (text.includes(':') && isIri(text)) return false;
  if (text.length === 36 && isUuid(text)) return false;
  if (text.startsWith('P') && isDuration(text)) return false;
  return !/^[-\d]/.test(text) || (!NUMERAL.test(text) && instantOf(text) === undefined);
}

/** The kinds of text. No text is of two; one that is of none has a plan of its own. */
export const TEXT_KINDS: readonly TextKind[] = [
  {
    name: 'web',
    isNamed: true,
    isVerbatim: true,
    test: isWeb,
    sample: (number, round) => sampleWeb(sampleToken(number, round)),
    derived: [attemptUuid, statementIdOf],
  },
  uuidKind('urn4', 'urn:uuid:', `(?=${VERSION_4})${UUID}`, sampleUuid4),
  uuidKind('urn', 'urn:uuid:', `(?!${VERSION_4})${UUID}`, sampleUuid),
  uuidKind('uuid4', '', `(?=${VERSION_4})${UUID}`, sampleUuid4),
  uuidKind('uuid', '', `(?!${VERSION_4})${UUID}`, sampleUuid),
  {
    name: 'instant',
    isNamed: false,
    isVerbatim: true,
    test: isInstant,
    sample: (number, round) => sampleTime(number, round).toISOString(),
    derived: [],
  },
  {
    name: 'time',
    isNamed: false,
    isVerbatim: true,
    test: (text) => isTimestamp(text) && !isInstant(text) && !text.includes('.0000'),
    sample: (number, round) => sampleTime(number, round).toISOString().replace('Z', '+05:00'),
    derived: [caliperTime],
  },
  {
    name: 'duration',
    isNamed: true,
    isVerbatim: true,
    test: isCanonicalDuration,
    sample: (number, round) => durationOf(sampleSeconds(number, round)) ?? '',
    derived: [secondsOf],
  },
  {
    name: 'length',
    isNamed: true,
    isVerbatim: true,
    test: (text) =>
      text.startsWith('P') && canonicalDuration(text) !== undefined && !isCanonicalDuration(text),
    sample: (number, round) => `PT${sampleSeconds(number, round)}S`,
    derived: [secondsOf, canonicalDuration],
  },
  {
    name: 'numeral',
    isNamed: true,
    isVerbatim: true,
    test: (text) => NUMERAL.test(text) && String(Number(text)) === text,
    sample: (number, round) => String(48_210_377 + 7919 * number + 1_000_003 * round),
    derived: [Number],
  },
  iriKind(
    'mail',
    (text) => text.startsWith('mailto:'),
    (token) => `mailto:${token}@mail.example`,
  ),
  iriKind(
    'iri',
    (text) => !/^(?:https?:|mailto:|urn:uuid:)/i.test(text) && !text.includes(POSITION),
    (token) => `urn:sample:${token}`,
  ),
  {
    name: 'text',
    isNamed: true,
    isVerbatim: false,
    test: isPlain,
    sample: (number, round) => `Té xt, ${sampleToken(number, round)}`,
    derived: [encodeUnit],
  },
];

/** The kind of a text; undefined where it is of none. */
export function kindOf(text: string): TextKind | undefined {
  return TEXT_KINDS.find((kind) => kind.test(text));
}
