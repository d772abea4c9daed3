import type { Engine } from './engine.ts';
import { eventToStatement } from './event-to-statement.ts';
import type { PlainConversion } from './plans/index.ts';
import { statementToEvent } from './statement-to-event.ts';

/** Both conversions as the tables say them, row by row: what plans learn from, and are held against. */
export interface PlainConversions {
  readonly toXapi: PlainConversion;
  readonly toCaliper: PlainConversion;
}

/** The conversions of an engine. */
export const plainConversions = (engine: Engine): PlainConversions => ({
  toXapi: (event, options) => eventToStatement(engine, event, options),
  toCaliper: (statement, options) => statementToEvent(engine, statement, options),
});
