import { closingQuote } from './extent.ts';

/** What a JSON text breaks: its syntax, or a bound on what is built of it. */
export type JsonTextRule = 'json-syntax' | 'json-depth' | 'json-string' | 'json-number' | 'json-members';

/** Bounds that a JSON text is held to. Those that are left out do not hold. */
export interface TextBounds {
  /** Deepest nesting. */
  readonly maxDepth: number;
  /** Longest string, in code units as written. */
  readonly maxString?: number;
  /** Most members and items. */
  readonly maxMembers?: number;
}

/** Longest number or other bare word, in characters: no double needs as many. */
const LONGEST_LITERAL = 1_000;

/** Where a JSON text breaks a rule that is checked before it is parsed. */
export class JsonTextError extends Error {
  readonly rule: JsonTextRule;
  /** Offset in UTF-16 code units from the start of the text. */
  readonly offset: number;

  constructor(rule: JsonTextRule, offset: number, message: string) {
    super(message);
    this.name = 'JsonTextError';
    this.rule = rule;
    this.offset = offset;
  }
}

/** Half-open range of UTF-16 offsets in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;
const COLON = 0x3a;

const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

function trimmed(text: string, start: number, end: number): Span {
  let from = start;
  let to = end;
  while (from < to && isSpace(text.charCodeAt(from))) from += 1;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1;
  return { start: from, end: to };
}

/** Offset of the quote that ends the string which opens at an offset. Throws a {@link JsonTextError} where none does. */
export function stringEnd(text: string, open: number): number {
  const end = closingQuote(text, open);
  if (end < 0) throw new JsonTextError('json-syntax', open, 'a string that begins here does not end');
  return end;
}

/** A member's name. A text whose quotes enclose no JSON string is told where it stops being JSON. */
export function nameAt(text: string, { start, end }: Span): string {
  try {
    return JSON.parse(text.slice(start, end)) as string;
  } catch {
    throw new JsonTextError('json-syntax', start, 'this is no JSON string');
  }
}

/**
 * Finds the source text of each element of a list, so that every record of a batch can be kept exactly as it was
 * received. `within` names the member of the top-level object that holds the list (an envelope's `data`); without
 * it the list is the text itself.
 *
 * Returns the elements' spans in order, or undefined where the text has no such list. Where the member is written
 * twice the last one counts, as it does for `JSON.parse`. Throws {@link JsonTextError} where brackets nest deeper
 * than `maxDepth` or do not match, and where another bound is passed; other syntax is left to the parser.
 */
export function elementSpans(text: string, options: TextBounds & { within?: string }): Span[] | undefined {
  return scanElements(text, options).elements;
}

/** What {@link elementSpans} gives, and how many commas and colons stand between the members and items of the text. */
export function scanElements(
  text: string,
  options: TextBounds & { within?: string },
): { readonly elements: Span[] | undefined; readonly separators: number } {
  const { maxString = Infinity, maxMembers = Infinity } = options;
  let separators = 0;
  let literal = 0;
  const listDepth = options.within === undefined ? 1 : 2;
  const open: number[] = [];
  let found: Span[] | undefined;
  let elements: Span[] | undefined;
  let elementStart = 0;
  let lastString: Span | undefined;
  let member: string | undefined;

  const endElement = (end: number) => {
    const span = trimmed(text, elementStart, end);
    if (elements && (span.end > span.start || elements.length > 0)) elements.push(span);
  };

  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    literal = code === COMMA || code === COLON || code === QUOTE || isSpace(code) ? 0 : literal + 1;
    if (literal > LONGEST_LITERAL) {
      throw new JsonTextError('json-number', at, `this number is longer than ${LONGEST_LITERAL} characters`);
    }
    if ((code === COMMA || code === COLON) && (separators += 1) > maxMembers) {
      throw new JsonTextError('json-members', at, `there are more than ${maxMembers} members and items`);
    }
    if (code === QUOTE) {
      const end = stringEnd(text, at);
      if (end - at - 1 > maxString) {
        throw new JsonTextError('json-string', at, `this string is longer than ${maxString} characters`);
      }
      if (open.length === 1) lastString = { start: at, end: end + 1 };
      at = end;
    } else if (code === COLON && open.length === 1 && lastString) {
      member = nameAt(text, lastString);
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      open.push(code);
      if (open.length > options.maxDepth) {
        throw new JsonTextError('json-depth', at, `nested deeper than ${options.maxDepth} levels`);
      }
      const isList = code === OPEN_LIST && open.length === listDepth;
      if (isList && (listDepth === 1 || (open[0] === OPEN_OBJECT && member === options.within))) {
        elements = [];
        elementStart = at + 1;
      }
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
      const opened = open.pop();
      if (opened !== (code === CLOSE_LIST ? OPEN_LIST : OPEN_OBJECT)) {
        throw new JsonTextError('json-syntax', at, `${text[at]} closes nothing`);
      }
      if (elements && open.length === listDepth - 1) {
        endElement(at);
        found = elements;
        elements = undefined;
      }
    } else if (code === COMMA && elements && open.length === listDepth) {
      endElement(at);
      elementStart = at + 1;
    }
  }
  if (open.length > 0) {
    throw new JsonTextError('json-syntax', text.length, 'the text ends before its last bracket is closed');
  }
  return { elements: found, separators };
}

