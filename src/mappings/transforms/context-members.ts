import { equal, isObject, type JsonValue } from '../../json/index.ts';
import type { TransformFactory } from './transform.ts';

const texts = (value: JsonValue | undefined): string[] | undefined =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')
    ? (value)
    : undefined;

/** Role terms of the actor's membership and a context agent whose relevant types are their IRIs (xAPI 2.0, 4.2.6). */
export const roles: TransformFactory = ({ ontology }) => ({
  whole: false,
  get(value, { statement }) {
    const iris = texts(value)?.map((term) => ontology.iri(term));
    const agent = statement['actor'];
    if (!iris || iris.includes(undefined) || !isObject(agent)) return undefined;
    return { objectType: 'contextAgent', agent, relevantTypes: iris as string[] };
  },
  put(value, { statement }) {
    if (!isObject(value) || !equal(value['agent'], statement['actor'])) return undefined;
    const terms = texts(value['relevantTypes'])?.map((iri) => ontology.roleOf(iri));
    return terms && !terms.includes(undefined) ? (terms as string[]) : undefined;
  },
});

/** Group and a context group whose relevant type is that of its class (xAPI 2.0, 4.2.6). */
export const contextGroup: TransformFactory = ({ agents, vocabulary }) => ({
  whole: true,
  get(value) {
    const group = agents.agentOf(value);
    const type = isObject(value) ? value['type'] : undefined;
    if (group?.['objectType'] !== 'Group' || typeof type !== 'string') return undefined;
    return { objectType: 'contextGroup', group, relevantTypes: [vocabulary.activityType(type).term] };
  },
  put: (value) => (isObject(value) && isObject(value['group']) ? agents.entityOf(value['group']) : undefined),
});
