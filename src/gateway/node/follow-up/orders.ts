/** What is said between the thread that answers requests and those that follow up. All of it is data. */
import type { StorageFault } from '../../../audit/index.ts';
import type { Notice } from '../../services.ts';
import type { FollowUpSettings } from './follow-up.ts';

/** What one thread does: each has as much to do as it takes to receive the records. */
export type Part = 'delivery' | 'upkeep';

/** What a thread is started with. */
export interface ThreadSettings extends FollowUpSettings {
  readonly part: Part;
  /** File of the record log. */
  readonly data: string;
  /** The turns in which threads write it. */
  readonly turns: SharedArrayBuffer;
}

/** What is to be woken of each part. */
export type Woken = 'forwarder' | 'indexer' | 'sealer';

/** What a thread is told; what is of the other part means nothing to it. */
export type Order =
  | { readonly order: 'wake'; readonly what: readonly Woken[] }
  | { readonly order: 'resumed'; readonly destination: string }
  /** Answered under the same number. */
  | { readonly order: 'catch-up'; readonly number: number; readonly most: number }
  | { readonly order: 'close' };

/** What a thread tells. */
export type Message =
  | { readonly message: 'notice'; readonly notice: Notice }
  | { readonly message: 'worth-a-look' }
  | { readonly message: 'caught-up'; readonly number: number; readonly empty: boolean }
  | {
      readonly message: 'not-caught-up';
      readonly number: number;
      readonly why: string;
      /** Where the storage is at fault. */
      readonly fault: StorageFault | null;
    };
