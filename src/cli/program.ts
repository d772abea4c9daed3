import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CommandFault, STATUS, type Terminal } from './terminal.ts';

const FOOTER = `
Exit status: 0 when all is well; 1 when records were refused, files invalid or checks failed; 2 when the command
could not run (wrong arguments, an unreadable file, a port that is taken).

Each command explains itself: crosswalk help convert`;

/** Builds a command; what its action comes to is handed to `finish` as an exit status. */
export type CommandBuilder = (terminal: Terminal, finish: (status: number) => void) => Command;

/** Commands by their names, each loaded when it is asked for: only those that serve need the gateway. */
const COMMANDS: Readonly<Record<string, () => Promise<CommandBuilder>>> = {
  convert: async () => (await import('./convert.ts')).convertCommand,
  validate: async () => (await import('./validate.ts')).validateCommand,
  explain: async () => (await import('./explain.ts')).explainCommand,
  check: async () => (await import('./check.ts')).checkCommand,
  coverage: async () => (await import('./coverage.ts')).coverageCommand,
  fmt: async () => (await import('./fmt.ts')).fmtCommand,
  diff: async () => (await import('./diff.ts')).diffCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
  import: async () => (await import('./import.ts')).importCommand,
  pull: async () => (await import('./pull.ts')).pullCommand,
  log: async () => (await import('./log.ts')).logCommand,
  terms: async () => (await import('./terms.ts')).termsCommand,
  dead: async () => (await import('./dead.ts')).deadCommand,
  replay: async () => (await import('./replay.ts')).replayCommand,
  destinations: async () => (await import('./destinations.ts')).destinationsCommand,
  keys: async () => (await import('./keys.ts')).keysCommand,
  erase: async () => (await import('./erase.ts')).eraseCommand,
  pseudonyms: async () => (await import('./pseudonyms.ts')).pseudonymsCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
};

/** The words that ask for the version. */
const VERSION_FLAGS = ['-V', '--version'];

/** The builder of the command that the words name; those of all, for help and for words that name none. The version needs none. */
async function buildersFor([name = '']: readonly string[]): Promise<readonly CommandBuilder[]> {
  if (VERSION_FLAGS.includes(name)) return [];
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return Promise.all(load ? [load()] : Object.values(COMMANDS).map((each) => each()));
}

/**
 * Runs one command line, without the program's name: `run(['convert', '--to', 'xapi'], terminal)`. Resolves to the
 * exit status. Never rejects for something that a user did.
 */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  let status: number = STATUS.done;
  const program = new Command('crosswalk')
    .description('Caliper and xAPI, each given as the other, with nothing lost.')
    .version(version(), VERSION_FLAGS.join(', '), 'print the version')
    // else a value of a command that begins with -V, such as a person's mail, would ask for the version
    .enablePositionalOptions()
    .addHelpText('after', FOOTER);
  for (const build of await buildersFor(words))
    program.addCommand(build(terminal, (result) => (status = result)));
  quiet(program, terminal);
  try {
    await program.parseAsync(words, { from: 'user' });
    return status;
  } catch (error) {
    return statusOf(error, terminal);
  }
}

/** Lets a command and those below it speak on the terminal's streams, and leave the process alone. */
function quiet(command: Command, terminal: Terminal): void {
  command.exitOverride().showHelpAfterError('(crosswalk help says more)');
  command.configureOutput({
    writeOut: (text) => void terminal.output.write(text),
    writeErr: (text) => void terminal.errors.write(text),
  });
  for (const below of command.commands) quiet(below, terminal);
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
