/** JSON as the other rooms see it: values, pointers, findings about a document, and source text by record. */
export { infiniteNumbers, isWithinBounds } from './bounds.ts';
export { canonicalText } from './canonical.ts';
export { closingQuote, numberEnd, spaceEnd, valueEnd } from './extent.ts';
export type { Finding } from './finding.ts';
export { ownText } from './own-text.ts';
export { plainObjects } from './plain-objects.ts';
export { pointer, steps, valueAt, type Step } from './pointer.ts';
export { repeatedMembers, separatorsIn } from './repeated.ts';
export { elementSpans, JsonSplitter, JsonTextError, scanElements, type Span } from './scan.ts';
export { syntaxFault, type SyntaxFault } from './syntax.ts';
export {
  equal,
  isObject,
  isString,
  member,
  parsedOrUndefined,
  setMember,
  textOf,
  type JsonObject,
  type JsonValue,
} from './value.ts';
export { onOneLine } from './one-line.ts';