/**
 * Splits a stream of text into JSON values without holding more than one: newline-delimited values, values that
 * follow one another, and the elements of a top-level list all come out one by one, as source text.
 *
 * @example
 * const splitter = new JsonSplitter();
 * for await (const chunk of chunks) for (const text of splitter.push(chunk)) use(JSON.parse(text));
 * for (const text of splitter.end()) use(JSON.parse(text));
 */
export class JsonSplitter {
  #pending = '';
  #scanned = 0;
  #start = -1;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inList = false;

  /** Takes the next piece of text and gives the values that it completes. */
  push(chunk: string): string[] {
    this.#pending += chunk;
    const values: string[] = [];
    const text = this.#pending;
    let kept = 0;
    for (let at = this.#scanned; at < text.length; at += 1) {
      if (this.#inString) {
        at = this.#readString(text, at);
        continue;
      }
      const code = text.charCodeAt(at);
      const atTop = this.#depth === 0;
      if (atTop && this.#start < 0) {
        if (isSpace(code) || (this.#inList && code === COMMA)) continue;
        if (!this.#inList && code === OPEN_LIST) {
          this.#inList = true;
          continue;
        }
        if (this.#inList && code === CLOSE_LIST) {
          this.#inList = false;
          continue;
        }
        this.#start = at;
      } else if (atTop && (isSpace(code) || (this.#inList && (code === COMMA || code === CLOSE_LIST)))) {
        values.push(text.slice(this.#start, at));
        this.#start = -1;
        kept = at;
        at -= 1;
        continue;
      }
      if (code === QUOTE) this.#inString = true;
      else if (code === OPEN_LIST || code === OPEN_OBJECT) this.#depth += 1;
      else if ((code === CLOSE_LIST || code === CLOSE_OBJECT) && this.#depth > 0) {
        this.#depth -= 1;
        if (this.#depth === 0) {
          values.push(text.slice(this.#start, at + 1));
          this.#start = -1;
          kept = at + 1;
        }
      }
    }
    const from = this.#start >= 0 ? this.#start : text.length;
    this.#pending = text.slice(Math.max(kept, from));
    this.#scanned = this.#pending.length;
    if (this.#start >= 0) this.#start = 0;
    return values;
  }

  /** Reads on inside a string, to the next quote or to the end of the piece; gives the place of what it read last. */
  #readString(text: string, from: number): number {
    const quote = text.indexOf('"', from);
    const end = quote < 0 ? text.length : quote;
    let back = end;
    while (back > from && text.charCodeAt(back - 1) === BACKSLASH) back -= 1;
    const isOdd = (end - back) % 2 === 1;
    const isEscaped = back === from && this.#escaped ? !isOdd : isOdd;
    this.#escaped = quote < 0 && isEscaped;
    if (quote >= 0 && !isEscaped) this.#inString = false;
    return end;
  }

  /** Gives what is left when the stream has ended: at most one value, which may be cut off. */
  end(): string[] {
    const rest = this.#start >= 0 ? this.#pending.trim() : '';
    this.#pending = '';
    this.#start = -1;
    return rest === '' ? [] : [rest];
  }

  /** Length in UTF-16 code units of the value that is being read, so that a caller can bound it. */
  get pendingLength(): number {
    return this.#pending.length;
  }

  /** The value that is being read, as far as it has come: a caller that finds it too long can see what it is. */
  get pendingText(): string {
    return this.#pending;
  }
}
