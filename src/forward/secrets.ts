import { isObject, isString, member, pointer, type JsonObject, type JsonValue } from '../json/index.ts';
import { ontology } from '../ontology/index.ts';
import { namesMember, type RedactedKind, type Redaction } from './redaction.ts';

/** Members of an xAPI agent that say who it is (xAPI Data 2.4.2.3). */
export const IDENTIFIERS: readonly string[] = ['mbox', 'mbox_sha1sum', 'openid', 'account'];

/** The classes of persons: what holds one of them names a person by its id alone, too. */
const PERSON_CLASSES = ['Person', 'Agent'];

/** Members that hold a person: those that Caliper's model has, and those of vendors. */
const PERSONS = new Set([
  ...PERSON_CLASSES.flatMap((term) => ontology.propertiesHolding(term)),
  ...[
    'author',
    'fromActor',
    'learner',
    'learners',
    'participants',
    'respondent',
    'searcher',
    'subject',
    'toActors',
  ],
]);

const PERSON_TYPES = /(?:^|[/#])(?:Person|Agent)$/;

const NAMES =
  /^(?:(?:given|family|first|middle|last|full|display|nick|preferred|user)[_-]?names?|lis_person_name_.+)$/i;

const IDENTITIES = /^(?:user[_-]?id|lis_person_sourcedid|sub|preferred_username|login|otherIdentifiers)$/i;

const ADDRESSES = /^(?:ip|ip[_-]?address|client[_-]?ip|remote[_-]?addr(?:ess)?|x[_-]forwarded[_-]for)$/i;

const TEXTS = new Set([
  'response',
  'value',
  'values',
  'body',
  'bookmarkNotes',
  'selectionText',
  'searchTerms',
  'tags',
  'comment',
  'comments',
  'openEndedResponse',
  'responseText',
  'note',
  'notes',
]);

/** An agent of xAPI: whatever is identified as one, wherever it stands. */
export const isAgent = (node: JsonObject) =>
  IDENTIFIERS.some((name) => name !== 'account' && isString(member(node, name))) ||
  isObject(member(node, 'account'));

const typeOf = (node: JsonObject) => member(node, 'type') ?? member(node, '@type');

function isPerson(node: JsonObject, place: string): boolean {
  const type = typeOf(node);
  return PERSONS.has(place) || (isString(type) && PERSON_TYPES.test(type));
}

/** Texts of a value, numbers written out. */
function strings(value: JsonValue | undefined): string[] {
  if (typeof value === 'number') return [String(value)];
  if (isString(value)) return value === '' ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(strings);
}

/** How an account may be written as one text. */
function accountTexts(account: JsonValue | undefined): string[] {
  if (!isObject(account)) return [];
  const homePage = member(account, 'homePage');
  const name = member(account, 'name');
  return strings(name).flatMap((text) =>
    isString(homePage) ? [text, ...['', '/', '#', ' '].map((by) => `${homePage}${by}${text}`)] : [text],
  );
}

/** The part of a person's IRI that tells it from others': the last, where it has three digits or more. */
function ownPart(id: string): string[] {
  const part = /^[a-z][a-z0-9+.-]*:.*[/:#=?]([^/:#=?]+)\/?$/i.exec(id)?.[1];
  return part !== undefined && /\d{3}/.test(part) && !/[.@]/.test(part) ? [part] : [];
}

/** Values that a record holds in places where something secret stands, each with the kind of its secret. */
export class Secrets {
  readonly found = new Map<string, RedactedKind>();
  readonly #redaction: Redaction;

  constructor(redaction: Redaction) {
    this.#redaction = redaction;
  }

  #add(kind: RedactedKind, values: readonly string[]): void {
    if (!this.#redaction[kind]) return;
    for (const value of values) if (!this.found.has(value)) this.found.set(value, kind);
  }

  /** Collects from a value that stands under a member's name, at a JSON Pointer. */
  collect(value: JsonValue | undefined, place = '', path = ''): void {
    if (namesMember(this.#redaction, place, path)) this.#add('members', strings(value));
    if (isString(value) || typeof value === 'number') this.#text(String(value), place);
    else if (Array.isArray(value))
      for (const [at, item] of value.entries()) this.collect(item, place, pointer(path, at));
    else if (isObject(value)) this.#node(value, place, path);
  }

  #text(value: string, place: string): void {
    if (value === '') return;
    if (PERSONS.has(place) || IDENTITIES.test(place)) this.#add('actor', [value, ...ownPart(value)]);
    if (NAMES.test(place)) this.#add('names', [value]);
    if (ADDRESSES.test(place)) this.#add('addresses', [value]);
    if (TEXTS.has(place)) this.#add('text', [value]);
  }

  #node(node: JsonObject, place: string, path: string): void {
    const agent = isAgent(node);
    const person = isPerson(node, place);
    if (agent) this.#agent(node);
    if (person) this.#person(node);
    if (agent || person) this.#add('names', strings(member(node, 'name')));
    for (const name of Object.keys(node)) this.collect(member(node, name), name, pointer(path, name));
  }

  #agent(agent: JsonObject): void {
    const mail = [member(agent, 'mbox'), member(agent, 'mbox_sha1sum')].filter(isString);
    const bare = mail.map((address) => address.replace(/^mailto:/i, ''));
    const openid = member(agent, 'openid');
    this.#add('actor', [...mail, ...bare, ...(isString(openid) ? [openid] : [])]);
    this.#add('actor', accountTexts(member(agent, 'account')));
    this.#add('mail', [...mail, ...bare]);
  }

  #person(person: JsonObject): void {
    const id = member(person, 'id') ?? member(person, '@id');
    const ids = isString(id) ? [id, ...ownPart(id)] : strings(id);
    this.#add('actor', [...ids, ...strings(member(person, 'otherIdentifiers'))]);
  }
}
