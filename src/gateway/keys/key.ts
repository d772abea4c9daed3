import { bytesToHex } from '@noble/hashes/utils.js';
import { base64url } from 'jose';

/** Of a key's text: `cwk_`, its public id, and what only its holder knows. */
const FORM = /^cwk_([0-9a-f]{16})_[\w-]{43}$/;

const ID_BYTES = 8;
const SECRET_BYTES = 32;

// Not handed in as other chance is: nobody is to put something weaker in its place.
const drawn = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

/** A fresh id of a key. */
export const freshKeyId = (): string => bytesToHex(drawn(ID_BYTES));

/**
 * A fresh text for a key: 256 random bits, so that one round of SHA-256 is enough to keep it by. (A slow hash is for
 * passwords that people choose; of those none is kept.)
 */
export const freshKeyText = (id: string): string => `cwk_${id}_${base64url.encode(drawn(SECRET_BYTES))}`;

/** The id that a key's text names; undefined for a text that is none. */
export const keyIdOf = (text: string): string | undefined => FORM.exec(text)?.[1];
