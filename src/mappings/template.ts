/** Values of a template's variables, by their names. */
export type Variables = Record<string, string>;

/** A text with variables in braces, as cells of `identity.tsv` have it: `{homePage}/users/{name}`. */
export interface WrittenTemplate {
  readonly text: string;
  /** The text with values for its variables; nothing stands for one that has none. */
  expand(variables: Variables): string;
}

/** A template that texts are read by, too. */
export interface Template extends WrittenTemplate {
  /** The values by which the template gives a text; undefined where it cannot give it. */
  match(text: string): Variables | undefined;
}

/** What a variable stands for. */
interface Form {
  readonly pattern: string;
  /** Any character that it may hold, but for the scheme that it begins with. */
  readonly holds: RegExp;
}

const FORMS: ReadonlyMap<string, Form> = new Map([
  ['homePage', { pattern: 'https?://[^/?#]+(?:/[^?#]*)?', holds: /[^?#]/u }],
  ['origin', { pattern: 'https?://[^/?#]+', holds: /[^/?#]/u }],
  ['type', { pattern: '[A-Za-z]+', holds: /[A-Za-z]/u }],
  ['name', { pattern: '[^/?#]+', holds: /[^/?#]/u }],
]);

const ANYTHING: Form = { pattern: '.+', holds: /./u };

const formOf = (variable: string) => FORMS.get(variable) ?? ANYTHING;

/** Fixed texts at even places, names of variables at odd ones. */
const partsOf = (text: string) => text.split(/\{(\w+)\}/);

const isVariable = (place: number) => place % 2 === 1;

/** True where a variable ends before a fixed text, since it cannot hold the text's first character. */
function endsBefore(variable: string, text: string): boolean {
  const [first] = text;
  return first !== undefined && !formOf(variable).holds.test(first);
}

/** True where a variable begins behind a fixed text, since it cannot hold the text's last character. */
function beginsBehind(variable: string, text: string): boolean {
  const last = [...text].at(-1);
  return last !== undefined && !formOf(variable).holds.test(last);
}

/**
 * The names of two variables of which nothing tells where one ends and the other begins; undefined where a text has one
 * reading at most. Then all variables but one have an end or a beginning that is plain to see, counted from the front and from
 * the back, and what is left between is the other one: so that to look for the reading takes time in proportion to the
 * text, whatever the text.
 */
export function unparted(text: string): readonly [string, string] | undefined {
  const parts = partsOf(text);
  const places = parts.flatMap((_, place) => (isVariable(place) ? [place] : []));
  const at = (place: number) => parts[place] ?? '';
  const open = places.find((place) => !endsBefore(at(place), at(place + 1)));
  if (open === undefined) return undefined;
  const next = places.find((place) => place > open && !beginsBehind(at(place), at(place - 1)));
  return next === undefined ? undefined : [at(open), at(next)];
}

/** Compiles a template that texts are only written by. */
export function writtenTemplate(text: string): WrittenTemplate {
  const parts = partsOf(text);
  const valueOf = (variables: Variables, name: string) =>
    Object.hasOwn(variables, name) ? (variables[name] ?? '') : '';
  return {
    text,
    expand: (variables) =>
      parts.map((part, place) => (isVariable(place) ? valueOf(variables, part) : part)).join(''),
  };
}

/** Compiles a template. Throws a RangeError where a text may have several readings: see {@link unparted}. */
export function template(text: string): Template {
  const variables = unparted(text);
  if (variables) throw new RangeError(`«${text}»: nothing parts {${variables.join('} and {')}}`);
  const parts = partsOf(text);
  const names = parts.filter((_, place) => isVariable(place));
  const source = parts
    .map((part, place) =>
      isVariable(place)
        ? `(${formOf(part).pattern})`
        : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
    )
    .join('');
  const pattern = new RegExp(`^${source}$`, 'u');
  return {
    ...writtenTemplate(text),
    match(candidate) {
      const found = pattern.exec(candidate);
      return found ? Object.fromEntries(names.map((name, i) => [name, found[i + 1] as string])) : undefined;
    },
  };
}
