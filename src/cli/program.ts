import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { checkCommand } from './check.ts';
import { convertCommand } from './convert.ts';
import { coverageCommand } from './coverage.ts';
import { deadCommand } from './dead.ts';
import { diffCommand } from './diff.ts';
import { explainCommand } from './explain.ts';
import { exportCommand } from './export.ts';
import { fmtCommand } from './fmt.ts';
import { logCommand } from './log.ts';
import { replayCommand } from './replay.ts';
import { serveCommand } from './serve.ts';
import { CommandFault, STATUS, type Terminal } from './terminal.ts';
import { validateCommand } from './validate.ts';

const FOOTER = `
Exit status: 0 when all is well; 1 when records were refused, files invalid or checks failed; 2 when the command
could not run (wrong arguments, an unreadable file, a port that is taken).

Each command explains itself: crosswalk help convert`;

/** Builds a command; what its action comes to is handed to `finish` as an exit status. */
export type CommandBuilder = (terminal: Terminal, finish: (status: number) => void) => Command;

const COMMANDS: readonly CommandBuilder[] = [
  convertCommand,
  validateCommand,
  explainCommand,
  checkCommand,
  coverageCommand,
  fmtCommand,
  diffCommand,
  exportCommand,
  serveCommand,
  logCommand,
  deadCommand,
  replayCommand,
];

/**
 * Runs one command line, without the program's name: `run(['convert', '--to', 'xapi'], terminal)`. Resolves to the
 * exit status. Never rejects for something that a user did.
 */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  let status: number = STATUS.done;
  const program = new Command('crosswalk')
    .description('Caliper and xAPI, each given as the other, with nothing lost.')
    .version(version(), '-V, --version', 'print the version')
    .addHelpText('after', FOOTER);
  for (const build of COMMANDS) program.addCommand(build(terminal, (result) => (status = result)));
  for (const command of [program, ...program.commands]) quiet(command, terminal);
  try {
    await program.parseAsync(words, { from: 'user' });
    return status;
  } catch (error) {
    return statusOf(error, terminal);
  }
}

/** Lets a command say what it has to say on the terminal's streams, and leave the process alone. */
function quiet(command: Command, terminal: Terminal): void {
  command.exitOverride().showHelpAfterError('(crosswalk help says more)');
  command.configureOutput({
    writeOut: (text) => void terminal.output.write(text),
    writeErr: (text) => void terminal.errors.write(text),
  });
}

function statusOf(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? STATUS.done : STATUS.fault;
  if (!(error instanceof CommandFault)) throw error;
  terminal.errors.write(`crosswalk: ${error.message}\n`);
  return STATUS.fault;
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
