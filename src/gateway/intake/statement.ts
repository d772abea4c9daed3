import { v5 } from 'uuid';
import { isObject, isString, member, type Finding, type JsonObject } from '../../json/index.ts';
import {
  instantOf,
  modelOf,
  recogniseStatement,
  validateStatement,
  type XapiVersion,
} from '../../xapi/index.ts';
import type { Received } from '../accept.ts';
import type { Source } from '../sources.ts';
import { authorityOf, statementRecord } from '../statement-record.ts';

/** Names statements that another system kept without an id, by what they say. */
const NAMESPACE = '6ba7b812-9dad-11d1-80b4-00c04fd430c8';

/** A statement that cannot be understood: nobody could say who did what, or under which name it is known. */
const UNREADABLE = /^(?:|\/id|\/actor|\/verb(?:\/id)?|\/object)$/;

function versionIn(statement: JsonObject): XapiVersion {
  const said = member(statement, 'version');
  return (isString(said) ? modelOf(said) : undefined) ?? '1.0';
}

/** What is wrong with a statement, said of `fatal` ones that it cannot be taken. */
export function statementFindings(statement: JsonObject): Finding[] {
  const recognised = recogniseStatement(statement);
  return validateStatement(statement, { version: versionIn(statement) }).map((finding) => ({
    ...finding,
    fatal: !recognised || UNREADABLE.test(finding.path),
  }));
}

/** When a statement was made that has no `timestamp`: when the LRS stored it that had it first (Data 2.4.7). */
function madeAt({ timestamp, stored }: JsonObject): JsonObject {
  const isKnown = timestamp === undefined && isString(stored) && instantOf(stored, '1.0') !== undefined;
  return isKnown ? { timestamp: stored } : {};
}

/**
 * The record of a statement that another system has kept. It is stored here now, and gets a time of storage of its own
 * (Data 2.4.8); who vouches for it is who did there, since whoever hands a dump over trusts it (2.4.9). What the dump
 * says of both stays in the text. Without an id it gets one by what it says, so that it is known when it comes again; without
 * a `timestamp` it was made when the first LRS stored it, or now where nobody says.
 */
export function takenStatement(
  statement: JsonObject,
  body: string,
  { source, at, origin }: { readonly source: Source; readonly at: number; readonly origin: string },
  deviations: readonly Finding[],
): Received {
  const { id, authority } = statement;
  const receipt = {
    source,
    at,
    version: versionIn(statement),
    authority: isObject(authority) ? authority : authorityOf(source.name, origin, {}),
  };
  const own = isString(id) ? id.toLowerCase() : v5(body, NAMESPACE);
  const record = statementRecord({ statement, body, id: own }, receipt);
  return { ...record, attributes: { ...record.attributes, ...madeAt(statement) }, deviations };
}
