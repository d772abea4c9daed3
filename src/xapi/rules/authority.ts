import { isObject, type JsonObject, type JsonValue } from '../../json/index.ts';
import type { Check } from '../report.ts';
import { has } from '../shape.ts';
import { actor } from './actor.ts';
import { identifiersOf } from './identifier.ts';

/**
 * The authority (Data 2.4.9): an Agent, or for three-legged OAuth an anonymous Group of two Agents, of which the
 * one that stands for the application is identified by its account.
 */
export const authority: Check = (value, path, report) => {
  actor(value, path, report);
  if (isObject(value) && value['objectType'] === 'Group' && !isPairOfOAuth(value)) {
    report.say(
      path,
      'xapi-authority',
      'an authority is an Agent, or a Group without identifier of exactly two Agents, one of them an account',
    );
  }
};

function isPairOfOAuth(group: JsonObject): boolean {
  const members = group['member'];
  return (
    identifiersOf(group).length === 0 &&
    Array.isArray(members) &&
    members.length === 2 &&
    members.some((member: JsonValue) => isObject(member) && has(member, 'account'))
  );
}
