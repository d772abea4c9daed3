import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { normalText } from './tsv.ts';

const hash = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

/**
 * SHA-256 of the tables' contents, in lower-case hex: of the list `<SHA-256 of the file>  <name>`, one file a line in the
 * order of the names, as `sha256sum` prints it. Line ends and byte order marks do not count.
 */
export function tablesDigest(files: Readonly<Record<string, string>>): string {
  const lines = Object.keys(files)
    .toSorted()
    .map((name) => `${hash(normalText(files[name] ?? ''))}  ${name}\n`);
  return hash(lines.join(''));
}
