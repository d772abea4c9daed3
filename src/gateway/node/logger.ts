import { pino, type DestinationStream } from 'pino';
import type { Notice } from '../services.ts';

/**
 * Writes notices as structured lines (JSON, one a line) to standard error, or to the stream that is handed in.
 * Authorization headers and secrets never reach a notice; should one ever do, the listed members are still left out.
 */
export function createReporter(stream?: DestinationStream): (notice: Notice) => void {
  const options = {
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: ['authorization', 'token', 'password', 'secret', '*.authorization'], remove: true },
    serializers: { error: pino.stdSerializers.err },
  };
  // Synchronous: a line about a fault must not die with the process.
  const logger = pino(options, stream ?? pino.destination({ dest: 2, sync: true }));
  return ({ level, ...rest }) => logger[level](rest);
}
