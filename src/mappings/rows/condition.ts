import { isObject, type JsonValue } from '../../json/index.ts';

/** A `when` cell that cannot be read, with the offset of the first character that is not understood. */
export class ConditionError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'ConditionError';
    this.offset = offset;
  }
}

/** What a path in a condition stands for. */
export interface Operand<State> {
  value(state: State): JsonValue | undefined;
  /** True where what stands there has the class or a subclass of it; false for bare IRIs and for nothing at all. */
  is(state: State, className: string): boolean;
}

/** What the two kinds of tables let a condition speak about. */
export interface ConditionLanguage<State> {
  /** The operand of a path, or undefined where the path is none of this language. */
  operand(path: string): Operand<State> | undefined;
  /** A whole phrase such as `2.0` or `origin xapi`, or undefined where it is none of this language. */
  phrase(words: string): ((state: State) => boolean) | undefined;
}

/** A compiled condition. */
export type Condition<State> = (state: State) => boolean;

interface Token {
  readonly text: string;
  readonly offset: number;
  readonly quoted: boolean;
}

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|(!=|>=|<=|[=<>(),])|((?:[^\s(),="!<>[]|\[[^\]]*\])+))/y;

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new ConditionError(`cannot read «${text.slice(at).trim()}»`, at);
    const quoted = match[1] !== undefined;
    found.push({ text: match[1] ?? match[2] ?? match[3] ?? '', offset: at, quoted });
  }
  return found;
}

/**
 * Compiles a `when` cell. The grammar stands in `mappings/README.md`; an empty cell always holds. Throws
 * {@link ConditionError} where the cell cannot be read.
 */
export function compileCondition<State>(text: string, language: ConditionLanguage<State>): Condition<State> {
  if (text.trim() === '') return () => true;
  const parser = new Parser(tokens(text), language);
  return parser.whole();
}

class Parser<State> {
  readonly #tokens: readonly Token[];
  readonly #language: ConditionLanguage<State>;
  #at = 0;

  constructor(found: readonly Token[], language: ConditionLanguage<State>) {
    this.#tokens = found;
    this.#language = language;
  }

  whole(): Condition<State> {
    const condition = this.#either();
    if (this.#peek() !== undefined) this.#fail('expected «and», «or» or the end');
    return condition;
  }

  #either(): Condition<State> {
    const parts = [this.#all()];
    while (this.#accept('or')) parts.push(this.#all());
    return parts.length === 1 ? (parts[0] as Condition<State>) : (state) => parts.some((part) => part(state));
  }

  #all(): Condition<State> {
    const parts = [this.#test()];
    while (this.#accept('and') || this.#accept(',')) parts.push(this.#test());
    return parts.length === 1
      ? (parts[0] as Condition<State>)
      : (state) => parts.every((part) => part(state));
  }

  #test(): Condition<State> {
    if (this.#accept('(')) {
      const inner = this.#either();
      this.#expect(')');
      return inner;
    }
    return this.#phrase() ?? this.#presence() ?? this.#comparison();
  }

  /** Phrases of up to four words, the longest first. */
  #phrase(): Condition<State> | undefined {
    for (let length = 4; length > 0; length -= 1) {
      const words = this.#tokens.slice(this.#at, this.#at + length).map(({ text }) => text);
      const condition = words.length === length ? this.#language.phrase(words.join(' ')) : undefined;
      if (condition) {
        this.#at += length;
        return condition;
      }
    }
    return undefined;
  }

  #presence(): Condition<State> | undefined {
    const present = this.#accept('has');
    if (!present && !this.#accept('no')) return undefined;
    const operand = this.#operand();
    return (state) => {
      const value = operand.value(state);
      return saysSomething(value) === present;
    };
  }

  #comparison(): Condition<State> {
    const operand = this.#operand();
    if (this.#accept('is')) return this.#kind(operand);
    if (this.#accept('in')) return this.#membership(operand);
    if (this.#accept('contains')) {
      const part = this.#next().text;
      return (state) => contains(operand.value(state), part);
    }
    const operator = this.#next().text;
    const compare = COMPARISONS.get(operator);
    if (!compare) {
      this.#at -= 1;
      return this.#fail(`expected «is», «in», «contains» or a comparison, found «${operator}»`);
    }
    const right = this.#right();
    return (state) => compare(operand.value(state), right(state));
  }

  #kind(operand: Operand<State>): Condition<State> {
    const wanted = !this.#accept('not');
    const article = this.#accept('a') || this.#accept('an');
    const name = this.#next().text;
    const test = article ? JSON_KINDS.get(name) : name === 'iri' ? isText : undefined;
    if (test) return (state) => test(operand.value(state)) === wanted;
    if (article) {
      this.#at -= 1;
      return this.#fail(`expected «a number», «a string» or «an object», found «${name}»`);
    }
    return (state) => operand.is(state, name) === wanted;
  }

  #membership(operand: Operand<State>): Condition<State> {
    this.#expect('(');
    const members: JsonValue[] = [literal(this.#next())];
    while (this.#accept(',')) members.push(literal(this.#next()));
    this.#expect(')');
    const set = new Set<JsonValue | undefined>(members);
    return (state) => set.has(operand.value(state));
  }

  #right(): (state: State) => JsonValue | undefined {
    const token = this.#next();
    const operand =
      token.quoted || !/[.[]/.test(token.text) || token.text.includes('://')
        ? this.#bracketed(token)
        : this.#language.operand(token.text);
    if (operand && Number.isNaN(Number(token.text))) return (state) => operand.value(state);
    const value = literal(token);
    return () => value;
  }

  #bracketed(token: Token): Operand<State> | undefined {
    return !token.quoted && token.text.endsWith(']') ? this.#language.operand(token.text) : undefined;
  }

  #operand(): Operand<State> {
    const token = this.#next();
    const operand = this.#language.operand(token.text);
    if (operand) return operand;
    this.#at -= 1;
    return this.#fail(`«${token.text}» is no path that can stand here`);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #accept(word: string): boolean {
    const token = this.#peek();
    if (!token || token.quoted || token.text !== word) return false;
    this.#at += 1;
    return true;
  }

  #expect(word: string): void {
    if (!this.#accept(word)) this.#fail(`expected «${word}»`);
  }

  #next(): Token {
    const token = this.#peek();
    if (!token) return this.#fail('the condition ends too early');
    this.#at += 1;
    return token;
  }

  #fail(message: string): never {
    const token = this.#peek() ?? this.#tokens.at(-1);
    throw new ConditionError(message, token?.offset ?? 0);
  }
}

