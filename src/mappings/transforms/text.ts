import { isObject, type JsonObject, type JsonValue } from '../../json/index.ts';
import { IRI } from '../iris.ts';
import { pickText } from '../language.ts';
import type { State } from '../state.ts';

/** Caliper strings carry no language, so that of an untagged one is not guessed (RFC 5646: `und`). */
const UNDETERMINED = 'und';

/** A string as a language map (xAPI Data 4.2.1); undefined for other values. */
export function languageMap(value: JsonValue, state: State): JsonObject | undefined {
  return typeof value === 'string' ? { [languageOf(state) ?? UNDETERMINED]: value } : undefined;
}

/** The text of a language map that serves best in the statement's own language; undefined for other values. */
export function plainText(value: JsonValue, state: State): string | undefined {
  return isObject(value) ? pickText(value, languageOf(state))?.text : undefined;
}

/** The language that the source is said to write in, or that the statement names, in it or kept in the event. */
function languageOf({ options, direction, statement, event }: State): string | undefined {
  if (options.language !== undefined) return options.language;
  const extensions = event['extensions'];
  const kept = isObject(extensions) ? extensions[IRI.context] : undefined;
  const context = direction === 'x2c' ? statement['context'] : kept;
  const language = isObject(context) ? context['language'] : undefined;
  return typeof language === 'string' ? language : undefined;
}
