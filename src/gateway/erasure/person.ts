import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { isObject, isString, type JsonObject } from '../../json/index.ts';
import type { Crosswalk } from '../../mappings/index.ts';

/** An account as xAPI names it (Data 2.4.2.4). */
export interface Account {
  readonly homePage: string;
  readonly name: string;
}

/** Everything that names one person, in both languages. */
export interface Person {
  /** IRIs and mail addresses, in lower case; addresses without their scheme. */
  readonly names: ReadonlySet<string>;
  readonly accounts: readonly Account[];
  /** SHA-1 of `mailto:` IRIs, in lower-case hex. */
  readonly hashes: ReadonlySet<string>;
}

const MAILTO = 'mailto:';
const sha1Of = (text: string) => bytesToHex(sha1(utf8ToBytes(text)));

/** The SHA-1 of a mail address's IRI as a sender may have made it: as written, and in lower case (Data 2.4.2.3). */
export const hashesOf = (mbox: string): string[] => [sha1Of(mbox), sha1Of(mbox.toLowerCase())];

/** What a person who types an identifier means, as members of an Agent, or as an IRI. Throws for JSON that is none. */
function read(identifier: string): JsonObject | string {
  const text = identifier.trim();
  if (text.startsWith('{')) return JSON.parse(text) as JsonObject;
  if (/^[0-9a-f]{40}$/i.test(text)) return { mbox_sha1sum: text.toLowerCase() };
  if (/^mailto:/i.test(text)) return { mbox: `${MAILTO}${text.slice(MAILTO.length)}` };
  const [homePage, name] = text.split(/ (.*)/s);
  if (homePage !== undefined && name) return { account: { homePage, name } };
  return /^[^\s@:/]+@[^\s@:/]+$/.test(text) ? { mbox: `${MAILTO}${text}` } : text;
}

/** True where an identifier says something. */
function identifies(found: JsonObject | string): boolean {
  if (isString(found)) return /^[a-z][a-z0-9+.-]*:\S+$/i.test(found);
  const { mbox, mbox_sha1sum: hash, openid, account } = found;
  if ([mbox, hash, openid].some((value) => isString(value) && value !== '')) return true;
  return isObject(account) && isString(account.homePage) && isString(account.name);
}

/** Gathers what names a person, and what the identity table gives for it in the other language. */
class Names {
  readonly names = new Set<string>();
  readonly hashes = new Set<string>();
  readonly accounts = new Map<string, Account>();
  readonly #crosswalk: Crosswalk;

  constructor(crosswalk: Crosswalk) {
    this.#crosswalk = crosswalk;
  }

  iri(iri: string): void {
    const isMail = /^mailto:/i.test(iri);
    const name = (isMail ? iri.slice(MAILTO.length) : iri).toLowerCase();
    if (this.names.has(name)) return;
    this.names.add(name);
    if (isMail) for (const hash of hashesOf(`${MAILTO}${iri.slice(MAILTO.length)}`)) this.hashes.add(hash);
    const agent = this.#crosswalk.toAgent(iri);
    if (agent) this.agent(agent);
  }

  agent(agent: JsonObject): void {
    const { mbox, mbox_sha1sum: hash, openid, account } = agent;
    if (isString(mbox)) this.iri(mbox);
    if (isString(openid)) this.iri(openid);
    if (isString(hash)) this.hashes.add(hash.toLowerCase());
    if (isObject(account)) this.#account(account);
    const iri = this.#crosswalk.toAgentIri(agent);
    if (iri !== undefined) this.iri(iri);
  }

  #account({ homePage, name }: JsonObject): void {
    if (!isString(homePage) || !isString(name)) return;
    this.accounts.set(JSON.stringify([homePage, name]), { homePage, name });
  }
}

/**
 * What an identifier says, as members of an Agent, or as an IRI; null where it names nobody. It is a Caliper IRI, a mail
 * address or its `mailto:` IRI, the SHA-1 of one, an OpenID, an account as `"homePage name"`, or an Agent as JSON.
 */
export function identifierOf(text: string): JsonObject | string | null {
  try {
    const found = read(text);
    return identifies(found) ? found : null;
  } catch {
    return null;
  }
}

/**
 * The person whom an identifier names, as {@link identifierOf} reads it. With it comes what the identity table makes of it
 * in the other language. Null where the text names nobody.
 */
export function personOf(identifier: string, crosswalk: Crosswalk): Person | null {
  const found = identifierOf(identifier);
  if (found === null) return null;
  const names = new Names(crosswalk);
  if (isString(found)) names.iri(found);
  else names.agent(found);
  return { names: names.names, hashes: names.hashes, accounts: [...names.accounts.values()] };
}
