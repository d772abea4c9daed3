import { pause } from '../forward/index.ts';
import type { Patience } from '../gateway/index.ts';
import type { Terminal } from './terminal.ts';

/** Milliseconds between two looks whether there is room. */
const LOOK = 1_000;

const TOLD = {
  'gateway-full': 'the disk, the record log or the outbox is full',
  'source-share-full': 'too many records of this source wait to be delivered',
} as Readonly<Record<string, string>>;

/** Waits until there is room for further records, or the user interrupts. Tells once why. */
export function patienceOf({ errors, interrupted }: Terminal): Patience {
  let told = false;
  return async (why) => {
    if (!told) errors.write(`crosswalk: waiting for room: ${TOLD[why] ?? why}\n`);
    told = true;
    await pause(LOOK, interrupted);
    return !interrupted.aborted;
  };
}
