import type { SqlEngine } from './engine.ts';
import type { Proof } from './proof.ts';
import { proofState, sealRecords } from './seal.ts';
import { verifyLog } from './verify.ts';

/** The chain over any engine whose schema is at the present. */
export function createProof(engine: SqlEngine): Proof {
  return {
    seal: (most, at) => sealRecords(engine, most, at),
    state: () => proofState(engine),
    verify: (options) => verifyLog(engine, options),
  };
}
