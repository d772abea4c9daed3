import { elementSpans, JsonTextError, type JsonValue, type Span } from '../json/index.ts';
import { Refusal } from './problem.ts';

/** A parsed body with the source text of each record in it. */
export interface JsonBody {
  readonly value: JsonValue;
  /** The body's own text, without white space around it. */
  readonly text: string;
  /** Source text of the list's elements in their order; undefined where the body has no such list. */
  readonly elements: readonly string[] | undefined;
}

function invalid(code: 'invalid-json' | 'json-depth', detail: string): Refusal {
  const rule = code === 'json-depth' ? 'json-depth' : 'json-syntax';
  return new Refusal({ status: 400, code, detail, errors: [{ path: '', rule, message: detail }] });
}

function spansOf(text: string, within: string | undefined, maxDepth: number): Span[] | undefined {
  try {
    return elementSpans(text, within === undefined ? { maxDepth } : { within, maxDepth });
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const code = error.rule === 'json-depth' ? 'json-depth' : 'invalid-json';
    throw invalid(code, `The body cannot be read as JSON: at offset ${error.offset}, ${error.message}.`);
  }
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'it cannot be parsed';
    throw invalid('invalid-json', `The body is no JSON (RFC 8259): ${reason}.`);
  }
}

/**
 * Parses a body, and finds the source text of each element of the list that `within` names (an envelope's `data`),
 * or of the body itself where it is a list. Nesting is checked before anything is built.
 *
 * Throws a {@link Refusal} with status 400 for text that is no JSON, or that nests too deep.
 */
export function jsonBody(text: string, options: { within?: string; depth: number }): JsonBody {
  const spans = spansOf(text, options.within, options.depth);
  const value = parsed(text);
  return { value, text: text.trim(), elements: spans?.map(({ start, end }) => text.slice(start, end)) };
}
