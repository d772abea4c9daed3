import fc from 'fast-check';

const VARIABLES = ['homePage', 'origin', 'type', 'name', 'iri', 'course', 'constructor', '__proto__'];

/** Fixed texts, among them all whose characters some variables hold and others do not. */
const FIXED = [
  '',
  '/',
  '//',
  '?',
  '#',
  'a',
  'A',
  '1',
  '-',
  '/a/',
  'https://',
  'https://a.b',
  '/users/',
  '?a',
  '(+',
  'ab',
];

/** Templates of `identity.tsv` with one variable or more, sound or not. */
export const templates = fc
  .tuple(
    fc.constantFrom('https://a.b', 'https://a.b/', ...FIXED),
    fc.array(fc.tuple(fc.constantFrom(...VARIABLES), fc.constantFrom(...FIXED)), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([first, others]) => first + others.map(([name, text]) => `{${name}}${text}`).join(''));

/** Texts of what stands in templates, in any order: full of places at which one could be parted. */
export const templateTexts = fc
  .array(fc.constantFrom(...FIXED, 'https://a', 'http://b/c', 'aa', '\n'), { maxLength: 9 })
  .map((parts) => parts.join(''));
