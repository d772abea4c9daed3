import { isObject, isString, type JsonObject, type JsonValue } from '../../json/index.ts';
import { mapMembers } from '../parts.ts';
import { lowerCase } from './case.ts';

/**
 * An Agent or Group as it is compared (Data 2.3.1): members of a Group are no ordered list, the domain of an e-mail
 * address and the digits of its hash have no case, and an Agent need not say that it is one (2.4.2.1). Names count.
 */
export function comparableActor(actor: JsonObject): JsonObject {
  return mapMembers(
    { objectType: 'Agent', ...actor },
    { mbox: lowerCaseDomain, mbox_sha1sum: lowerCase, member: comparableMembers },
  );
}

function lowerCaseDomain(mbox: JsonValue): JsonValue {
  if (!isString(mbox)) return mbox;
  const at = mbox.lastIndexOf('@');
  return mbox.slice(0, at) + mbox.slice(at).toLowerCase();
}

function comparableMembers(members: JsonValue): JsonValue {
  if (!Array.isArray(members)) return members;
  const agents = members.map((member) => (isObject(member) ? comparableActor(member) : member));
  return agents
    .map((agent) => ({ agent, key: sortKey(agent) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ agent }) => agent);
}

/** A text that two Agents share only where they are equal. */
function sortKey(agent: JsonValue): string {
  if (!isObject(agent)) return JSON.stringify(agent);
  const { name, mbox, mbox_sha1sum, openid, account } = agent;
  const { homePage, name: login } = isObject(account) ? account : {};
  return JSON.stringify([mbox, mbox_sha1sum, openid, homePage, login, name].map((value) => value ?? null));
}
