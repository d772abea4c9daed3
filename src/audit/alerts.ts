import type { JsonObject } from '../json/index.ts';

/** Something that a person should know: a state that began or ended, or a thing that happened. */
export interface NewAlert {
  /** What it is about, in kebab-case, such as `destination-stopped`. */
  readonly kind: string;
  /** Whom or what it concerns: the name of a destination, or `gateway`. */
  readonly subject: string;
  /** `firing` where the state began, or the thing happened; `resolved` where the state ended. */
  readonly status: 'firing' | 'resolved';
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  /** Figures. No part of a record, and no secret. */
  readonly details: JsonObject;
}

/** An alert as it stands in the log, with what became of telling it. */
export interface Alert extends NewAlert {
  /** Names the alert, also in each repetition of telling it. */
  readonly id: string;
  readonly attempts: number;
}

/** What became of one attempt to tell an alert. */
export interface AlertAttempt {
  readonly id: string;
  /** True where it was taken, or is given up. */
  readonly done: boolean;
  /** When it is tried again, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly retryAt: number;
}

/** Alerts that are to be told, and what was told last: a state is told when it changes, whichever process sees it. */
export interface AlertStore {
  /** The newest alert of each kind and subject. */
  newest(): Promise<Alert[]>;

  /**
   * Adds an alert under a fresh id, unless another process added one of its kind and subject since the one whose id is
   * `after` (null where there was none). False where it was not added.
   */
  add(alert: NewAlert, id: string, after: string | null): Promise<boolean>;

  /** Takes alerts that are due, up to `limit`; another process gets them after `until` at the earliest. */
  take(now: number, until: number, limit: number): Promise<Alert[]>;

  /** Writes what became of telling an alert. Old ones that were told are forgotten. */
  settle(attempt: AlertAttempt, now: number): Promise<void>;
}
