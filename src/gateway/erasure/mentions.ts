import { isObject, isString, type JsonObject, type JsonValue } from '../../json/index.ts';
import { hashesOf, type Person } from './person.ts';

/** Characters that go on with an address or IRI: a longer one names somebody else. */
const BEFORE = /[a-z0-9._%+-]$/;
const AFTER = /^(?:[a-z0-9_%~+-]|[.@][a-z0-9])/;

/** True where a text, in lower case, holds a name as a whole. */
function holds(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const before = text.slice(Math.max(at - 1, 0), at);
    const after = text.slice(at + name.length, at + name.length + 2);
    if (!BEFORE.test(before) && !AFTER.test(after)) return true;
  }
  return false;
}

function namesIn(text: string, { names, hashes }: Person): boolean {
  const lower = text.toLowerCase();
  if ([...names, ...hashes].some((name) => holds(lower, name))) return true;
  return lower.startsWith('mailto:') && hashesOf(text).some((hash) => hashes.has(hash));
}

function isAccount(value: JsonObject, { accounts }: Person): boolean {
  const { homePage, name } = value;
  return accounts.some((account) => account.homePage === homePage && account.name === name);
}

/** True where a JSON value names a person anywhere: as an agent, by reference, in a member's name, or within a text. */
export function mentions(value: JsonValue | undefined, person: Person): boolean {
  if (isString(value)) return namesIn(value, person);
  if (Array.isArray(value)) return accountList(value, person) || value.some((item) => mentions(item, person));
  if (!isObject(value)) return false;
  if (isAccount(value, person)) return true;
  return Object.entries(value).some(([name, item]) => namesIn(name, person) || mentions(item, person));
}

/** An account as the keys of documents have it. */
function accountList([homePage, name, ...rest]: readonly JsonValue[], { accounts }: Person): boolean {
  if (rest.length > 0) return false;
  return accounts.some((account) => account.homePage === homePage && account.name === name);
}

/** True where a text names a person: as JSON where it is some, else as it stands. */
export function textMentions(text: string, person: Person): boolean {
  const json = /^\s*[[{"]/.test(text)
    ? text
    : /^account (?=\[)/.test(text)
      ? text.slice('account '.length)
      : null;
  if (json !== null) {
    try {
      return mentions(JSON.parse(json) as JsonValue, person);
    } catch {
      // Several values one a line, or no JSON at all.
    }
    if (json.includes('\n')) return json.split('\n').some((line) => textMentions(line, person));
  }
  return namesIn(text, person);
}

/**
 * Texts in lower case, one of which stands in every JSON text that mentions the person and writes no character as an
 * escape.
 */
export function needlesOf({ names, hashes, accounts }: Person): string[] {
  const logins = accounts.map(({ name }) => JSON.stringify(name).slice(1, -1));
  // Who is known by a hash alone may stand there with the address.
  const addresses = hashes.size > 0 && [...names].every((name) => !name.includes('@')) ? ['mailto:'] : [];
  return [...names, ...hashes, ...logins, ...addresses].map((text) =>
    text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  );
}
