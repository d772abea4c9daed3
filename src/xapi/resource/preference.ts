/** A language that a reader asks for: a lower-case range such as `en` or `*`, and how much it is wanted (0 to 1). */
export interface LanguageRange {
  readonly range: string;
  readonly quality: number;
}

const RANGE = /^[ \t]*([A-Za-z0-9*-]+)[ \t]*(?:;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)[ \t]*)?$/i;

/**
 * Reads an Accept-Language header (RFC 2616, 14.4; Communication 2.1.3), most wanted first, equals in the order
 * written. Parts that are no range are passed over. Without a header nothing is preferred.
 */
export function languagePreference(header: string | null | undefined): LanguageRange[] {
  const ranges = (header ?? '').split(',').flatMap((part) => {
    const found = RANGE.exec(part);
    return found?.[1] ? [{ range: found[1].toLowerCase(), quality: Number(found[2] ?? 1) }] : [];
  });
  return ranges.sort((a, b) => b.quality - a.quality);
}

/**
 * The tag to give a reader, of those that a language map has: the one that fits the most wanted range, else one of
 * the same language as a wanted range (`de` for `de-CH`), else the first that is not refused with `q=0`, else the
 * first. Undefined where there are no tags.
 */
export function preferredTag(
  tags: readonly string[],
  preference: readonly LanguageRange[],
): string | undefined {
  const wanted = preference.filter(({ quality }) => quality > 0).map(({ range }) => range);
  // RFC 2616 leaves open what is given where nothing fits: rather the right language than any
  const languages = wanted.map((range) => range.split('-', 1)[0] ?? range);
  for (const range of [...wanted, ...languages]) {
    const fitting = tags.find((tag) => fits(tag, range, preference));
    if (fitting !== undefined) return fitting;
  }
  return tags.find((tag) => !isRefused(tag, preference)) ?? tags[0];
}

/** RFC 2616 14.4: a range fits its tag and all that begin with it and a hyphen; `*` fits what no other range does. */
function fits(tag: string, range: string, preference: readonly LanguageRange[]): boolean {
  if (range === '*') return !preference.some((other) => other.range !== '*' && begins(tag, other.range));
  return begins(tag, range) && !isRefused(tag, preference);
}

function begins(tag: string, range: string): boolean {
  const lower = tag.toLowerCase();
  return lower === range || lower.startsWith(`${range}-`);
}

function isRefused(tag: string, preference: readonly LanguageRange[]): boolean {
  const longest = preference
    .filter(({ range }) => begins(tag, range))
    .sort((a, b) => b.range.length - a.range.length)[0];
  return longest?.quality === 0;
}
