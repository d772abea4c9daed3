import type { JsonObject } from '../../json/index.ts';
import { isIri } from '../formats/iri.ts';
import { instantOf } from '../formats/timestamp.ts';
import type { XapiVersion } from '../statement.types.ts';
import { Parameters, type ParameterEntries } from './parameters.ts';
import { readAgent, readUuid, type Read } from './query.ts';
import { agentIdentity } from './terms.ts';

/** What a request to a document resource asks for (Communication 2.2, 2.3, 2.6, 2.7). */
export interface DocumentParameters {
  /** Activity IRI, of states and activity profiles. */
  readonly activity?: string;
  /** The agent's identity as a text, of states and agent profiles. */
  readonly agent?: string;
  /** UUID in lower case, of states. */
  readonly registration?: string;
  /** `stateId` or `profileId`. */
  readonly id?: string;
  /** Updated after this instant, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly since?: number;
}

/** Parameters of a document resource: those that name its context, and the one that names a document in it. */
interface Resource {
  readonly context: readonly ('activityId' | 'agent')[];
  readonly optional: readonly 'registration'[];
  readonly id: 'stateId' | 'profileId';
}

const RESOURCES = {
  state: { context: ['activityId', 'agent'], optional: ['registration'], id: 'stateId' },
  'agent-profile': { context: ['agent'], optional: [], id: 'profileId' },
  'activity-profile': { context: ['activityId'], optional: [], id: 'profileId' },
} as const satisfies Record<string, Resource>;

/** Names of the document resources. */
export type DocumentResourceName = keyof typeof RESOURCES;

/** Whether a request means one document: always, never, or where it names one. */
export type DocumentChoice = 'one' | 'one-or-all' | 'one-or-since';

/**
 * Reads the parameters of a request to a document resource. `choice` says what the method takes: PUT and POST one
 * document, DELETE of states one or all, GET one, or the ids of those since a time.
 */
export function parseDocumentParameters(
  entries: ParameterEntries,
  resource: DocumentResourceName,
  choice: DocumentChoice,
  version: XapiVersion,
): Read<DocumentParameters> {
  const { context, optional, id }: Resource = RESOURCES[resource];
  const since = choice === 'one-or-since' ? ['since'] : [];
  const parameters = new Parameters(entries, [...context, ...optional, id, ...since]);
  const required = choice === 'one' ? [...context, id] : context;
  for (const name of required) {
    if (!parameters.names().includes(name)) {
      parameters.say(name, 'xapi-parameter-required', `the request names what it is about in ${name}`);
    }
  }
  const read = {
    activity: parameters.get('activityId', 'an IRI', (text) => (isIri(text) ? text : undefined)),
    agent: parameters.get('agent', 'an Agent or identified Group in JSON', (text) =>
      identityIn(text, version),
    ),
    registration: parameters.get('registration', 'a UUID', readUuid),
    id: parameters.get(id, 'a text that is not empty', (text) => (text === '' ? undefined : text)),
    since: parameters.get('since', 'a timestamp, its "+" sent as %2B', (text) => instantOf(text, version)),
  };
  const value = Object.fromEntries(Object.entries(read).filter(([, one]) => one !== undefined));
  return parameters.findings.length === 0
    ? { ok: true, value }
    : { ok: false, findings: parameters.findings };
}

function identityIn(text: string, version: XapiVersion): string | undefined {
  const agent = readAgent(text, version);
  return agent && agentIdentity(agent);
}

/** Reads the one parameter of the agents resource: an Agent (Communication 2.4). */
export function parseAgentParameter(entries: ParameterEntries, version: XapiVersion): Read<JsonObject> {
  const parameters = new Parameters(entries, ['agent']);
  const agent = parameters.get('agent', 'an Agent in JSON', (text) => readAgent(text, version));
  return required(parameters, 'agent', agent);
}

/** Reads the one parameter of the activities resource: an Activity's IRI (Communication 2.5). */
export function parseActivityParameter(entries: ParameterEntries): Read<string> {
  const parameters = new Parameters(entries, ['activityId']);
  const id = parameters.get('activityId', 'an IRI', (text) => (isIri(text) ? text : undefined));
  return required(parameters, 'activityId', id);
}

function required<Value>(parameters: Parameters, name: string, value: Value | undefined): Read<Value> {
  if (!parameters.names().includes(name)) {
    parameters.say(name, 'xapi-parameter-required', `the request names what it is about in ${name}`);
  }
  return value !== undefined && parameters.findings.length === 0
    ? { ok: true, value }
    : { ok: false, findings: parameters.findings };
}
