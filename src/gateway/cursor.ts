import type { StatementPosition } from '../audit/index.ts';
import { opaque, transparent } from './opaque.ts';

/** Where a list of statements goes on: what the query asked for, and the last statement that was given. */
export interface Cursor {
  readonly behind: StatementPosition;
  /** The query's parameters, as a query string. */
  readonly query: string;
}

/** A cursor as an opaque text that fits a query string. Holds nothing that the reader did not send. */
export const writtenCursor = ({ behind, query }: Cursor): string =>
  opaque(`${behind.stored}.${behind.seq}?${query}`);

/** The cursor of a text, or undefined where the text is none. */
export function readCursor(text: string): Cursor | undefined {
  const [, stored, seq, query] = /^(\d{1,15})\.(\d{1,15})\?(.*)$/s.exec(transparent(text) ?? '') ?? [];
  if (stored === undefined || seq === undefined || query === undefined) return undefined;
  return { behind: { stored: Number(stored), seq: Number(seq) }, query };
}
