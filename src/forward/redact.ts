import {
  isObject,
  isString,
  member,
  pointer,
  setMember,
  type JsonObject,
  type JsonValue,
} from '../json/index.ts';
import { ontology } from '../ontology/index.ts';
import { KnownParts, type Beside, type KnownPart } from './known-parts.ts';
import { replaceMail } from './mail.ts';
import {
  namesMember,
  pseudonymsFor,
  type Pseudonyms,
  type RedactedKind,
  type Redaction,
} from './redaction.ts';
import { IDENTIFIERS, isAgent, Secrets } from './secrets.ts';

/** A place in which something was taken out or replaced. */
export interface RedactedPlace {
  /** JSON Pointer into the record. */
  readonly path: string;
  readonly kinds: readonly RedactedKind[];
}

/** A record as a destination may see it. */
export interface Redacted {
  readonly value: JsonValue;
  readonly places: readonly RedactedPlace[];
}

/**
 * A shorter value is found inside of others only where no letter or digit stands beside it; what people wrote, being
 * any word of the language, as a whole value only.
 */
const SHORTEST_PART: Readonly<Record<RedactedKind, number>> = {
  actor: 4,
  names: 4,
  mail: 4,
  addresses: 4,
  text: 8,
  members: 4,
};

/** The languages' own words: to replace them would say nothing of a person, and make the record unreadable. */
const TERMS = new Set([
  'type',
  '@type',
  '@context',
  'action',
  'objectType',
  'eventTime',
  'timestamp',
  'stored',
  'version',
]);

const IPV4 = String.raw`(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])`;
const GROUPS = String.raw`[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6}`;
const IPV6 = String.raw`(?<![\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:${GROUPS})?::(?:${GROUPS})?)(?![\w:])`;
const ADDRESS = new RegExp(`${IPV4}|${IPV6}`, 'gi');

/** How a value may stand inside of another text: as it is, percent-encoded, or in the text of a JSON string. */
function spellings(value: string): string[] {
  const whole = value.toWellFormed();
  return [
    ...new Set([value, encodeURIComponent(whole), encodeURI(whole), JSON.stringify(value).slice(1, -1)]),
  ];
}

/** How a spelling is looked for inside of other texts: a number as a number, a short one as a token. Null: not at all. */
function besideOf(spelling: string, kind: RedactedKind): Beside | null {
  const short = spelling.length < SHORTEST_PART[kind];
  if (short && kind === 'text') return null;
  if (/^\d+$/.test(spelling)) return 'digits';
  return short ? 'letters' : 'nothing';
}

/** Times, UUIDs and digests, in which the digits of a short number stand by chance. */
const OPAQUE =
  /^(?:\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)?|P[\dYMWDTHS.]+|(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{40,})$/i;

/** Characters of a secret that does not stand in one of them by chance. */
const SHORTEST_IN_OPAQUE = 16;

/** Members of xAPI that hold numbers (Data 2.4.5.1, 2.4.11); a person's number is equal to one by chance. */
const QUANTITIES = new Set(['scaled', 'raw', 'min', 'max', 'length']);

const NUMERIC = /^xsd:(?:integer|nonNegativeInteger|decimal)$/;

/** What Caliper's model has for numbers. */
const NUMBERS = new Set(
  ontology
    .terms('class')
    .flatMap((term) =>
      [...ontology.uses(term, '1.2')].flatMap(([name, uses]) =>
        uses.some(({ range }) => range.some((type) => NUMERIC.test(type))) ? [name] : [],
      ),
    ),
);

const isQuantity = (name: string) => QUANTITIES.has(name) || NUMBERS.has(name);

const IRI = /^[a-z][a-z0-9+.-]*:/i;

/** A value that is secret. */
interface Known {
  readonly kind: RedactedKind;
  readonly value: string;
}

class Redactor {
  readonly places: RedactedPlace[] = [];
  readonly #redaction: Redaction;
  readonly #pseudonym: Pseudonyms;
  readonly #known = new Map<string, Known>();
  readonly #numbers = new Map<number, Known>();
  readonly #parts: KnownParts<Known>;

  constructor(redaction: Redaction, pseudonym: Pseudonyms, secrets: ReadonlyMap<string, RedactedKind>) {
    this.#redaction = redaction;
    this.#pseudonym = pseudonym;
    const parts: KnownPart<Known>[] = [];
    for (const [value, kind] of secrets) {
      for (const spelling of spellings(value)) {
        this.#known.set(spelling.toLowerCase(), { kind, value });
        const beside = besideOf(spelling, kind);
        if (beside !== null) parts.push({ spelling, beside, meaning: { kind, value } });
      }
    }
    this.#parts = new KnownParts(parts);
    for (const [value, kind] of secrets) {
      if (/^-?\d+(?:\.\d+)?(?:e\+?\d+)?$/i.test(value)) this.#numbers.set(Number(value), { kind, value });
    }
  }

