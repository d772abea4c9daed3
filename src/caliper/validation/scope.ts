import type { CaliperVersion } from '../../ontology/index.ts';
import type { OwnTerms } from './own-terms.ts';
import type { Report } from './report.ts';

/** What the checks of one record share. */
export interface Scope {
  readonly version: CaliperVersion;
  readonly report: Report;
  /** Terms of the sender's own contexts, which may stand beside Caliper's. */
  readonly ownTerms: OwnTerms;
  /** Action of the event in its preferred spelling, on which some ranges depend; undefined outside events. */
  readonly action?: string | undefined;
  /** Actions that the event's type allows; absent outside events. */
  readonly actions?: readonly string[];
  readonly depth: number;
  /** Members of the record itself that cannot be read, and without which it cannot be understood. */
  readonly unreadable: ReadonlySet<string>;
}
