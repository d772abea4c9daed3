import type { Crosswalk } from '../../mappings/index.ts';
import {
  agentIdentity,
  parseAgentParameter,
  queryTerms,
  termOfActivity,
  termOfAgent,
} from '../../xapi/index.ts';
import { Refusal } from '../problem.ts';
import type { RecordsQuery } from './query.ts';

type Said = Pick<RecordsQuery, 'verb' | 'actor' | 'activity' | 'course' | 'registration'>;

function noActor(): Refusal {
  const message =
    'give the id of a Caliper actor, an Agent in JSON, an address with mailto:, or an account as "homePage name"';
  const errors = [{ path: '/actor', rule: 'records-actor', message }];
  const detail = 'The parameters are not those of a query for records.';
  return new Refusal({ status: 400, code: 'invalid-parameter', detail, errors });
}

/** The identity of the Agent that the tables make of a Caliper actor. */
function mappedIdentity(id: string, crosswalk: Crosswalk): string | undefined {
  const agent = crosswalk.toAgent(id);
  return agent && agentIdentity(agent);
}

/** The identity of an actor that a person names as the tools of either side do. */
function identityOf(actor: string, crosswalk: Crosswalk): string | undefined {
  if (actor.startsWith('{')) {
    const agent = parseAgentParameter(new URLSearchParams({ agent: actor }), '2.0');
    return agent.ok ? agentIdentity(agent.value) : undefined;
  }
  if (actor.startsWith('mailto:')) return agentIdentity({ mbox: actor });
  if (/^[0-9a-f]{40}$/i.test(actor)) return agentIdentity({ mbox_sha1sum: actor });
  const space = actor.indexOf(' ');
  if (space > 0)
    return agentIdentity({ account: { homePage: actor.slice(0, space), name: actor.slice(space + 1) } });
  return mappedIdentity(actor, crosswalk);
}

/**
 * The terms of the index of statements that a query asks for: what a record says as a statement, or as the one that it
 * maps to. A course is an activity that a record mentions. Throws a {@link Refusal} (400) for an actor that is none.
 */
export function termsOf(
  { verb, actor, activity, course, registration }: Said,
  crosswalk: Crosswalk,
): string[] {
  const identity = actor === undefined ? undefined : identityOf(actor, crosswalk);
  if (actor !== undefined && identity === undefined) throw noActor();
  const said = {
    ...(verb === undefined ? {} : { verb }),
    ...(activity === undefined ? {} : { activity }),
    ...(registration === undefined ? {} : { registration }),
  };
  return [
    ...queryTerms({ ...said, relatedActivities: false, relatedAgents: false }),
    ...(course === undefined ? [] : [termOfActivity(course)]),
    ...(identity === undefined ? [] : [termOfAgent(identity)]),
  ];
}
