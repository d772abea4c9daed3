import type { Readable, Writable } from 'node:stream';

/** What a command reads from and writes to. The process's own streams, or a test's. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
  /** Where failures, notes and the progress bar go. `isTTY` where a person is looking. */
  readonly errors: Writable & { readonly isTTY?: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The present time. */
  readonly now: () => Date;
  /** Aborted when the user interrupts (SIGINT, SIGTERM), or when nobody reads the output any more. */
  readonly interrupted: AbortSignal;
}

/** Exit statuses of every command. */
export const STATUS = {
  done: 0,
  /** The command ran, and some record was refused, some file invalid, or some check failed. */
  findings: 1,
  /** The command could not run: wrong arguments, a file that cannot be read, a port that is taken. */
  fault: 2,
  /** The user interrupted before everything was read; what had been read is done. As shells write SIGINT. */
  interrupted: 130,
} as const;

/** A reason for a person why a command cannot run; printed as one line, without a stack trace. */
export class CommandFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandFault';
  }
}
