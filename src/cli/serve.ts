import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import { LogUnavailableError } from '../audit/index.ts';
import { startConfigured } from '../gateway/node/index.ts';
import { asFault } from './configuration.ts';
import { CommandFault, STATUS, type Terminal } from './terminal.ts';

const HELP = `
Runs the gateway until it is interrupted, and prints where to send records, with a command for each language that can
be pasted into a shell. Without a configuration it listens on http://127.0.0.1:8080, keeps its record log in
./data/crosswalk.sqlite, and takes records with the token in the environment variable CROSSWALK_TOKEN, or with one that it
generates and keeps beside the record log. Its own log goes to standard error, one JSON object a line.

Examples:
  crosswalk serve
  crosswalk serve --config crosswalk.json
  CROSSWALK_TOKEN=change-me crosswalk serve --port 9000

Exit status: 0 when it was interrupted and everything was closed; 2 when it could not start.`;

interface Options {
  readonly config?: string;
  readonly port?: number;
}

/** `crosswalk serve`: the gateway. */
export function serveCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return new Command('serve')
    .description('run the gateway')
    .option('--config <file>', 'configuration file (JSON)')
    .option('--port <n>', 'port to listen on, in place of the configured one; 0 for any free one', portNumber)
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await serve(options, terminal)));
}

/** What reads and checks tables is loaded only where there are some to read. */
const readSoundTables = async (folder: string) => (await import('./tables.ts')).soundTables(folder);

async function serve({ config, port }: Options, terminal: Terminal): Promise<number> {
  const gateway = await startConfigured({
    ...(config !== undefined && { config }),
    ...(port !== undefined && { port }),
    environment: terminal.environment,
    tablesOf: readSoundTables,
    print: (text) => void terminal.output.write(`${text}\n`),
  }).catch((error: unknown) => {
    throw startFault(error, config);
  });
  if (!terminal.interrupted.aborted) await once(terminal.interrupted, 'abort');
  await gateway.close();
  return STATUS.done;
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the address is in use; choose another with --port',
  EADDRNOTAVAIL: 'the configured host is no address of this machine',
  EACCES: 'no permission for this port or for the data folder',
};

function startFault(error: unknown, config?: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = REASONS[code];
  if (message !== undefined) return new CommandFault(`cannot start: ${message}`, { cause: error });
  if (error instanceof LogUnavailableError) {
    return new CommandFault(`cannot open the record log: ${error.message}`, { cause: error });
  }
  return asFault(error, config);
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('Give a number from 0 to 65535.');
  return port;
}
