import {
  isObject,
  isString,
  member,
  pointer,
  setMember,
  type JsonObject,
  type JsonValue,
} from '../json/index.ts';
import { pseudonymsFor, type Pseudonyms, type RedactedKind, type Redaction } from './redaction.ts';
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

/** A shorter text is looked for as a whole value only: inside of others it stands by chance. */
const SHORTEST_PART: Readonly<Record<RedactedKind, number>> = {
  actor: 4,
  names: 4,
  mail: 4,
  addresses: 4,
  text: 8,
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

const MAIL = /(?:mailto:)?[^\s"'<>@,;:()[\]{}/?#=&]{1,64}(?:@|%40)[a-z0-9.-]{1,255}/gi;

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

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

class Redactor {
  readonly places: RedactedPlace[] = [];
  readonly #redaction: Redaction;
  readonly #pseudonym: Pseudonyms;
  readonly #known = new Map<string, { kind: RedactedKind; value: string }>();
  readonly #parts: RegExp | null;

  constructor(redaction: Redaction, pseudonym: Pseudonyms, secrets: ReadonlyMap<string, RedactedKind>) {
    this.#redaction = redaction;
    this.#pseudonym = pseudonym;
    for (const [value, kind] of secrets) {
      for (const spelling of spellings(value)) this.#known.set(spelling.toLowerCase(), { kind, value });
    }
    const parts = [...this.#known].flatMap(([spelling, { kind }]) =>
      spelling.length >= SHORTEST_PART[kind] ? [spelling] : [],
    );
    parts.sort((one, other) => other.length - one.length);
    this.#parts = parts.length === 0 ? null : new RegExp(parts.map(escaped).join('|'), 'gi');
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
    let clean = text;
    if (this.#parts) {
      clean = clean.replace(this.#parts, (found) => {
        const known = this.#known.get(found.toLowerCase());
        // letters whose cases are not one to one: found as a secret, though under no known spelling
        return known ? replaced(known.kind, known.value) : replaced('actor', found);
      });
    }
    if (this.#redaction.mail && /@|%40/.test(clean)) {
      clean = clean.replace(MAIL, (found) => replaced('mail', found));
    }
    if (this.#redaction.addresses) clean = clean.replace(ADDRESS, (found) => replaced('addresses', found));
    return clean;
  }

  /** The value without what is secret. `free` is true where members have names of the sender's own. */
  value(value: JsonValue, path: string, place: string, free: boolean): JsonValue {
    if (isString(value)) {
      if (TERMS.has(place) && !free) return value;
      const kinds = new Set<RedactedKind>();
      const clean = this.#text(value, kinds);
      if (kinds.size > 0) this.places.push({ path, kinds: [...kinds] });
      return clean;
    }
    if (Array.isArray(value))
      return value.map((item, at) => this.value(item, pointer(path, at), place, free));
    return isObject(value) ? this.#node(value, path, place, free) : value;
  }

  #node(node: JsonObject, path: string, place: string, free: boolean): JsonObject {
    const clean: JsonObject = {};
    const identified = !free && isAgent(node) ? this.#identity(node, path) : undefined;
    for (const name of Object.keys(node)) {
      const item = member(node, name);
      if (item === undefined) continue;
      if (identified && IDENTIFIERS.includes(name)) continue;
      const isVerb = place === 'verb' && name === 'id';
      const below = free || name === 'extensions' || name === 'messageParameters';
      const named = free ? this.#text(name, new Set()) : name;
      setMember(clean, named, isVerb ? item : this.value(item, pointer(path, name), name, below));
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