  /** What stands for a text, and of which kinds its secrets were. */
  #text(text: string, kinds: Set<RedactedKind>): string {
    const replaced = (kind: RedactedKind, value: string) => {
      kinds.add(kind);
      const { iri, text: plain } = this.#pseudonym(kind, value);
      return kind === 'names' || kind === 'text' ? plain : iri;
    };
    const whole = this.#known.get(text.toLowerCase());
    if (whole) return replaced(whole.kind, whole.value);
    let opaque: boolean | undefined;
    let clean = this.#parts.replace(text, (found, { kind, value }) => {
      opaque ??= OPAQUE.test(text);
      return opaque && found.length < SHORTEST_IN_OPAQUE ? found : replaced(kind, value);
    });
    if (this.#redaction.mail && /@|%40/.test(clean)) {
      clean = replaceMail(clean, (found) => replaced('mail', found));
    }
    if (this.#redaction.addresses) clean = clean.replace(ADDRESS, (found) => replaced('addresses', found));
    return clean;
  }

  /** What stands for a number: a text, where it is a secret one. */
  #number(number: number, path: string): JsonValue {
    const known = this.#numbers.get(number);
    if (!known) return number;
    this.places.push({ path, kinds: [known.kind] });
    return this.#pseudonym(known.kind, known.value).text;
  }

  /** What stands for the value of a member that the configuration names. */
  #named(value: JsonValue, path: string): JsonValue {
    this.places.push({ path, kinds: ['members'] });
    const own = isString(value) ? value : JSON.stringify(value);
    const { iri, text } = this.#pseudonym('members', own);
    return IRI.test(own) ? iri : text;
  }

  /** The value without what is secret. `free` is true where members have names of the sender's own. */
  value(value: JsonValue, path: string, place: string, free: boolean): JsonValue {
    if (namesMember(this.#redaction, place, path) && !Array.isArray(value)) return this.#named(value, path);
    if (typeof value === 'number') return isQuantity(place) && !free ? value : this.#number(value, path);
    if (isString(value)) {
      if (TERMS.has(place) && !free) return value;
      return this.#noted(value, path);
    }
    if (Array.isArray(value))
      return value.map((item, at) => this.value(item, pointer(path, at), place, free));
    return isObject(value) ? this.#node(value, path, place, free) : value;
  }

  /** A text without what is secret, its place noted. */
  #noted(text: string, path: string): string {
    const kinds = new Set<RedactedKind>();
    const clean = this.#text(text, kinds);
    if (kinds.size > 0) this.places.push({ path, kinds: [...kinds] });
    return clean;
  }

  /** A member's name without what is secret. Names of letters alone are the languages' own, outside of extensions. */
  #name(name: string, path: string, free: boolean): string {
    return free || !/^[@$]?[a-z]+(?:_sha1sum|2)?$/i.test(name) ? this.#noted(name, path) : name;
  }

  #node(node: JsonObject, path: string, place: string, free: boolean): JsonObject {
    const clean: JsonObject = {};
    const identified = !free && isAgent(node) ? this.#identity(node, path) : undefined;
    for (const name of Object.keys(node)) {
      const item = member(node, name);
      if (item === undefined || (identified && IDENTIFIERS.includes(name))) continue;
      const isVerb = place === 'verb' && name === 'id';
      const below = free || name === 'extensions' || name === 'messageParameters';
      const named = this.#name(name, path, free);
      setMember(clean, named, isVerb ? item : this.value(item, pointer(path, named), name, below));
    }
    if (identified) setMember(clean, 'account', identified);
    return clean;
  }

  /** An account in the place of whatever identified an agent; undefined where that may be seen. */
  #identity(agent: JsonObject, path: string): JsonObject | undefined {
    const { mbox, mbox_sha1sum: sum, openid, account } = agent;
    const { homePage, name } = isObject(account) ? account : {};
    const mail = [mbox, sum].find(isString);
    const kind = this.#redaction.actor ? 'actor' : this.#redaction.mail && mail ? 'mail' : undefined;
    if (!kind) return undefined;
    const own = mail ?? (isString(openid) ? openid : `${JSON.stringify(homePage)} ${JSON.stringify(name)}`);
    this.places.push({ path, kinds: [kind] });
    return { ...this.#pseudonym(kind, own).account };
  }
}

/**
 * A record, in either language, without what a destination must not see. What stands in places for identity, names or
 * free text is looked for in the whole record, in its extensions and residual too: as a value, and inside of other texts.
 * Mail and network addresses are known by their form.
 */
export function redacted(value: JsonValue, destination: string, redaction: Redaction): Redacted {
  const pseudonyms = pseudonymsFor(destination, redaction);
  const secrets = new Secrets(redaction);
  secrets.collect(value);
  const redactor = new Redactor(redaction, pseudonyms, secrets.found);
  const clean = redactor.value(value, '', '', false);
  return { value: clean, places: redactor.places };
}
