/** Why records are erased: a person asked to be forgotten, or they were kept long enough, or took too much room. */
export type ErasureReason = 'person' | 'age' | 'size';

/** An erasure as the log keeps it. Nothing in it says what was erased. */
export interface ErasureNote {
  readonly reason: ErasureReason;
  readonly tenant: string;
  /** Who had it done: the name of a source, `command line` or `retention`. */
  readonly by: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
}

/** What was erased, or would be. */
export interface ErasureCounts {
  readonly records: number;
  /** Deliveries that had not ended, and will not be made. */
  readonly undelivered: number;
  /** Deliveries that had been made before, by destination: whoever runs it has a copy. */
  readonly delivered: Readonly<Record<string, number>>;
  readonly documents: number;
  readonly attachments: number;
  /** Answers of destinations that named the person, and were blanked. */
  readonly answers: number;
}

/** Nothing at all. */
export const NOTHING_ERASED: ErasureCounts = {
  records: 0,
  undelivered: 0,
  delivered: {},
  documents: 0,
  attachments: 0,
  answers: 0,
};

/** Counts put together. */
export function sumOf(one: ErasureCounts, other: Partial<ErasureCounts>): ErasureCounts {
  const delivered = new Map(Object.entries(one.delivered));
  for (const [destination, count] of Object.entries(other.delivered ?? {})) {
    delivered.set(destination, (delivered.get(destination) ?? 0) + count);
  }
  const sum = (name: Exclude<keyof ErasureCounts, 'delivered'>) => one[name] + (other[name] ?? 0);
  return {
    records: sum('records'),
    undelivered: sum('undelivered'),
    delivered: Object.fromEntries(delivered),
    documents: sum('documents'),
    attachments: sum('attachments'),
    answers: sum('answers'),
  };
}

/** Where a record stood that was erased. */
export interface Tombstone extends ErasureNote {
  readonly seq: number;
}

/** How one delivery of an erased record ended. */
export interface ErasedDelivery {
  readonly route: string;
  readonly destination: string;
  readonly state: 'delivered' | 'discarded' | 'erased';
}

/** A record or a document with the texts in which somebody may be named. */
export interface NamedPlace {
  /** `seq` of a record, key of a document. */
  readonly key: number;
  readonly texts: readonly string[];
}

/** What of a tenant is kept too long, or is too much. */
export interface RetentionLimit {
  readonly tenant: string;
  readonly source?: string;
  /** Received before this time, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly before?: number;
  /** Bytes that the bodies of the newest records may have together. */
  readonly bytes?: number;
  /** True to take also what is still to be delivered. */
  readonly includingPending?: boolean;
}

/** Taking records out of the log, with the chain intact. */
export interface Erasures {
  /**
   * Erases records with all that was made of them: deliveries, outbound forms, answers, terms of the index, and attachments
   * that nothing else refers to. Where they stood stays known. Undelivered deliveries end as `erased`, and are tallied as such. What is not
   * there is passed over. With `dryRun` nothing is changed.
   */
  erase(
    seqs: readonly number[],
    note: ErasureNote,
    options?: { readonly dryRun?: boolean },
  ): Promise<ErasureCounts>;

  /**
   * A page of the records of a tenant that may hold one of a number of texts in lower case, as received, beside the body,
   * or in what a person put in its place: all that hold them are among them.
   */
  recordsWith(
    tenant: string,
    needles: readonly string[],
    behind: number,
    limit: number,
  ): Promise<NamedPlace[]>;

  /** A page of documents; the first text of each is the agent that it is kept for. */
  documents(tenant: string, behind: number, limit: number): Promise<NamedPlace[]>;

  /** Removes documents by their keys. */
  eraseDocuments(keys: readonly number[]): Promise<number>;

  /** Blanks the answers to deliveries that hold one of a number of texts in lower case; gives how many those are. */
  blankAnswers(
    tenant: string,
    needles: readonly string[],
    options?: { readonly dryRun?: boolean },
  ): Promise<number>;

  /**
   * Takes what is kept beside records, where it holds one of a number of texts in lower case: what destinations said
   * when they were stopped, but for the status, where records of the tenant ever went to them, and counts of terms.
   */
  blankNotes(tenant: string, needles: readonly string[]): Promise<void>;

  /** The oldest records that are beyond a limit. */
  beyond(limit: RetentionLimit, behind: number, most: number): Promise<number[]>;

  /** What stood under a `seq`; null where nothing was erased there. */
  tombstone(seq: number): Promise<Tombstone | null>;

  /** How the deliveries of an erased record ended: `erased` are those that were never made. */
  deliveries(seq: number): Promise<ErasedDelivery[]>;

  /**
   * Leaves nothing of what was erased in the file: empties the write-ahead log, and with `rewrite` writes the whole file
   * anew, which takes as long as copying it and holds up all writers. False where the host gives no hand in that, or where somebody read the log for so long that the
   * write-ahead log could not be emptied.
   */
  scrub(rewrite: boolean): Promise<boolean>;
}
