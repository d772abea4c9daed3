import { isObject, isString, type JsonObject } from '../../json/index.ts';
import {
  agentIdentity,
  canonicalDefinition,
  parseActivityParameter,
  parseAgentParameter,
  personOf,
  termOfActivity,
  termOfAgent,
} from '../../xapi/index.ts';
import { Refusal } from '../problem.ts';
import { readsAll } from '../reading.ts';
import type { Services } from '../services.ts';
import { givenStatement, type ReadRequest } from './read-statements.ts';

/** The newest statements that an activity's definition, or a person's names, are gathered from. */
const LOOKED_AT = 20;

type Reading = Omit<ReadRequest, 'path' | 'acceptLanguage'>;
type Reader = Omit<Reading, 'parameters'>;

/** The newest statements of a term that the reader may see, oldest first. */
async function newest(term: string, reader: Reader, services: Services): Promise<JsonObject[]> {
  const { source } = reader;
  const page = { tenant: source.tenant, terms: [term], order: 'descending', limit: LOOKED_AT } as const;
  const { statements } = await services.log.statements.read(
    readsAll(source) ? page : { ...page, source: source.name },
  );
  return statements
    .map((one) => givenStatement(one, reader, services))
    .filter((one) => one !== null)
    .reverse();
}

function activityIds(statement: JsonObject): string[] {
  const { object, context } = statement;
  const kinds = isObject(context) && isObject(context.contextActivities) ? context.contextActivities : {};
  const within = isObject(object) && object.objectType === 'SubStatement' ? activityIds(object) : [];
  const own = isObject(object) && (object.objectType ?? 'Activity') === 'Activity' ? [object] : [];
  const ids = [...own, ...Object.values(kinds).flat()].map((one) => (isObject(one) ? one.id : undefined));
  return [...within, ...ids.filter(isString)];
}

/** The canonical definitions of the activities in statements, by their IRIs (Communication 2.1.3, `format`). */
export async function definitionsFor(
  statements: readonly JsonObject[],
  reader: Reader,
  services: Services,
): Promise<Map<string, JsonObject>> {
  const ids = new Set(statements.flatMap(activityIds));
  const definitions = await Promise.all(
    [...ids].map(async (id): Promise<[string, JsonObject][]> => {
      const definition = canonicalDefinition(id, await newest(termOfActivity(id), reader, services));
      return definition ? [[id, definition]] : [];
    }),
  );
  return new Map(definitions.flat());
}

function refused(errors: ConstructorParameters<typeof Refusal>[0]['errors'] = []): Refusal {
  const detail = 'The parameters are not those of this resource.';
  return new Refusal({ status: 400, code: 'invalid-parameter', detail, errors });
}

/**
 * Answers a GET of the activities resource (Communication 2.5): the Activity with what the newest statements say of
 * it; without a definition where they say nothing.
 */
export async function readActivity(request: Reading, services: Services): Promise<JsonObject> {
  const id = parseActivityParameter(request.parameters);
  if (!id.ok) throw refused(id.findings);
  const definitions = canonicalDefinition(
    id.value,
    await newest(termOfActivity(id.value), request, services),
  );
  return { objectType: 'Activity', id: id.value, ...(definitions ? { definition: definitions } : {}) };
}

/**
 * Answers a GET of the agents resource (Communication 2.4): the Person of an Agent, with the names that the newest
 * statements call it by.
 */
export async function readPerson(request: Reading, services: Services): Promise<JsonObject> {
  const agent = parseAgentParameter(request.parameters, request.version);
  if (!agent.ok) throw refused(agent.findings);
  const identity = agentIdentity(agent.value) ?? '';
  return personOf(agent.value, await newest(termOfAgent(identity), request, services));
}
