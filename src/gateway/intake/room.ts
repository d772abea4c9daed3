import { Refusal } from '../problem.ts';
import type { Services } from '../services.ts';
import type { Source } from '../sources.ts';

/** Waits for room, told why there is none; resolves with false to wait no longer. */
export type Patience = (why: string) => Promise<boolean>;

/** Nobody waits: what is left is for the next reading. */
const NONE: Patience = () => Promise.resolve(false);

/**
 * Whether there is room for further records of a source, as for those that are sent: disk, record log, outbox, and the
 * source's share of it. Where there is none, patience is asked for, and looked again.
 */
export async function hasRoom(
  source: Source,
  { admission }: Pick<Services, 'admission'>,
  patience: Patience = NONE,
): Promise<boolean> {
  for (;;) {
    try {
      await admission.admit(source);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (!(await patience(error.problem.code))) return false;
    }
  }
}
