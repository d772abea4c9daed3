/** The end of the chain: whoever keeps it elsewhere can tell later whether anything before it was changed. */
export interface ChainHead {
  /** Number of the newest seal; 0 where nothing is sealed. */
  readonly number: number;
  /** `seq` of the last record that is sealed. */
  readonly last: number;
  /** The seal's value, in lower-case hex. */
  readonly value: string;
  /** Milliseconds since 1970-01-01T00:00:00Z; null where nothing is sealed. */
  readonly sealedAt: number | null;
}

/** What the log can prove, in brief. */
export interface ProofState {
  readonly head: ChainHead;
  /** Records that are appended and not sealed yet. */
  readonly unsealed: number;
  /** Records that were erased since the log began. */
  readonly erased: number;
}

/** What is wrong at a place of the log. */
export type FaultCode =
  /** A column of a record is not what it was. */
  | 'record-changed'
  /** The body is not the one that the digest was made of. */
  | 'body-changed'
  /** A record is gone, and no erasure says so. */
  | 'record-missing'
  /** A record stands where there was none, or where one was erased. */
  | 'record-inserted'
  /** A seal says something else than when it was made. */
  | 'seal-changed'
  /** A seal is gone. */
  | 'seal-missing'
  /** The erasure of records is not the one that was sealed. */
  | 'tombstone-changed'
  /** The log does not hold what the anchor names. */
  | 'anchor-mismatch'
  /** What a destination gets is not what its digest was made of. */
  | 'outbound-changed'
  /** A delivery, answer or outbound form belongs to nothing. */
  | 'orphan'
  /** The data of an attachment is not what its hash was made of. */
  | 'attachment-changed'
  /** A document is not what its entity tag was made of. */
  | 'document-changed';

/** One thing that is wrong. */
export interface Fault {
  readonly code: FaultCode;
  /** Record at which it was found. */
  readonly seq?: number;
  /** Seal at which it was found. */
  readonly seal?: number;
  /** Key of the row at which it was found, in the table that is named. */
  readonly row?: { readonly table: string; readonly key: number };
  /** What was found, and what would be right. */
  readonly message: string;
}

/** What a verification went through. */
export interface Verification {
  readonly head: ChainHead;
  /** Records that were compared with the chain. */
  readonly records: number;
  readonly seals: number;
  /** Records that the log says were erased. */
  readonly erased: number;
  /** Records that are appended and not sealed yet: no fault. */
  readonly unsealed: number;
  readonly outbound: number;
  readonly attachments: number;
  readonly documents: number;
  readonly faults: number;
}

/** How a verification is run. */
export interface VerifyOptions {
  /** Heads of the same log that were kept elsewhere. */
  readonly anchors?: readonly Pick<ChainHead, 'number' | 'value'>[];
  readonly onFault: (fault: Fault) => void | Promise<void>;
  /** Told now and then how many rows were gone through, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** The chain over the records of a log. Every method rejects with a `LogUnavailableError` where the storage fails. */
export interface Proof {
  /**
   * Seals records that are not sealed yet, in order of acceptance, up to `most`; gives how many. Any number of sealers may
   * run at once: what one has sealed, another one does not.
   */
  seal(most: number, at: number): Promise<number>;
  state(): Promise<ProofState>;
  /** Goes through the whole log in constant memory, changes nothing, and tells each fault. */
  verify(options: VerifyOptions): Promise<Verification>;
}
