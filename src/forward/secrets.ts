import { isObject, isString, member, type JsonObject, type JsonValue } from '../json/index.ts';
import type { RedactedKind, Redaction } from './redaction.ts';

/** Members of an xAPI agent that say who it is (xAPI Data 2.4.2.3). */
export const IDENTIFIERS: readonly string[] = ['mbox', 'mbox_sha1sum', 'openid', 'account'];

/** Caliper members that hold a person, also by its id alone. */
const PERSONS = new Set([
  'actor',
  'annotator',
  'assignee',
  'author',
  'commenter',
  'creators',
  'fromActor',
  'learner',
  'learners',
  'member',
  'members',
  'participants',
  'rater',
  'respondent',
  'scoredBy',
  'searcher',
  'subject',
  'toActors',
  'user',
  'withAgents',
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

function strings(value: JsonValue | undefined): string[] {
  if (isString(value)) return value === '' ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(strings);
}

/** How an account may be written as one text. */
function accountTexts(account: JsonValue | undefined): string[] {
  if (!isObject(account)) return [];
  const homePage = member(account, 'homePage');
  const name = member(account, 'name');
  if (!isString(name)) return [];
  return isString(homePage) ? [name, ...['', '/', '#', ' '].map((by) => `${homePage}${by}${name}`)] : [name];
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

  /** Collects from a value that stands under a member's name. */
  collect(value: JsonValue | undefined, place = ''): void {
    if (isString(value)) this.#text(value, place);
    else if (Array.isArray(value)) for (const item of value) this.collect(item, place);
    else if (isObject(value)) this.#node(value, place);
  }

  #text(value: string, place: string): void {
    if (value === '') return;
    if (PERSONS.has(place) || IDENTITIES.test(place)) this.#add('actor', [value]);
    if (NAMES.test(place)) this.#add('names', [value]);
    if (ADDRESSES.test(place)) this.#add('addresses', [value]);
    if (TEXTS.has(place)) this.#add('text', [value]);
  }

  #node(node: JsonObject, place: string): void {
    const agent = isAgent(node);
    const person = isPerson(node, place);
    if (agent) this.#agent(node);
    if (person) this.#person(node);
    if (agent || person) this.#add('names', strings(member(node, 'name')));
    for (const name of Object.keys(node)) this.collect(member(node, name), name);
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
    this.#add('actor', [...(isString(id) ? [id] : []), ...strings(member(person, 'otherIdentifiers'))]);
  }
}
