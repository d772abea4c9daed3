/** What is said between the thread that answers requests and the one that follows up. All of it is data. */
import type { StorageFault } from '../../../audit/index.ts';
import type { Notice } from '../../services.ts';
import type { FollowUpSettings } from './follow-up.ts';

/** What the thread is started with. */
export interface ThreadSettings extends FollowUpSettings {
  /** File of the record log. */
  readonly data: string;
  /** The turns in which threads write it. */
  readonly turns: SharedArrayBuffer;
}

/** What is to be woken. */
export type Woken = 'forwarder' | 'indexer' | 'sealer';

/** What the thread is told. */
export type Order =
  | { readonly order: 'wake'; readonly what: readonly Woken[] }
  | { readonly order: 'resumed'; readonly destination: string }
  /** Answered under the same number. */
  | { readonly order: 'catch-up'; readonly number: number; readonly most: number }
  | { readonly order: 'close' };

/** What the thread tells. */
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
