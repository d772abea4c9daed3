import type { StatementPosition } from '../audit/index.ts';

/** Where a list of statements goes on: what the query asked for, and the last statement that was given. */
export interface Cursor {
  readonly behind: StatementPosition;
  /** The query's parameters, as a query string. */
  readonly query: string;
}

/** A cursor as an opaque text that fits a query string (base64url). Holds nothing that the reader did not send. */
export function writtenCursor({ behind, query }: Cursor): string {
  const bytes = new TextEncoder().encode(`${behind.stored}.${behind.seq}?${query}`);
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The cursor of a text, or undefined where the text is none. */
export function readCursor(text: string): Cursor | undefined {
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const plain = new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(bytes, (character) => character.charCodeAt(0)),
    );
    const [, stored, seq, query] = /^(\d{1,15})\.(\d{1,15})\?(.*)$/s.exec(plain) ?? [];
    if (stored === undefined || seq === undefined || query === undefined) return undefined;
    return { behind: { stored: Number(stored), seq: Number(seq) }, query };
  } catch {
    return undefined;
  }
}
