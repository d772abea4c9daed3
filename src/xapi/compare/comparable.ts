import { equal, isString, type JsonObject, type JsonValue } from '../../json/index.ts';
import { comparableDuration } from '../formats/duration.ts';
import { instantOf } from '../formats/timestamp.ts';
import { mapMembers, mapParts, onObject } from '../parts.ts';
import { comparableActor } from './actor.ts';
import { comparableAttachments } from './attachments.ts';
import { lowerCase } from './case.ts';

/**
 * What decides whether two statements under one id are the same statement: two of them match where their comparable
 * values are equal (Data 2.3.1, Statement Immutability and Statement Comparison Requirements).
 *
 * Left out or made alike is what 2.3.1 excepts: properties that an LRS assigns, definitions of Activities and
 * displays of Verbs, the form of timestamps, the order of a Group's members, attachments, and the case of what has
 * none. Everything else counts, scores and extensions to the letter.
 *
 * A timestamp that only one of the two has may have been assigned by an LRS; one value cannot show that, so
 * {@link sameStatement} looks at both.
 */
export function comparable(statement: JsonObject): JsonObject {
  // "potential or required assignments of properties during LRS processing": `timestamp` is in that list too, but
  // a provider's own one is part of the record
  const { id: _id, stored: _stored, authority: _authority, version: _version, ...said } = statement;
  const comparable = mapMembers(
    mapParts(said, { actor: comparableActor, verb: identifiedVerb, activity: identifiedActivity }),
    {
      object: onObject(comparableObject),
      result: onObject((result) => mapMembers(result, { duration: onText(comparableDuration) })),
      context: onObject(comparableContext),
      timestamp: onText(comparableTimestamp),
      attachments: comparableAttachments,
    },
  );
  if (Array.isArray(comparable['attachments']) && comparable['attachments'].length === 0) {
    delete comparable['attachments'];
  }
  return comparable;
}

/** True where two statements match, so that the second is a repetition and no conflict (Communication 2.1.1, 2.1.2). */
export function sameStatement(a: JsonObject, b: JsonObject): boolean {
  const [left, right] = [comparable(a), comparable(b)];
  if (left['timestamp'] === undefined || right['timestamp'] === undefined) {
    // Data 2.4.7: an LRS sets a timestamp that was not provided
    delete left['timestamp'];
    delete right['timestamp'];
  }
  return equal(left, right);
}

/** "The display property of the Verb is not considered part of the Statement itself." */
function identifiedVerb({ id = null }: JsonObject): JsonObject {
  return { id };
}

/** "Activity Definitions referenced by a Statement" are excepted; 2.4.4 assumes an Activity where nothing is said. */
function identifiedActivity({ id = null }: JsonObject): JsonObject {
  return { objectType: 'Activity', id };
}

function comparableObject(object: JsonObject): JsonObject {
  if (object['objectType'] === 'StatementRef') return mapMembers(object, { id: lowerCase });
  return object['objectType'] === 'SubStatement' ? comparable(object) : object;
}

/** "Case sensitivity": UUIDs (RFC 4122) and language tags (RFC 5646) have none. */
function comparableContext(context: JsonObject): JsonObject {
  return mapMembers(context, {
    registration: lowerCase,
    language: lowerCase,
    statement: onObject((reference) => mapMembers(reference, { id: lowerCase })),
  });
}

/** "Serialization of Timestamp data": the point in time counts, to the millisecond that 4.5 makes an LRS keep. */
function comparableTimestamp(text: string): string {
  const instant = instantOf(text);
  return instant === undefined ? text : new Date(instant).toISOString();
}

function onText(transform: (text: string) => string): (value: JsonValue) => JsonValue {
  return (value) => (isString(value) ? transform(value) : value);
}
