import type { JsonObject } from '../../json/index.ts';
import { iri, isUri } from '../formats/iri.ts';
import { Report, shown, type Check } from '../report.ts';
import { checkShape, has, shape, text } from '../shape.ts';

const MAILBOX = /^mailto:[^\s@?#<>"]+@[^\s@?#/<>"]+$/;
const SHA1 = /^[0-9a-f]{40}$/i;
const ACCOUNT = shape('an account', { homePage: iri, name: text }, ['homePage', 'name']);

const mbox: Check = (value, path, report) => {
  if (typeof value !== 'string') return report.mistyped(path, value, 'a mailto IRI');
  if (!MAILBOX.test(value)) {
    report.say(path, 'xapi-mbox', `${shown(value)} is not of the form "mailto:name@example.com"`);
  }
};

const mboxSha1sum: Check = (value, path, report) => {
  if (typeof value !== 'string') return report.mistyped(path, value, 'a SHA-1 hash in hex');
  if (!SHA1.test(value)) {
    report.say(path, 'xapi-mbox-sha1sum', `${shown(value)} is no SHA-1 hash: 40 hexadecimal digits`);
  }
};

const openid: Check = (value, path, report) => {
  if (typeof value !== 'string') return report.mistyped(path, value, 'an OpenID URI');
  if (!isUri(value)) {
    report.say(path, 'xapi-openid', `${shown(value)} is no URI, such as "http://openid.example.org/12345"`);
  }
};

const account: Check = (value, path, report) => {
  checkShape(value, path, report, ACCOUNT);
};

/** The inverse functional identifiers and their formats (Data 2.4.2.3, 2.4.2.4). */
export const identifierMembers = { mbox, mbox_sha1sum: mboxSha1sum, openid, account };

/** Names of the inverse functional identifiers. */
export const IDENTIFIERS = Object.keys(identifierMembers) as (keyof typeof identifierMembers)[];

/** The inverse functional identifiers that an Agent or Group has. */
export function identifiersOf(actor: JsonObject): string[] {
  return IDENTIFIERS.filter((name) => has(actor, name));
}

/** True where an Agent or Group has one identifier, in its form: the same in all versions. */
export function hasValidIdentifier(actor: JsonObject): boolean {
  const [name, ...others] = identifiersOf(actor) as (keyof typeof identifierMembers)[];
  if (name === undefined || others.length > 0) return false;
  const report = new Report('1.0');
  identifierMembers[name](actor[name] ?? null, `/${name}`, report);
  return report.findings.length === 0;
}

/** Says where an Agent or Group has more identifiers than one, or none although it needs one (Data 2.4.2). */
export function checkIdentifier(
  actor: JsonObject,
  path: string,
  report: Report,
  { what, needed }: { what: string; needed: boolean },
): void {
  const found = identifiersOf(actor);
  if (found.length > 1 || (needed && found.length === 0)) {
    report.say(
      path,
      'xapi-agent-identifier',
      `${what} has exactly one of ${IDENTIFIERS.join(', ')}; found ${found.join(' and ') || 'none'}`,
    );
  }
}
