/** What an address of mail has from its middle on. */
const HOST = /(?:@|%40)[a-z0-9.-]+/gi;

/** A character that stands in no address before the middle. */
const BREAK = /[\s"'<>@,;:()[\]{}/?#=&]/;

const SCHEME = 'mailto:';

/** Where an address begins whose middle stands at `middle`: not before `from`. */
function beginning(text: string, middle: number, from: number): number {
  let start = middle;
  while (start > from && !BREAK.test(text.charAt(start - 1))) start -= 1;
  const scheme = start - SCHEME.length;
  return scheme >= from && text.slice(scheme, start).toLowerCase() === SCHEME ? scheme : start;
}

/** A text with something else in the place of each address of mail, its `mailto:` included. Takes linear time. */
export function replaceMail(text: string, replacement: (address: string) => string): string {
  let clean = '';
  let end = 0;
  for (const { 0: host, index } of text.matchAll(HOST)) {
    const start = beginning(text, index, end);
    if (start === index) continue;
    clean += text.slice(end, start) + replacement(text.slice(start, index + host.length));
    end = index + host.length;
  }
  return clean + text.slice(end);
}
