import { detectVersion } from '../../caliper/index.ts';
import { textOf, type JsonObject } from '../../json/index.ts';
import type { Ontology } from '../../ontology/index.ts';
import { instantOf } from '../../xapi/index.ts';
import { eventClassOf } from '../choose.ts';
import type { Engine } from '../engine.ts';
import { plainConversions } from '../plain.ts';
import type { TableSet } from '../tables/index.ts';
import { rememberAccounts } from './accounts.ts';
import { allowPlans, namedTexts } from './named.ts';
import { Plans, stringAfter, textIn, type PlanMeans } from './plans.ts';

export { writtenConversion } from './plan.ts';
export type { Plans } from './plans.ts';

/** Both conversions, by plans where they serve. */
export interface PlannedConversions {
  readonly toXapi: Plans;
  readonly toCaliper: Plans;
}

/**
 * Plans for both directions; undefined for tables whose conditions ask more of a record than plans know of it.
 *
 * A plan rests on this: the tables and the engine are generic in what they do not name. They tell texts apart by their
 * form, by whether they are the same, and numbers by how they compare; whatever else differs between two records is
 * carried, or changed by a function of that text alone. Records that agree in all of that are converted alike.
 */
export function createPlans(
  engine: Engine,
  tables: TableSet,
  ontology: Ontology,
): PlannedConversions | undefined {
  if (!allowPlans(tables)) return undefined;
  const shared = {
    accounts: rememberAccounts(engine.identity),
    named: namedTexts(tables, ontology),
    implied: tables.eventFields.flatMap(({ transform }) => /^implied\((\S+?)[ )]/.exec(transform)?.[1] ?? []),
  };
  const plain = plainConversions(engine);
  return {
    toXapi: new Plans({ ...shared, ...ofEvents(engine), plain: plain.toXapi }),
    toCaliper: new Plans({ ...shared, ...ofStatements(engine), plain: plain.toCaliper }),
  };
}

type Direction = Pick<PlanMeans, 'groupOf' | 'groupIn' | 'allows'>;

function ofEvents(engine: Engine): Direction {
  return {
    groupOf: (event) => textIn(event, 'action'),
    groupIn: (text) => stringAfter(text, 'action'),
    allows: (event) => detectVersion(event).version !== '1.0' && isReadByForm(engine, event),
  };
}

/** Version 1.0 writes terms and durations in other forms, and unknown types are read as others. */
function isReadByForm({ ontology, rowsFor }: Engine, event: JsonObject): boolean {
  const type = textOf(event, 'type');
  return (
    ontology.isEventType(type) &&
    rowsFor(type).written.every(
      ({ transform, caliper }) => transform.byForm || caliper?.read(event) === undefined,
    )
  );
}

function ofStatements(engine: Engine): Direction {
  return {
    groupOf: (statement) => textIn(statement, 'verb', 'id'),
    groupIn: (text) => stringAfter(text, 'verb', 'id'),
    // a statement without a time takes that of its receipt, and one that was an event goes by what the event was
    allows: (statement) =>
      instantOf(textOf(statement, 'timestamp')) !== undefined &&
      eventClassOf(statement, engine.ontology) === undefined,
  };
}
