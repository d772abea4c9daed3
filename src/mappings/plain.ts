import type { JsonObject } from '../json/index.ts';
import type { Conversion, ConversionOptions } from './crosswalk.types.ts';
import type { Engine } from './engine.ts';
import { eventToStatement } from './event-to-statement.ts';
import { statementToEvent } from './statement-to-event.ts';

/** A conversion by the tables, as it runs without plans. */
export type PlainConversion = (record: JsonObject, options: ConversionOptions) => Conversion;

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
