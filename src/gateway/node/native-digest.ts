import { hash } from 'node:crypto';

/** SHA-256 of bytes, or of a text's UTF-8, in lower-case hex, by Node's own means. */
export const nativeDigest = (content: string | Uint8Array): string => hash('sha256', content, 'hex');
