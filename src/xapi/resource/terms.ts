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

const NONE: readonly JsonValue[] = [];
const listed = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? value : value === undefined ? NONE : [value];

const isActor = (object: JsonObject) => object.objectType === 'Agent' || object.objectType === 'Group';
const isPlainActivity = (object: JsonObject) =>
  object.objectType === undefined || object.objectType === 'Activity';

// What follows takes what it finds into a list: each statement that is stored goes through it, and lists of lists take twice as long.

/** Identities of an Agent or Group and, as 2.1.3 has it for the agent filter, of the Group's members. */
function takeIdentities(actor: JsonValue | undefined, into: string[]): void {
  if (!isObject(actor)) return;
  const own = agentIdentity(actor);
  if (own !== undefined) into.push(own);
  for (const member of listed(actor.member)) takeIdentities(member, into);
}

/** Those of the statement's actor, and of its object where that is one. */
function takeDirectAgents({ actor, object }: JsonObject, into: string[]): void {
  takeIdentities(actor, into);
  if (isObject(object) && isActor(object)) takeIdentities(object, into);
}

/** Those that a statement names elsewhere. */
function takeFurtherAgents({ authority, context }: JsonObject, into: string[]): void {
  takeIdentities(authority, into);
  if (!isObject(context)) return;
  takeIdentities(context.instructor, into);
  takeIdentities(context.team, into);
  for (const entries of [context.contextAgents, context.contextGroups]) {
    for (const entry of listed(entries)) {
      if (isObject(entry)) takeIdentities(entry.agent ?? entry.group, into);
    }
  }
}

/** Ids of the activities that a statement is about and stands among. */
function takeActivities({ object, context }: JsonObject, into: string[]): void {
  if (isObject(object) && isPlainActivity(object) && isString(object.id)) into.push(object.id);
  if (!isObject(context) || !isObject(context.contextActivities)) return;
  for (const activities of Object.values(context.contextActivities)) {
    for (const one of listed(activities)) if (isObject(one) && isString(one.id)) into.push(one.id);
  }
}

/**
 * The terms of a statement as an LRS gives it out (Communication 2.1.3): its verb, registration, object and actor, and
 * for the filters by relation also what stands in its context, its authority, and in a SubStatement.
 */
export function statementTerms(statement: JsonObject): StatementTerms {
  const { verb, object, context } = statement;
  const subject = isObject(object) ? object : {};
  const terms = new Set<string>();
  if (isObject(verb) && isString(verb.id)) terms.add(verbTerm(verb.id));
  if (isObject(context) && isString(context.registration)) terms.add(registrationTerm(context.registration));
  if (isPlainActivity(subject) && isString(subject.id)) terms.add(activityTerm(subject.id, false));
  const agents: string[] = [];
  takeDirectAgents(statement, agents);
  for (const identity of agents) terms.add(agentTerm(identity, false));
  takeFurtherAgents(statement, agents);
  const activities: string[] = [];
  takeActivities(statement, activities);
  if (subject.objectType === 'SubStatement') {
    takeDirectAgents(subject, agents);
    takeFurtherAgents(subject, agents);
    takeActivities(subject, activities);
  }
  for (const id of activities) terms.add(activityTerm(id, true));
  for (const identity of agents) terms.add(agentTerm(identity, true));
  const target = subject.objectType === 'StatementRef' && isString(subject.id) ? subject.id : undefined;
  return {
    terms: [...terms],
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
