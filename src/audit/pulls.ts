/** How far a source that is pulled has been read. */
export interface PullPosition {
  /** Everything stored until this time has been taken, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly through: number;
}

/** Where the reading of a source stands, written together with the records that it brought. */
export interface PullMark {
  /** Names the source and what is asked of it. */
  readonly name: string;
  readonly position: PullPosition;
}
