import { equal, isObject, type JsonValue } from '../../json/index.ts';
import type { TransformFactory } from './transform.ts';

const texts = (value: JsonValue | undefined): string[] | undefined =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')
    ? value
    : undefined;

/**
 * Role terms of the membership of an event's actor, and a context agent, that actor, whose relevant types are the
 * roles' IRIs (xAPI 2.0, 4.2.6).
 */
export const roles: TransformFactory = ({ agents, ontology }) => ({
  whole: false,
  byForm: true,
  get(value, { event }) {
    const iris = texts(value)?.map((term) => ontology.iri(term));
    const agent = agents.agentOf(event['actor'] ?? null);
    // A context agent is an Agent: the roles of a group stay in its membership.
    if (!iris || iris.includes(undefined) || !agent || agent['objectType'] === 'Group') return undefined;
    return { objectType: 'contextAgent', agent, relevantTypes: iris as string[] };
  },
  put(value, { event, statement }) {
    if (!isObject(value)) return undefined;
    const agent = value['agent'];
    const isActor = equal(agent, statement['actor']) || equal(agent, agents.agentOf(event['actor'] ?? null));
    const terms = isActor ? texts(value['relevantTypes'])?.map((iri) => ontology.roleOf(iri)) : undefined;
    return terms && !terms.includes(undefined) ? (terms as string[]) : undefined;
  },
});

/** Group and a context group whose relevant type is that of its class (xAPI 2.0, 4.2.6). */
export const contextGroup: TransformFactory = ({ agents, vocabulary }) => ({
  whole: true,
  byForm: true,
  get(value) {
    const group = agents.agentOf(value);
    const type = isObject(value) ? value['type'] : undefined;
    if (group?.['objectType'] !== 'Group' || typeof type !== 'string') return undefined;
    return { objectType: 'contextGroup', group, relevantTypes: [vocabulary.activityType(type).term] };
  },
  put: (value) => (isObject(value) && isObject(value['group']) ? agents.entityOf(value['group']) : undefined),
});
