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
  ...texts,
  ...texts.flatMap((text) => SPELLINGS.map((spelling) => spelling(text))),
];

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

/** Takes secrets out of a text of another system, which may repeat what it was sent. */
export type Mask = (text: string) => string;

/** A mask for secrets, in whichever spelling they stand there, also in one within another, and in either case. */
export function maskOf(secrets: readonly string[]): Mask {
  const long = secrets.filter(({ length }) => length >= SHORTEST);
  if (long.length === 0) return (text) => text;
  const hidden = [...new Set(spelled(spelled(long)))].sort((one, other) => other.length - one.length);
  const pattern = new RegExp(hidden.map(escaped).join('|'), 'gi');
  return (text) => text.replace(pattern, '***');
}
