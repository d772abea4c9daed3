import { JsonTextError, scanElements, separatorsIn, type JsonValue } from '../json/index.ts';
import { Refusal } from './problem.ts';

/** A parsed body with the source text of each record in it. */
export interface JsonBody {
  readonly value: JsonValue;
  /** The body's own text, without white space around it. */
  readonly text: string;
  /** Source text of the list's elements in their order; undefined where the body has no such list. */
  readonly elements: readonly string[] | undefined;
  /** True where an object names a member more than once: of those the value has the last. Worked out each time. */
  repeatsMembers(): boolean;
}

/** Bounds on a body's JSON. */
export interface JsonLimits {
  readonly depth: number;
  readonly stringLength: number;
  readonly members: number;
}

type Rule = JsonTextError['rule'];

function invalid(rule: Rule, detail: string): Refusal {
  const code = rule === 'json-syntax' ? 'invalid-json' : rule;
  return new Refusal({ status: 400, code, detail, errors: [{ path: '', rule, message: detail }] });
}

function scanned(text: string, within: string | undefined, limits: JsonLimits) {
  const { depth, stringLength, members } = limits;
  const bounds = { maxDepth: depth, maxString: stringLength, maxMembers: members };
  try {
    return scanElements(text, within === undefined ? bounds : { within, ...bounds });
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw invalid(
      error.rule,
      `The body cannot be read as JSON: at offset ${error.offset}, ${error.message}.`,
    );
  }
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'it cannot be parsed';
    throw invalid('json-syntax', `The body is no JSON (RFC 8259): ${reason}.`);
  }
}

/**
 * Parses a body, and finds the source text of each element of the list that `within` names (an envelope's `data`),
 * or of the body itself where it is a list. Nesting, strings, numbers and members are held to the limits before anything
 * is built.
 *
 * Throws a {@link Refusal} with status 400 for text that is no JSON, or that is past a limit.
 */
export function jsonBody(text: string, limits: JsonLimits, within?: string): JsonBody {
  const { elements, separators } = scanned(text, within, limits);
  const value = parsed(text);
  return {
    value,
    text: text.trim(),
    elements: elements?.map(({ start, end }) => text.slice(start, end)),
    // No getter: V8 would keep what one closes over, all of the body, until the next collection of everything.
    repeatsMembers: () => separators !== separatorsIn(value),
  };
}
