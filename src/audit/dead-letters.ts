import type { Attempt, DeadReason, Outbound, RecordKind, StoredRecord } from './log.ts';

/** Which dead letters: all given conditions hold. Times are milliseconds since 1970-01-01T00:00:00Z. */
export interface DeadQuery {
  readonly tenant?: string;
  readonly source?: string;
  readonly destination?: string;
  readonly reason?: DeadReason;
  readonly kind?: RecordKind;
  /** Caliper type or xAPI verb IRI of the record. */
  readonly type?: string;
  /** Given up at this time or later. */
  readonly since?: number;
  /** Given up before this time. */
  readonly until?: number;
}

/** A page of dead letters, in the order of acceptance. */
export interface DeadPage extends DeadQuery {
  /** Only letters behind this key. */
  readonly after?: number;
  readonly limit: number;
}

/** A delivery that was given up, as a list shows it. */
export interface DeadLetterLine {
  /** Key of the outbox row: what names the letter. */
  readonly key: number;
  readonly record: Pick<StoredRecord, 'seq' | 'id' | 'source' | 'language' | 'kind' | 'type' | 'receivedAt'>;
  readonly route: string;
  readonly destination: string;
  readonly reason: DeadReason;
  readonly attempts: number;
  /** The attempt that ended it; null where it was given up without one. */
  readonly last: Attempt | null;
}

/** What a person did to a dead letter. */
export type InterventionKind = 'replayed' | 'remapped' | 'edited' | 'discarded';

/** One thing that a person did to a dead letter, with the outbound form that it put an end to. */
export interface Intervention {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  readonly kind: InterventionKind;
  /** Who did it: the name of a source, or `command line`. */
  readonly by: string;
  /** What would have been sent before; null where that was kept, or where there was none. */
  readonly former: Pick<Outbound, 'form' | 'digest' | 'body'> | null;
}

/** A dead letter with all that is known of it. */
export interface DeadLetter extends Omit<DeadLetterLine, 'record' | 'attempts' | 'last'> {
  /** The original, as received. */
  readonly record: StoredRecord;
  /** What was sent, or was to be sent; null where nothing could be made. */
  readonly outbound: Outbound | null;
  readonly attempts: readonly Attempt[];
  readonly interventions: readonly Intervention[];
}

/** Who does something to a dead letter, and when. */
export interface Hand {
  readonly by: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
}

/**
 * Deliveries that were given up. Each of the methods that change one does so only where it is still dead, in one atomic
 * batch that also writes who did it, and gives the keys of those that it changed.
 */
export interface DeadLetters {
  /** A page of letters. */
  list(page: DeadPage): Promise<DeadLetterLine[]>;

  /** One letter, or null where there is no dead one under the key. */
  find(key: number): Promise<DeadLetter | null>;

  /**
   * Puts letters back among what is pending, in their old place. With `outbound: 'kept'` the same text is sent again,
   * with `'dropped'` the record is mapped anew when its turn comes.
   */
  replay(keys: readonly number[], outbound: 'kept' | 'dropped', hand: Hand): Promise<number[]>;

  /** Puts another outbound form in the place of a letter's own. The letter stays dead. */
  edit(key: number, outbound: Outbound, hand: Hand): Promise<number[]>;

  /** Gives letters up for good. Record, answers and outbound form stay in the log. */
  discard(keys: readonly number[], hand: Hand): Promise<number[]>;

  /**
   * Gives up what is pending for a destination and was received, or last replayed, before a time. To be called by
   * who holds the destination's lease, or where nobody can. Gives the keys.
   */
  expire(destination: string, before: number, attempt: Attempt): Promise<number[]>;
}
