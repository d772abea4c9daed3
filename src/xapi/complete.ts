import { member, type JsonObject } from '../json/index.ts';
import { mapParts } from './parts.ts';
import type { XapiVersion } from './statement.types.ts';
import { defaultStatementVersion } from './version.ts';

/** What an LRS adds to a statement on receipt. */
export interface Receipt {
  /** The id for a statement that brings none: the one of a PUT's parameter, or a new UUID (Data 2.4.1). */
  readonly id: string;
  /** When it was stored, as an RFC 3339 string in UTC. Replaces what was sent (Data 2.4.8). */
  readonly stored: string;
  /** When it was made, where it does not say so and was not stored first here; else the time of storage stands for it. */
  readonly timestamp?: string;
  /** Who vouches for it, from the credential. Replaces what was sent (Data 2.4.9). */
  readonly authority: JsonObject;
  /** Version of the request, for a statement that says none (Data 2.4.10). */
  readonly version: XapiVersion;
}

/** What an LRS sets where a statement's sender left it to the LRS. */
export interface Assigned {
  /** Data 2.4.1. */
  readonly id: string;
  /** RFC 3339 (Data 2.4.7). */
  readonly timestamp: string;
}

/** What of that a statement's sender left to the LRS; without what the statement brought. */
export function leftToLrs(statement: JsonObject, { id, timestamp }: Assigned): Record<string, string> {
  return {
    ...(member(statement, 'id') === undefined ? { id } : {}),
    ...(member(statement, 'timestamp') === undefined ? { timestamp } : {}),
  };
}

/** A statement with what its sender left to the LRS; the statement itself where that is nothing. */
export function withAssigned(statement: JsonObject, assigned: Assigned): JsonObject {
  const left = leftToLrs(statement, assigned);
  return Object.keys(left).length === 0 ? statement : { ...statement, ...left };
}

const asItIs = (part: JsonObject): JsonObject => part;

/**
 * The statement as an LRS gives it out: with `id`, `stored`, `authority` and `version`, with `timestamp` set
 * where it brought none (Data 2.4.7), and with lists in `contextActivities` (Data 2.4.6.2). What was sent is
 * not touched; the rest is the same value for value (Data 2.3.1).
 */
export function completeStatement(statement: JsonObject, receipt: Receipt): JsonObject {
  const given = mapParts(statement, { actor: asItIs, verb: asItIs, activity: asItIs });
  return {
    ...given,
    id: given['id'] ?? receipt.id,
    timestamp: given['timestamp'] ?? receipt.timestamp ?? receipt.stored,
    stored: receipt.stored,
    authority: receipt.authority,
    version: given['version'] ?? defaultStatementVersion(receipt.version),
  };
}
