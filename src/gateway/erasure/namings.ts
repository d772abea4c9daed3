import { isObject, isString, type JsonObject } from '../../json/index.ts';
import type { NamedActor } from '../../forward/index.ts';
import type { Crosswalk } from '../../mappings/index.ts';
import { hashesOf, identifierOf } from './person.ts';

const ofEvent = (id: string): NamedActor => ({ language: 'caliper', actor: { id, type: 'Person' } });
const ofStatement = (actor: JsonObject): NamedActor => ({ language: 'xapi', actor });

/** Agents that each have one of the identifiers of an agent, and nothing else. */
function singly({ mbox, mbox_sha1sum: hash, openid, account }: JsonObject): JsonObject[] {
  const { homePage, name } = isObject(account) ? account : {};
  return [
    ...(isString(mbox) ? [{ mbox }] : []),
    ...(isString(hash) ? [{ mbox_sha1sum: hash }] : []),
    ...(isString(openid) ? [{ openid }] : []),
    ...(isString(homePage) && isString(name) ? [{ account: { homePage, name } }] : []),
  ];
}

/** What else names the same person: in the other language by the identity table, and a mail address by its hash. */
function namingsBeside({ actor: { id, mbox, ...actor } }: NamedActor, crosswalk: Crosswalk): NamedActor[] {
  if (isString(id)) {
    const agent = crosswalk.toAgent(id);
    return agent ? singly(agent).map(ofStatement) : [];
  }
  const iri = crosswalk.toAgentIri(isString(mbox) ? { mbox } : actor);
  const hashes = isString(mbox) ? hashesOf(mbox) : [];
  return [
    ...(iri === undefined ? [] : [ofEvent(iri)]),
    ...hashes.map((hash) => ofStatement({ mbox_sha1sum: hash })),
  ];
}

/**
 * How records of both languages may name the person whom an identifier names, letter by letter: the one that was given
 * first. Null where the text names nobody.
 */
export function namingsOf(identifier: string, crosswalk: Crosswalk): NamedActor[] | null {
  const found = identifierOf(identifier);
  if (found === null) return null;
  const namings = isString(found) ? [ofEvent(found)] : singly(found).map(ofStatement);
  const known = new Set(namings.map((naming) => JSON.stringify(naming)));
  for (const naming of namings) {
    for (const other of namingsBeside(naming, crosswalk)) {
      const text = JSON.stringify(other);
      if (known.has(text)) continue;
      known.add(text);
      namings.push(other);
    }
  }
  return namings;
}
