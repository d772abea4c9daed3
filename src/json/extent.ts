const BACKSLASH = 0x5c;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/** Offset behind what a sticky expression finds at an offset; -1 where it finds nothing. */
function endOf(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
}

/** Offset behind the space that begins at an offset, which may be none. */
export const spaceEnd = (text: string, start: number): number => endOf(SPACE, text, start);

/** Offset behind the number that begins at an offset; -1 where none does. */
export const numberEnd = (text: string, start: number): number => endOf(NUMBER, text, start);

/** Offset of the quote that ends the string which opens at an offset; -1 where none does. */
export function closingQuote(text: string, open: number): number {
  for (let at = open + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return -1;
    let back = quote - 1;
    while (text.charCodeAt(back) === BACKSLASH) back -= 1;
    if ((quote - back) % 2 === 1) return quote;
    at = quote + 1;
  }
}

/**
 * Offset behind the JSON value that begins at an offset; -1 where none does, or where it does not end. Whether what stands
 * between its brackets or quotes is JSON is not looked at.
 */
export function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      at = closingQuote(text, at);
      if (at < 0) return -1;
    } else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (depth === 0) return Math.max(endOf(WORD, text, at), numberEnd(text, at));
    if (depth === 0) return at + 1;
  }
  return -1;
}
