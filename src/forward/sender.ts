import type { Attempt, DeadReason, Outbound, OutboxItem } from '../audit/index.ts';
import type { JsonObject } from '../json/index.ts';
import type { Answer } from './call.ts';
import type { Mask } from './masked.ts';
import { retryAfter } from './retry.ts';
import type { Disposition } from './status.ts';

/** An outbox item whose outbound form is fixed. */
export interface ReadyItem {
  readonly item: OutboxItem;
  readonly outbound: Outbound;
  /** The text that is sent. */
  readonly text: string;
  /** Its UTF-8. */
  readonly content: Uint8Array;
  /** What a statement says of its attachments, whose data travel beside it to an LRS. */
  readonly attachments: readonly JsonObject[];
  /** The length of the content, with what travels beside it. */
  readonly bytes: number;
}

/** What becomes of one item after a request. */
export type Verdict =
  | { readonly is: 'delivered' }
  | { readonly is: 'dead'; readonly reason: DeadReason }
  /** The rest of a request whose others are settled: to be sent by itself now. */
  | { readonly is: 'again' }
  /** Refused with others: to be sent in two halves now. */
  | { readonly is: 'split' }
  /** Not before `after` milliseconds have passed, where the destination named them. */
  | { readonly is: 'retry'; readonly after: number | null }
  | { readonly is: 'stop'; readonly why: string };

/** One item, what became of it, and the answer that says so. */
export interface Sent {
  readonly ready: ReadyItem;
  readonly verdict: Verdict;
  readonly attempt: Attempt;
}

/** Sends to one destination. Both kinds of destination are one of these. */
export interface Sender {
  /** True where two neighbours of the queue can travel in one request. */
  together(one: ReadyItem, other: ReadyItem): boolean;
  /** Sends items that can travel together; gives what became of each, in their order. */
  send(parcel: readonly ReadyItem[]): Promise<Sent[]>;
}

const EXCERPT = 1_000;

/** Turns answers into attempts: the first characters, without what proves the gateway to the destination. */
export type Witness = (answer: Answer, note?: string) => Attempt;

/** A witness with a clock and a mask for what it leaves out. */
export function createWitness(now: () => number, masked: Mask): Witness {
  return (answer, note) => {
    const location = answer.headers.get('location');
    const text = [note, location && `Location: ${location}`, answer.text].filter(Boolean).join('\n');
    return { at: now(), status: answer.status, answer: masked(text).slice(0, EXCERPT) };
  };
}

/** What a disposition means for the items of a request. A refused item that stood alone is given up. */
export function verdictOf(meant: Disposition, answer: Answer, attempt: Attempt, items: number): Verdict {
  switch (meant) {
    case 'delivered':
      return { is: 'delivered' };
    case 'retry':
      return { is: 'retry', after: retryAfter(answer.headers, attempt.at) };
    case 'stop':
      return { is: 'stop', why: `status ${answer.status}: ${attempt.answer}`.slice(0, EXCERPT) };
    case 'refused':
      return items > 1 ? { is: 'split' } : { is: 'dead', reason: 'refused' };
  }
}

/** One verdict for every item of a request. What a success answered is not kept with each item. */
export function alike(parcel: readonly ReadyItem[], verdict: Verdict, attempt: Attempt): Sent[] {
  const kept = verdict.is === 'delivered' && parcel.length > 1 ? { ...attempt, answer: '' } : attempt;
  return parcel.map((ready) => ({ ready, verdict, attempt: kept }));
}
