import type { JsonValue } from '../../json/index.ts';
import type { Ontology } from '../../ontology/index.ts';
import type { Agents } from '../agents.ts';
import type { Entities } from '../entities.ts';
import type { State } from '../state.ts';
import type { TableDefaults } from '../tables/index.ts';
import type { Vocabulary } from '../vocabulary.types.ts';

/**
 * A named, two-way change of a value: `get` towards the statement, `put` towards the event. Where both accept a
 * value, `put(get(v))` is `v` and `get(put(w))` is `w`; what a transform does not accept it leaves to the residual.
 */
export interface Transform {
  /** The statement's value, or undefined where the event's is not accepted. */
  get(value: JsonValue, state: State): JsonValue | undefined;
  /** The event's value, or undefined where the statement's is not accepted. */
  put(value: JsonValue, state: State): JsonValue | undefined;
  /**
   * True where the value stands for everything in it that no other row carries; false where the transform takes a
   * single value as it is.
   */
  readonly whole: boolean;
  /**
   * True where it goes by the form of a text (an IRI, a date, a number) and by which texts are the same, never by what
   * else a text says: what was found for one record then holds for others (`plans/`). Rows with other transforms keep
   * the events that they read from having plans.
   */
  readonly byForm: boolean;
  /** True where the way back has to wait until the other rows are done. */
  readonly late?: boolean;
}

/** What transforms are made from. */
export interface TransformParts {
  readonly agents: Agents;
  readonly entities: Entities;
  readonly vocabulary: Vocabulary;
  readonly ontology: Ontology;
  readonly defaults: TableDefaults;
}

/** Makes a transform from the words in its parentheses, as in `implied(score Score)`; throws on words it does not know. */
export type TransformFactory = (parts: TransformParts, words: readonly string[]) => Transform;

/** A transform of single values that needs nothing of the conversion around it. */
export function leaf(
  get: (value: JsonValue) => JsonValue | undefined,
  put: (value: JsonValue) => JsonValue | undefined,
): TransformFactory {
  return () => ({ whole: false, byForm: true, get, put });
}
