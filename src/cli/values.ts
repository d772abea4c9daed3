import { JsonSplitter, parsedOrUndefined, type JsonValue } from '../json/index.ts';
import { CommandFault } from './terminal.ts';

/** Length in UTF-16 code units above which one value is not read further: it has to fit into memory. */
const LONGEST_VALUE = 64 * 1024 * 1024;
/** Length at which a value is looked at for lines that stand on their own. */
const SUSPICIOUS_LENGTH = 4 * 1024 * 1024;

/** A value of the input: its source text, and the value itself where it has been parsed. */
export interface InputValue {
  readonly text: string;
  readonly value?: JsonValue;
}

const unparsed = (texts: readonly string[]): InputValue[] => texts.map((text) => ({ text }));

/**
 * The JSON values in a stream: NDJSON, values that follow one another, or the elements of a list. Gives the values that
 * each piece of text completes, so that a caller can write what they became before the next piece is read. `parsed` is
 * false for a caller that parses elsewhere.
 *
 * A text that is no JSON comes out as it is, for the caller to report; see {@link untangled}. Throws
 * {@link CommandFault} for a single value that is too long to be held.
 */
export async function* inputValues(
  chunks: AsyncIterable<string>,
  name: string,
  { parsed = true } = {},
): AsyncGenerator<InputValue[]> {
  const lines = new ObjectLines();
  let isLines = parsed;
  let splitter = new JsonSplitter();
  let inspectAt = SUSPICIOUS_LENGTH;
  for await (const chunk of chunks) {
    let piece = chunk;
    if (isLines) {
      yield lines.push(chunk);
      if (lines.pendingLength < SUSPICIOUS_LENGTH && !lines.isBroken) continue;
      isLines = false;
      piece = lines.pendingText;
    }
    yield unparsed(splitter.push(piece));
    if (splitter.pendingLength < SUSPICIOUS_LENGTH) inspectAt = SUSPICIOUS_LENGTH;
    if (splitter.pendingLength < inspectAt) continue;
    const [swallowed, rest] = swallowedLines(splitter.pendingText);
    if (swallowed.length > 0) {
      yield unparsed(swallowed);
      splitter = new JsonSplitter();
      yield unparsed(splitter.push(rest));
    }
    inspectAt = 2 * splitter.pendingLength;
    if (splitter.pendingLength > LONGEST_VALUE) {
      throw new CommandFault(
        `${name} holds one JSON value of more than ${LONGEST_VALUE} characters; split it`,
      );
    }
  }
  if (isLines) yield unparsed(splitter.push(lines.pendingText));
  yield unparsed(splitter.end());
}

/**
 * Reads text for as long as each of its lines is an object: most input is, and then the parser finds the ends of values, and
 * nothing has to be looked for. At the first line that is none it stops, and leaves the rest to {@link JsonSplitter},
 * which gives the same values of the same text.
 */
class ObjectLines {
  #pending = '';
  #isBroken = false;

  /** Takes the next piece of text and gives the objects whose lines it completes. */
  push(chunk: string): InputValue[] {
    const text = this.#pending + chunk;
    const values: InputValue[] = [];
    let at = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      const line = text.slice(at, text[end - 1] === '\r' ? end - 1 : end);
      if (line !== '') {
        const value = line.startsWith('{') && line.endsWith('}') ? parsedOrUndefined(line) : undefined;
        this.#isBroken = value === undefined;
        if (value === undefined) break;
        values.push({ text: line, value });
      }
      at = end + 1;
    }
    this.#pending = text.slice(at);
    return values;
  }

  /** True once a line was met that is no object: the pending text begins with it. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  get pendingLength(): number {
    return this.#pending.length;
  }

  /** What has been taken, and has not come out as a value. */
  get pendingText(): string {
    return this.#pending;
  }
}

/** The records that an unclosed bracket swallowed, with what is broken between them, and the unfinished last line. */
function swallowedLines(pending: string): [string[], string] {
  const lastLine = pending.lastIndexOf('\n') + 1;
  const parts = untangled(pending.slice(0, lastLine));
  return parts.length > 1 ? [parts, pending.slice(lastLine)] : [[], pending];
}

/**
 * Takes apart a text that is no JSON where one of its lines is a whole object: that line was a record of its own, which
 * a bracket that was never closed above it had swallowed. What is broken comes out in one piece.
 */
export function untangled(text: string): string[] {
  const parts: string[] = [];
  let broken = '';
  const endBroken = () => {
    if (broken.trim() !== '') parts.push(broken.trim());
    broken = '';
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('{') && parsedOrUndefined(line) !== undefined) {
      endBroken();
      parts.push(line);
    } else broken += `${line}\n`;
  }
  endBroken();
  return parts;
}
