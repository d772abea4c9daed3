import type { JsonObject } from '../json/index.ts';

/** What a language map says, with the tag that was picked. */
export interface PickedText {
  readonly tag: string;
  readonly text: string;
}

const PREFERRED = ['en', 'en-US', 'en-GB', 'und'];

/**
 * Picks one text of a language map: the first present of the context's language, its truncations (RFC 4647 lookup),
 * the preferred tags, `und`, else the tag that sorts first. Comparison ignores case.
 */
export function pickText(map: JsonObject, language?: string): PickedText | undefined {
  const tags = Object.keys(map).sort();
  const wanted = [...truncations(language), ...PREFERRED];
  const tag =
    wanted.map((want) => tags.find((tag) => tag.toLowerCase() === want.toLowerCase())).find(Boolean) ??
    tags[0];
  const text = tag === undefined ? undefined : map[tag];
  return tag !== undefined && typeof text === 'string' ? { tag, text } : undefined;
}

function truncations(language: string | undefined): string[] {
  if (language === undefined) return [];
  const parts = language.split('-');
  return (
    parts
      .map((_, i) => parts.slice(0, parts.length - i))
      // RFC 4647 section 3.4: a single letter that introduces an extension goes with what it introduced
      .filter((kept) => kept.length === 1 || (kept.at(-1)?.length ?? 0) > 1)
      .map((kept) => kept.join('-'))
  );
}
