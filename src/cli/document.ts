import {
  elementSpans,
  infiniteNumbers,
  isWithinBounds,
  JsonTextError,
  syntaxFault,
  type JsonValue,
} from '../json/index.ts';
import { textOf } from './input.ts';
import type { Terminal } from './terminal.ts';

/** Deeper nesting than any record has; a text that goes beyond is refused. */
export const DEEPEST = 256;

/** A JSON document that was read whole, with its text, or what keeps it from being one: the rule and a sentence with the place. */
export type Document =
  | { readonly ok: true; readonly value: JsonValue; readonly text: string }
  | {
      readonly ok: false;
      readonly rule: JsonTextError['rule'] | 'json-number';
      /** JSON Pointer to a value that cannot be read; the whole document in most cases. */
      readonly path: string;
      readonly message: string;
    };

/** Reads a whole file. One value a line (NDJSON) is read as a list. Throws a `CommandFault` where it cannot be read. */
export async function readDocument(name: string, terminal: Terminal): Promise<Document> {
  let text = '';
  for await (const piece of textOf(name, terminal)) text += piece;
  return documentOf(text);
}

function documentOf(text: string): Document {
  const whole = parse(text);
  if (whole.ok) return whole;
  const lines = text.split('\n');
  const first = lines.find((line) => line.trim() !== '') ?? '';
  // a broken document is told of as a whole: its lines count only where the first one stands on its own
  return first === text.trim() || !parse(first).ok ? whole : listOf(lines);
}

function listOf(lines: readonly string[]): Document {
  const values: JsonValue[] = [];
  const texts: string[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const parsed = parse(line, i);
    if (!parsed.ok) return parsed;
    values.push(parsed.value);
    texts.push(parsed.text);
  }
  return { ok: true, value: values, text: `[${texts.join(',')}]` };
}

/** Parses one JSON text. `linesBefore` counts the lines above it in its file. */
export function parse(text: string, linesBefore = 0): Document {
  try {
    return checked(text, JSON.parse(text) as JsonValue);
  } catch {
    const depth = depthFault(text);
    if (depth !== undefined) return { ok: false, rule: 'json-depth', path: '', message: depth };
    const fault = syntaxFault(text);
    const place = fault && `line ${linesBefore + fault.line}, column ${fault.column}: ${fault.message}`;
    return { ok: false, rule: 'json-syntax', path: '', message: `not JSON: ${place ?? 'it cannot be read'}` };
  }
}

/** A value and its text as a document, unless it is nested too deeply or has a number that would be lost. */
export function checked(text: string, value: JsonValue): Document {
  if (isWithinBounds(value, DEEPEST)) return { ok: true, value, text };
  const depth = depthFault(text);
  if (depth !== undefined) return { ok: false, rule: 'json-depth', path: '', message: depth };
  const [path = ''] = infiniteNumbers(value, '');
  return { ok: false, rule: 'json-number', path, message: 'this number is beyond what a double holds' };
}

/** What is said of nesting without end. Brackets are counted without recursion, so that no text is too deep to be refused. */
function depthFault(text: string): string | undefined {
  try {
    elementSpans(text, { maxDepth: DEEPEST });
    return undefined;
  } catch (fault) {
    return fault instanceof JsonTextError && fault.rule === 'json-depth' ? fault.message : undefined;
  }
}
