import { parse } from 'bcp-47';
import { isObject, pointer } from '../../json/index.ts';
import { shown, type Check } from '../report.ts';

const PLAIN = /^[a-z]{2,3}(?:-[A-Z]{2})?$/;

/** True for a well-formed RFC 5646 language tag, private-use and grandfathered ones included. */
export function isLanguageTag(tag: string): boolean {
  // nearly every tag that is sent looks like this; the parser costs twenty times as much
  if (PLAIN.test(tag)) return true;
  const parsed = parse(tag, { normalize: false });
  return Boolean(parsed.language ?? parsed.irregular ?? parsed.regular) || parsed.privateuse.length > 0;
}

/** A language tag (Data 2.4.6, `language`). */
export const languageTag: Check = (value, path, report) => {
  if (typeof value !== 'string') return report.mistyped(path, value, 'a language tag');
  if (!isLanguageTag(value)) {
    report.say(
      path,
      'xapi-language-tag',
      `${shown(value)} is no RFC 5646 language tag, such as "en" or "es-MX"`,
    );
  }
};

/** Texts by language tag (Data 4.2). */
export const languageMap: Check = (value, path, report) => {
  if (!isObject(value)) return report.mistyped(path, value, 'a language map, such as {"en": "…"}');
  for (const tag of Object.keys(value)) {
    const found = value[tag];
    if (!isLanguageTag(tag)) languageTag(tag, pointer(path, tag), report);
    if (found !== undefined && typeof found !== 'string') {
      report.mistyped(pointer(path, tag), found, `the text in the language "${tag}"`);
    }
  }
};
