/** Where a text stops being JSON, for a person. */
export interface SyntaxFault {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 code units. */
  readonly column: number;
  /** What stands there, with a piece of it, and what should. */
  readonly message: string;
  /** The same without any of the text, which may be secret. */
  readonly unquoted: string;
}

type Expected = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'comma-or-end' | 'nothing';

const PHRASES: Readonly<Record<Expected, string>> = {
  value: 'a value',
  'value-or-end': 'a value or ]',
  name: 'a member name in double quotes',
  'name-or-end': 'a member name in double quotes or }',
  colon: 'a colon',
  'comma-or-end': 'a comma or a closing bracket',
  nothing: 'the end of the text',
};

const TOKEN =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{},:]/y; // eslint-disable-line no-control-regex -- JSON forbids bare control characters in strings
const SPACE = /[ \t\r\n]*/y;

/**
 * Finds where a text stops being JSON (RFC 8259). Engines word their errors differently and often without a place;
 * this says line, column, what stands there and what would have been right. Undefined where the text is JSON.
 */
export function syntaxFault(text: string): SyntaxFault | undefined {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = skipSpace(text, 0);
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    const next: Expected | undefined = token === undefined ? undefined : afterToken(token, expected, open);
    if (token === undefined || next === undefined) {
      const lacking = `where ${PHRASES[expected]} should stand`;
      return {
        ...placeOf(text, at),
        message: `found ${shown(text, at)} ${lacking}`,
        unquoted: `something else stands ${lacking}`,
      };
    }
    expected = next;
    at = skipSpace(text, at + token.length);
  }
  if (expected === 'nothing') return undefined;
  const message = `ends where ${PHRASES[expected]} should stand`;
  return { ...placeOf(text, at), message, unquoted: message };
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  return at + (SPACE.exec(text)?.[0].length ?? 0);
}

/** What must follow a token; undefined where the token may not stand. Keeps the list of open brackets. */
function afterToken(token: string, expected: Expected, open: string[]): Expected | undefined {
  const ended = () => (open.length > 0 ? 'comma-or-end' : 'nothing');
  const wantsValue = expected === 'value' || expected === 'value-or-end';
  switch (token) {
    case '{':
    case '[':
      if (!wantsValue) return undefined;
      open.push(token);
      return token === '{' ? 'name-or-end' : 'value-or-end';
    case '}':
      if (open.at(-1) !== '{' || !(expected === 'name-or-end' || expected === 'comma-or-end'))
        return undefined;
      open.pop();
      return ended();
    case ']':
      if (open.at(-1) !== '[' || !(expected === 'value-or-end' || expected === 'comma-or-end'))
        return undefined;
      open.pop();
      return ended();
    case ',':
      if (expected !== 'comma-or-end') return undefined;
      return open.at(-1) === '{' ? 'name' : 'value';
    case ':':
      return expected === 'colon' ? 'value' : undefined;
    default:
      if (wantsValue) return ended();
      return token.startsWith('"') && (expected === 'name' || expected === 'name-or-end')
        ? 'colon'
        : undefined;
  }
}

function placeOf(text: string, at: number): Pick<SyntaxFault, 'line' | 'column'> {
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}

/** What stands at an offset, short enough for a message. */
function shown(text: string, at: number): string {
  const word = /^(?:\w[\w.+-]*|"(?:[^"\\]|\\.)*"?|.)/su.exec(text.slice(at, at + 200))?.[0] ?? '';
  return JSON.stringify(word.length > 24 ? `${word.slice(0, 24)}…` : word);
}
