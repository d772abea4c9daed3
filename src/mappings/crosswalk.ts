import { idOf, typeOf } from '../caliper/index.ts';
import type { JsonObject } from '../json/index.ts';
import type { Ontology } from '../ontology/index.ts';
import { withAssigned } from '../xapi/index.ts';
import type { Crosswalk, DescribeDocument } from './crosswalk.types.ts';
import { compileEngine, type Engine } from './engine.ts';
import { activityIdOf } from './identifiers.ts';
import { IRI } from './iris.ts';
import { plainConversions } from './plain.ts';
import { createPlans } from './plans/index.ts';
import { conversionsOf } from './record-or-text.ts';
import type { TableSet } from './tables/index.ts';

/**
 * Compiles tables into both conversions. Throws where a row cannot be understood: `checkTables` tells which and how to
 * mend it, and tables that do not compile convert nothing. `plans: false` runs the tables over every record: what plans
 * are held against.
 *
 * @example
 * const crosswalk = createCrosswalk(shippedTables(), ontology);
 * const conversion = crosswalk.toXapi(event);
 * if (conversion.ok) send(conversion.record);
 */
export function createCrosswalk(tables: TableSet, ontology: Ontology, { plans = true } = {}): Crosswalk {
  const engine = compileEngine(tables, ontology);
  const [fault] = engine.faults;
  if (fault) throw new Error(`${fault.row.at.file}:${fault.row.at.line}: ${fault.column}: ${fault.message}`);
  const plain = plainConversions(engine);
  const planned = plans ? createPlans(engine, tables, ontology) : undefined;
  const ofEvents = conversionsOf(planned?.toXapi, {
    plain: plain.toXapi,
    refused: 'not-an-event',
    complete: (event) => event,
  });
  const ofStatements = conversionsOf(planned?.toCaliper, {
    plain: plain.toCaliper,
    refused: 'not-a-statement',
    complete: (statement, { assigned }) => (assigned ? withAssigned(statement, assigned) : statement),
  });
  return {
    tables: tables.release,
    toXapi: ofEvents.convert,
    toCaliper: ofStatements.convert,
    writeXapi: ofEvents.write,
    writeCaliper: ofStatements.write,
    toDocument: (entity) => documentOf(engine, entity),
    toAgent: (iri) => engine.agents.agentOf(iri === '' ? {} : iri),
    toAgentIri: (agent) => agentIri(engine, agent),
  };
}

/** Agents of every kind have an agent profile, all other entities an activity profile (xAPI Communication 2.5, 2.6). */
function documentOf(engine: Engine, entity: JsonObject): DescribeDocument | null {
  const id = idOf(entity);
  if (id === undefined || id === '') return null;
  const type = typeOf(entity);
  const form = type === undefined ? undefined : engine.vocabulary.agentForm(type);
  const isAgent =
    form === 'Agent' || (type !== undefined && engine.vocabulary.objectForm(type) !== undefined);
  const agent = isAgent && type !== undefined ? engine.agents.agentOf({ id, type }) : undefined;
  if (agent) {
    return {
      resource: 'agents/profile',
      parameters: { agent: JSON.stringify(agent) },
      profileId: IRI.describe,
    };
  }
  return {
    resource: 'activities/profile',
    parameters: { activityId: activityIdOf(id, '') },
    profileId: IRI.describe,
  };
}

/** A blank node is made for an agent that nothing identifies: no IRI that anyone could mean. */
function agentIri(engine: Engine, agent: JsonObject): string | undefined {
  const id = engine.agents.entityOf(agent)?.id;
  return typeof id === 'string' && !id.startsWith('_:') ? id : undefined;
}
