import { Command } from 'commander';
import type { DeadLetter, Storage } from '../audit/index.ts';
import { editedLetter, remappedLetter } from '../forward/index.ts';
import { deadLetterForm, deadLineForm } from '../gateway/index.ts';
import { queryOf, wholeNumber, withConditions, withPlace, type DeadConditions } from './dead-query.ts';
import { displayName, textOf } from './input.ts';
import { LineWriter } from './lines.ts';
import { withLog, type LogPlace } from './record-log.ts';
import { renderingFor } from './rendering.ts';
import { loadTables } from './crosswalk.ts';
import { CommandFault, STATUS, type Terminal } from './terminal.ts';

const PAGE = 500;

/** How the log names who changed a letter from here. */
export const BY = 'command line';

const HELP = `
Dead letters are records that could not be delivered to one destination: the destination refused them, they had no
counterpart, another record stands under their id, or they grew too old. Each keeps the original, what was to be sent and
every answer. A letter that was mended goes out with crosswalk replay.

Examples:
  crosswalk dead list --destination lrs --reason refused
  crosswalk dead show 17 | jq .attempts
  crosswalk dead show 17 | jq -r .outbound.body > letter.json; crosswalk dead edit 17 letter.json
  crosswalk dead remap 17 --config crosswalk.json
  crosswalk dead discard 17 18

Exit status: 0 when it was done; 1 when a letter is not dead any more, or cannot be sent as it stands; 2 when the command
could not run.`;

type Finish = (status: number) => void;

/** `crosswalk dead`: letters that could not be delivered. */
export function deadCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('dead')
    .description('list, show, edit, re-map and discard dead letters')
    .addHelpText('after', HELP);
  const build = [listCommand, showCommand, editCommand, remapCommand, discardCommand];
  for (const one of build) command.addCommand(withPlace(one(terminal, finish)));
  return command;
}

interface ListOptions extends LogPlace, DeadConditions {
  readonly after: number;
  readonly limit?: number;
}

function listCommand(terminal: Terminal, finish: Finish): Command {
  return withConditions(new Command('list'))
    .description('one JSON object a letter, in the order of acceptance')
    .option('--after <key>', 'begin after the letter with this key', wholeNumber, 0)
    .option('--limit <n>', 'print at most so many', wholeNumber)
    .action(async (options: ListOptions) => {
      await withLog(options, (log) => print(log, options, terminal));
      finish(STATUS.done);
    });
}

async function print(log: Storage, options: ListOptions, terminal: Terminal): Promise<void> {
  const output = new LineWriter(terminal.output);
  let { after, limit: left = Infinity } = options;
  while (left > 0 && !terminal.interrupted.aborted) {
    const page = await log.dead.list({ ...queryOf(options), after, limit: Math.min(PAGE, left) });
    for (const line of page) await output.write(JSON.stringify(deadLineForm(line)));
    await output.flush();
    const last = page.at(-1);
    if (!last) return;
    after = last.key;
    left -= page.length;
  }
}

async function letterAt(log: Storage, key: number): Promise<DeadLetter> {
  const letter = await log.dead.find(key);
  if (!letter)
    throw new CommandFault(`there is no dead letter ${key}; crosswalk dead list names those there are`);
  return letter;
}

function write(terminal: Terminal, value: unknown): void {
  terminal.output.write(`${JSON.stringify(value, null, 2)}\n`);
}

function showCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('show')
    .description('one letter whole: the original, what was to be sent, every answer')
    .argument('<key>', 'key of the letter', wholeNumber)
    .action(async (key: number, options: LogPlace) => {
      await withLog(options, async (log) => write(terminal, deadLetterForm(await letterAt(log, key))));
      finish(STATUS.done);
    });
}

async function whole(file: string, terminal: Terminal): Promise<string> {
  let text = '';
  for await (const piece of textOf(file, terminal)) text += piece;
  return text.trim();
}

function editCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('edit')
    .description('put another record in the place of what is sent; the original stays')
    .argument('<key>', 'key of the letter', wholeNumber)
    .argument('[file]', 'file with the record; - for standard input', '-')
    .action(async (key: number, file: string, options: LogPlace) => {
      const body = await whole(file, terminal);
      finish(await withLog(options, (log) => edit(log, key, body, file, terminal)));
    });
}

async function edit(log: Storage, key: number, body: string, file: string, terminal: Terminal) {
  const edited = await editedLetter(await letterAt(log, key), body, log.largestBody);
  if (!edited.ok) {
    terminal.errors.write(`crosswalk: ${displayName(file)}: ${edited.path || '/'}: ${edited.why}\n`);
    return STATUS.findings;
  }
  const hand = { by: BY, at: terminal.now().getTime() };
  const [done] = await log.dead.edit(key, edited.outbound, hand);
  if (done !== undefined) write(terminal, { key, differences: edited.differences });
  return done === undefined ? STATUS.findings : STATUS.done;
}

function remapCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('remap')
    .description('show what a letter would be under the present tables, and what differs; changes nothing')
    .argument('<key>', 'key of the letter', wholeNumber)
    .option('--mappings <folder>', 'tables to use in place of the shipped ones')
    .action(async (key: number, options: LogPlace & { mappings?: string }) => {
      const crosswalk = await loadTables(options.mappings);
      const status = await withLog(options, async (log) => {
        const letter = await letterAt(log, key);
        const rendering = renderingFor(letter.destination, options.config, terminal);
        const remapped = await remappedLetter(letter, rendering, crosswalk);
        write(terminal, { key, ...remapped });
        return remapped.ok ? STATUS.done : STATUS.findings;
      });
      finish(status);
    });
}

function discardCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('discard')
    .description('give letters up for good; the records stay in the log')
    .argument('<keys...>', 'keys of letters')
    .action(async (keys: string[], options: LogPlace) => {
      const wanted = keys.map(wholeNumber);
      const hand = { by: BY, at: terminal.now().getTime() };
      const done = await withLog(options, (log) => log.dead.discard(wanted, hand));
      write(terminal, { discarded: done });
      finish(done.length === wanted.length ? STATUS.done : STATUS.findings);
    });
}
