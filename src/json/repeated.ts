import { pointer, type Step } from './pointer.ts';
import { nameAt, stringEnd, type Span } from './scan.ts';
import type { JsonValue } from './value.ts';

/**
 * How many commas and colons the text of a value has between its members and items. A text that has more of them names a
 * member twice: of those its reader keeps the last.
 */
export function separatorsIn(value: JsonValue | undefined): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += 1 + separatorsIn(item);
  } else {
    for (const name in value) count += 2 + separatorsIn(value[name]);
  }
  return count === 0 ? 0 : count - 1;
}

/** An object or list that is open, and where in it the reader is. */
interface Open {
  /** Names that the object has so far; undefined for a list. */
  readonly names: Set<string> | undefined;
  step: Step;
}

/**
 * Pointers to the members of a JSON text whose name stands in their object more than once (RFC 8259 section 4 leaves open
 * what that means), each once and in the order of the text; no more than `most`. The text must be JSON.
 */
export function repeatedMembers(text: string, most = 100): string[] {
  const found = new Set<string>();
  const open: Open[] = [];
  let lastString: Span = { start: 0, end: 0 };
  for (let at = 0; at < text.length && found.size < most; at += 1) {
    const inner = open.at(-1);
    const character = text[at];
    if (character === '"') {
      lastString = { start: at, end: stringEnd(text, at) + 1 };
      at = lastString.end - 1;
    } else if (character === '{') open.push({ names: new Set(), step: '' });
    else if (character === '[') open.push({ names: undefined, step: 0 });
    else if (character === '}' || character === ']') open.pop();
    else if (character === ',' && typeof inner?.step === 'number') inner.step += 1;
    else if (character === ':' && inner?.names) {
      inner.step = nameAt(text, lastString);
      if (inner.names.has(inner.step)) found.add(pointer('', ...open.map(({ step }) => step)));
      inner.names.add(inner.step);
    }
  }
  return [...found];
}
