import { isObject, isString, type JsonObject, type JsonValue } from '../../json/index.ts';
import { identifiersOf } from '../rules/identifier.ts';
import { VOIDED } from '../rules/relations.ts';
import type { StatementsQuery } from './query.ts';

/** What of a statement a query can ask for, as texts that are equal where the statement and the query are. */
export interface StatementTerms {
  readonly terms: readonly string[];
  /** The statement that the object refers to, in lower case. */
  readonly refersTo?: string;
  /** True where that statement is voided by this one (Data 2.3.2). */
  readonly voids?: boolean;
}

/**
 * An Agent's or identified Group's identity as a text; undefined where it has none. Two are the same where their
 * inverse functional identifiers are (Data 2.4.2.3); domains and hashes have no case.
 */
export function agentIdentity(actor: JsonObject): string | undefined {
  const [name] = identifiersOf(actor);
  const value = name === undefined ? undefined : actor[name];
  if (name === 'mbox' && isString(value)) {
    const at = value.lastIndexOf('@');
    return `mbox ${value.slice(0, at)}${value.slice(at).toLowerCase()}`;
  }
  if (name === 'mbox_sha1sum' && isString(value)) return `mbox_sha1sum ${value.toLowerCase()}`;
  if (isObject(value)) return `account ${JSON.stringify([value.homePage ?? null, value.name ?? null])}`;
  return isString(value) ? `${name} ${value}` : undefined;
}

/** Texts for the filters of a query. A filter by relation has a text of its own, since it finds more. */
const verbTerm = (id: string) => `verb ${id}`;
const registrationTerm = (id: string) => `registration ${id.toLowerCase()}`;
const activityTerm = (id: string, related: boolean) => `${related ? 'related ' : ''}activity ${id}`;
const agentTerm = (identity: string, related: boolean) => `${related ? 'related ' : ''}agent ${identity}`;

const listed = (value: JsonValue | undefined): JsonValue[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** Identities of an Agent or Group and, as 2.1.3 has it for the agent filter, of the Group's members. */
function identities(actor: JsonValue | undefined): string[] {
  if (!isObject(actor)) return [];
  const own = agentIdentity(actor);
  return [...(own === undefined ? [] : [own]), ...listed(actor.member).flatMap(identities)];
}

const isActor = (object: JsonObject) => object.objectType === 'Agent' || object.objectType === 'Group';
const isPlainActivity = (object: JsonObject) =>
  object.objectType === undefined || object.objectType === 'Activity';

function activitiesOf(statement: JsonObject): string[] {
  const { object, context } = statement;
  const kinds = isObject(context) && isObject(context.contextActivities) ? context.contextActivities : {};
  const related = Object.values(kinds).flatMap(listed);
  const own = isObject(object) && isPlainActivity(object) ? [object] : [];
  return [...own, ...related].flatMap((one) => (isObject(one) && isString(one.id) ? [one.id] : []));
}

function agentsOf(statement: JsonObject): string[] {
  const { actor, object, authority, context } = statement;
  const { instructor, team, contextAgents, contextGroups } = isObject(context) ? context : {};
  const inner = [...listed(contextAgents), ...listed(contextGroups)].map((entry) =>
    isObject(entry) ? (entry.agent ?? entry.group) : undefined,
  );
  const own = isObject(object) && isActor(object) ? object : undefined;
  return [actor, own, authority, instructor, team, ...inner].flatMap(identities);
}

/**
 * The terms of a statement as an LRS gives it out (Communication 2.1.3): its verb, registration, object and actor, and
 * for the filters by relation also what stands in its context, its authority, and in a SubStatement.
 */
export function statementTerms(statement: JsonObject): StatementTerms {
  const { actor, verb, object, context } = statement;
  const subject = isObject(object) ? object : {};
  const within = subject.objectType === 'SubStatement' ? [statement, subject] : [statement];
  const registration = isObject(context) ? context.registration : undefined;
  const direct = [actor, isActor(subject) ? subject : undefined].flatMap(identities);
  const terms = [
    ...(isObject(verb) && isString(verb.id) ? [verbTerm(verb.id)] : []),
    ...(isString(registration) ? [registrationTerm(registration)] : []),
    ...(isPlainActivity(subject) && isString(subject.id) ? [activityTerm(subject.id, false)] : []),
    ...direct.map((identity) => agentTerm(identity, false)),
    ...within.flatMap(activitiesOf).map((id) => activityTerm(id, true)),
    ...within.flatMap(agentsOf).map((identity) => agentTerm(identity, true)),
  ];
  const target = subject.objectType === 'StatementRef' && isString(subject.id) ? subject.id : undefined;
  return {
    terms: [...new Set(terms)],
    ...(target === undefined ? {} : { refersTo: target.toLowerCase() }),
    ...(target !== undefined && isObject(verb) && verb.id === VOIDED ? { voids: true } : {}),
  };
}

/** The terms that each statement has which a query asks for. */
export function queryTerms(
  query: Omit<StatementsQuery, 'limit' | 'format' | 'attachments' | 'ascending'>,
): string[] {
  const { agent, verb, activity, registration, relatedActivities, relatedAgents } = query;
  const identity = agent && agentIdentity(agent);
  return [
    ...(identity === undefined ? [] : [agentTerm(identity, relatedAgents)]),
    ...(verb === undefined ? [] : [verbTerm(verb)]),
    ...(activity === undefined ? [] : [activityTerm(activity, relatedActivities)]),
    ...(registration === undefined ? [] : [registrationTerm(registration)]),
  ];
}

/** The term of the statements that an Agent is actor or object of. */
export const termOfAgent = (identity: string) => agentTerm(identity, false);

/** The term of the statements that mention an Activity. */
export const termOfActivity = (id: string) => activityTerm(id, true);
