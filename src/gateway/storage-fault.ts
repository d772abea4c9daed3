import type { LogUnavailableError, StorageFault } from '../audit/index.ts';
import type { Problem } from './problem.ts';

/** What a sender is told of a fault of the storage, and the seconds after which it may try again. */
const ANSWERS: Readonly<Record<StorageFault, { code: string; said: string; after: number }>> = {
  full: { code: 'log-full', said: 'The disk of the record log is full.', after: 60 },
  'read-only': { code: 'log-read-only', said: 'The record log cannot be written.', after: 60 },
  damaged: { code: 'log-damaged', said: 'The file of the record log is damaged.', after: 300 },
  locked: { code: 'log-locked', said: 'Another process holds the record log.', after: 2 },
  unavailable: { code: 'log-unavailable', said: 'The record log cannot be reached now.', after: 5 },
};

/** The answer where the storage failed: 503 with a code for each kind of fault, and Retry-After. */
export function storageProblem({ fault }: LogUnavailableError): Problem {
  const { code, said, after } = ANSWERS[fault];
  const detail = `${said} Nothing of this request was accepted; send it again later.`;
  return { status: 503, code, detail, headers: { 'retry-after': String(after) } };
}
