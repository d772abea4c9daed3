import { isObject, member, type JsonObject, type JsonValue } from '../json/index.ts';
import { contentUuid } from './identifiers.ts';
import { IDENTIFIERS, type DescribedAgent, type Identity } from './identity.ts';
import type { AgentForm, Vocabulary } from './vocabulary.types.ts';

/** Turns agents of either language into the other's, by `identity.tsv`. Pure. */
export interface Agents {
  /**
   * Agent or Group (xAPI Data 4.2.2, in 1.0.3: 2.4.2) of a Caliper agent or its IRI; undefined for what has no id. A
   * bare IRI is read as a person's.
   */
  agentOf(entity: JsonValue, form?: (className: string) => AgentForm | undefined): JsonObject | undefined;
  /** Name of the row of `identity.tsv` that identifies a Caliper agent; undefined for what has no id. */
  rowOf(entity: JsonValue): string | undefined;
  /** Caliper agent of an Agent or Group, a blank node where nothing identifies it; undefined where several things do. */
  entityOf(agent: JsonValue): JsonObject | undefined;
}

const AGENT_TYPE = 'Agent';
const GROUP_TYPE = 'Group';
const PERSON_TYPE = 'Person';

export function createAgents(identity: Identity, vocabulary: Vocabulary): Agents {
  const agentForm = (className: string) => vocabulary.agentForm(className);

  /** A term that an account's home page can end with; what is no plain term is some agent. */
  function typeNameOf(type: JsonValue | undefined): string {
    if (type === undefined) return PERSON_TYPE;
    return typeof type === 'string' && /^[A-Za-z]+$/.test(type) ? type : AGENT_TYPE;
  }

  function agentOf(entity: JsonValue, form = agentForm): JsonObject | undefined {
    const described = describedAgent(entity);
    if (!described) return undefined;
    if (!isObject(entity)) return single('Agent', described, undefined);
    const { iri: id, type } = described;
    const shape = form(type) ?? 'Agent';
    const agent = single(shape, described, member(entity, 'name'));
    const members = shape === 'Group' ? membersOf(member(entity, 'members')) : undefined;
    if (!members) return agent;
    if (!id.startsWith('_:')) return { ...agent, member: members };
    const { account: _account, ...anonymous } = agent;
    return { ...anonymous, member: members };
  }

  /** What identifies an agent of an event. */
  function describedAgent(entity: JsonValue): DescribedAgent | undefined {
    if (typeof entity === 'string') return { iri: entity, type: PERSON_TYPE };
    const iri = isObject(entity) ? member(entity, 'id') : undefined;
    if (!isObject(entity) || typeof iri !== 'string' || iri === '') return undefined;
    const type = typeNameOf(member(entity, 'type'));
    return { iri, type, otherIdentifiers: member(entity, 'otherIdentifiers') };
  }

  function rowOf(entity: JsonValue): string | undefined {
    const described = describedAgent(entity);
    return described && identity.rowOf(described);
  }

  function single(objectType: AgentForm, described: DescribedAgent, name: JsonValue | undefined): JsonObject {
    const identifier = identity.identifierOf(described);
    return typeof name === 'string' ? { objectType, name, ...identifier } : { objectType, ...identifier };
  }

  function membersOf(members: JsonValue | undefined): JsonObject[] | undefined {
    if (!Array.isArray(members) || members.length === 0) return undefined;
    const agents = members.map((entity: JsonValue) => agentOf(entity));
    // groups in groups are not legal in xAPI, so such a list stays whole in the residual
    return agents.every((agent) => agent?.['objectType'] === 'Agent') ? (agents as JsonObject[]) : undefined;
  }

  function entityOf(agent: JsonValue): JsonObject | undefined {
    if (!isObject(agent)) return undefined;
    const isGroup = agent['objectType'] === 'Group';
    const found = identity.identityOf(agent);
    if (!found && hasIdentifier(agent)) return undefined;
    const entity: JsonObject = found
      ? { id: found.iri, type: isGroup ? groupType(found.type) : found.type }
      : { id: `_:${contentUuid('agent', agent)}`, type: isGroup ? GROUP_TYPE : PERSON_TYPE };
    if (typeof agent['name'] === 'string') entity['name'] = agent['name'];
    const members = isGroup && Array.isArray(agent['member']) ? agent['member'].map(entityOf) : undefined;
    if (members?.every((entry) => entry !== undefined) && members.length > 0) entity['members'] = members;
    return entity;
  }

  const groupType = (type: string) => (vocabulary.agentForm(type) === 'Group' ? type : GROUP_TYPE);

  return { agentOf, entityOf, rowOf };
}

function hasIdentifier(agent: JsonObject): boolean {
  return IDENTIFIERS.some((name) => agent[name] !== undefined);
}
