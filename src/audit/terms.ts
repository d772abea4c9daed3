import type { Language } from './log.ts';

/** How often mapping fell back at one term, approximated it or found no counterpart for it. */
export interface TermCount {
  /** Name of the source that sends the term. */
  readonly source: string;
  /** The language of the records that have the term. */
  readonly language: Language;
  /** Code of the diagnostic: `fallback`, `no-term`, `approximate`, `range`. */
  readonly code: string;
  /**
   * The term, such as `MediaEvent/Paused` or an IRI, at most {@link LONGEST_TERM} characters of it; empty for all those
   * together that came when there were {@link MOST_TERMS} terms already.
   */
  readonly term: string;
  /** In how many conversions it was met. A record that goes to two destinations is converted for each. */
  readonly count: number;
  /** `seq` of the last record that showed it. */
  readonly record: number;
}

/** Which counts to read: all given conditions hold. */
export interface TermQuery {
  readonly tenant?: string;
  readonly source?: string;
  readonly limit: number;
}

/** What mapping met in real records, counted per term when the outbound form of a record is fixed. */
export interface TermCounts {
  /** The counts, the highest first. */
  list(query: TermQuery): Promise<TermCount[]>;
}

/** Terms that are counted on their own for a tenant. Further ones are counted together, so that no sender fills the log. */
export const MOST_TERMS = 2000;

/** Characters of a term that are kept. */
export const LONGEST_TERM = 300;