/** Null, and what is empty, says as little as nothing at all. */
function saysSomething(value: JsonValue | undefined): boolean {
  if (typeof value !== 'object') return value !== undefined;
  return value !== null && Object.keys(value).length > 0;
}

const isText = (value: JsonValue | undefined) => typeof value === 'string';

const JSON_KINDS = new Map<string, (value: JsonValue | undefined) => boolean>([
  ['number', (value) => typeof value === 'number'],
  ['string', isText],
  ['object', isObject],
]);

type Comparison = (a: JsonValue | undefined, b: JsonValue | undefined) => boolean;

const numeric =
  (test: (a: number, b: number) => boolean): Comparison =>
  (a, b) =>
    typeof a === 'number' && typeof b === 'number' && test(a, b);

const COMPARISONS = new Map<string, Comparison>([
  ['=', (a, b) => a !== undefined && a === b],
  ['!=', (a, b) => a !== b],
  ['>', numeric((a, b) => a > b)],
  ['<', numeric((a, b) => a < b)],
  ['>=', numeric((a, b) => a >= b)],
  ['<=', numeric((a, b) => a <= b)],
]);

function contains(value: JsonValue | undefined, part: string): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => contains(item, part));
  return typeof value === 'string' && value.includes(part);
}

function literal(token: Token): JsonValue {
  if (token.quoted) return token.text;
  if (token.text === 'true' || token.text === 'false') return token.text === 'true';
  return /^-?\d+(\.\d+)?$/.test(token.text) ? Number(token.text) : token.text;
}
