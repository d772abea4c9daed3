import { JsonSplitter } from '../json/index.ts';
import { CommandFault } from './terminal.ts';

/** Length in UTF-16 code units above which one value is not read further: it has to fit into memory. */
const LONGEST_VALUE = 64 * 1024 * 1024;
/** Length at which a value is looked at for lines that stand on their own. */
const SUSPICIOUS_LENGTH = 4 * 1024 * 1024;

/**
 * The source texts of the JSON values in a stream: NDJSON, values that follow one another, or the elements of a
 * list. Gives the values that each piece of text completes, so that a caller can write what they became before the
 * next piece is read.
 *
 * A text that is no JSON comes out as it is, for the caller to report; see {@link untangled}. Throws
 * {@link CommandFault} for a single value that is too long to be held.
 */
export async function* valueTexts(chunks: AsyncIterable<string>, name: string): AsyncGenerator<string[]> {
  let splitter = new JsonSplitter();
  let inspectAt = SUSPICIOUS_LENGTH;
  for await (const chunk of chunks) {
    yield splitter.push(chunk);
    if (splitter.pendingLength < SUSPICIOUS_LENGTH) inspectAt = SUSPICIOUS_LENGTH;
    if (splitter.pendingLength < inspectAt) continue;
    const [swallowed, rest] = swallowedLines(splitter.pendingText);
    if (swallowed.length > 0) {
      yield swallowed;
      splitter = new JsonSplitter();
      yield splitter.push(rest);
    }
    inspectAt = 2 * splitter.pendingLength;
    if (splitter.pendingLength > LONGEST_VALUE) {
      throw new CommandFault(
        `${name} holds one JSON value of more than ${LONGEST_VALUE} characters; split it`,
      );
    }
  }
  yield splitter.end();
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
    if (line.startsWith('{') && isJson(line)) {
      endBroken();
      parts.push(line);
    } else broken += `${line}\n`;
  }
  endBroken();
  return parts;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
