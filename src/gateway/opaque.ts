import { base64url } from 'jose';

/** A text as one that fits a query string and asks for no look inside (base64url, RFC 4648 section 5). */
export const opaque = (text: string): string => base64url.encode(text);

/** The text that was made {@link opaque}; undefined where there is none. */
export function transparent(text: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(base64url.decode(text));
  } catch {
    return undefined;
  }
}
