/** A shorter secret is found in any text; to hide it there would only show what it is. */
const SHORTEST = 4;

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const inAscii = (text: string) =>
  text.replace(/[^ -~]/g, (unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const slashed = (text: string) => text.replaceAll('/', String.raw`\/`);

/** How systems write a text into an address, a form, JSON (each in the ways that are usual) or HTML. */
const SPELLINGS: readonly ((text: string) => string)[] = [
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => new URLSearchParams([['', text]]).toString().slice(1),
  inJson,
  (text) => inAscii(inJson(text)),
  (text) => slashed(inJson(text)),
  (text) => slashed(inAscii(inJson(text))),
  (text) => text.replace(/[&<>"']/g, (character) => HTML[character] ?? character),
];

const spelled = (texts: readonly string[]) => [
  ...new Set([...texts, ...texts.flatMap((text) => SPELLINGS.map((spelling) => spelling(text)))]),
];

/** Base64 of a text in UTF-8 (RFC 4648 section 4). */
export const base64 = (text: string) =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));

/**
 * What stands of a text in the Base64 of a longer one that holds it, in both alphabets: it may begin at each of the three
 * bytes of a group, and the characters at its ends that hold bits of its neighbours are not among them.
 */
function inBase64(text: string): string[] {
  const bytes = new TextEncoder().encode(text).length;
  return [0, 1, 2].flatMap((before) => {
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes) * 8) / 6);
    const part = base64('\0'.repeat(before) + text).slice(from, to);
    return [part, part.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

/** Takes secrets out of a text of another system, which may repeat what it was sent. */
export type Mask = (text: string) => string;

/**
 * A mask for secrets, in whichever spelling they stand there, also in one within another, within Base64 of something longer,
 * and in either case.
 */
export function maskOf(secrets: readonly string[]): Mask {
  const long = secrets.filter(({ length }) => length >= SHORTEST);
  if (long.length === 0) return (text) => text;
  const once = spelled(long);
  const encoded = once.flatMap(inBase64).filter(({ length }) => length >= SHORTEST);
  const hidden = [...new Set([...spelled(once), ...spelled(spelled(encoded))])].sort(
    (one, other) => other.length - one.length,
  );
  const pattern = new RegExp(hidden.map(escaped).join('|'), 'gi');
  return (text) => text.replace(pattern, '***');
}
