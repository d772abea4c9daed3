import type { Diagnostic, DiagnosticCode } from '../crosswalk.types.ts';

/** How often each term was noted, by the code of the note. Terms of a code stand in the order of their first use. */
export type TermCounts = ReadonlyMap<DiagnosticCode, ReadonlyMap<string, number>>;

/** Stands for notes that are about no term in particular. */
export const NO_TERM_IN_PARTICULAR = '';

/** Adds what one conversion noted to the counts so far, which are not changed. */
export function countTerms(counts: TermCounts, diagnostics: readonly Diagnostic[]): TermCounts {
  if (diagnostics.length === 0) return counts;
  const sum = new Map(counts);
  for (const { code, term = NO_TERM_IN_PARTICULAR } of diagnostics) {
    const ofCode = new Map(sum.get(code));
    sum.set(code, ofCode.set(term, (ofCode.get(term) ?? 0) + 1));
  }
  return sum;
}

/** Codes that tell an author of a term that the tables lack, or have no counterpart for. */
export const MISSING: readonly DiagnosticCode[] = ['fallback', 'no-term', 'unknown-term'];
