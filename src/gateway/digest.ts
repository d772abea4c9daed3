import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** SHA-256 of a text's UTF-8 form, in lower-case hex. A host with a faster one of its own hands that in instead. */
export type Digest = (text: string) => string;

/** SHA-256 in JavaScript, for hosts whose own hash answers only asynchronously. */
export const portableDigest: Digest = (text) => bytesToHex(sha256(utf8ToBytes(text)));

/**
 * Compares two digests of one length in a time that does not tell where they differ.
 */
export function sameDigest(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at += 1) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
