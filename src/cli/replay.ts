import { Command } from 'commander';
import type { DeadQuery, Storage } from '../audit/index.ts';
import { BY } from './dead.ts';
import { queryOf, wholeNumber, withConditions, withPlace, type DeadConditions } from './dead-query.ts';
import { withLog, type LogPlace } from './record-log.ts';
import { CommandFault, STATUS, type Terminal } from './terminal.ts';

const PAGE = 500;

const HELP = `
Puts dead letters back among what is to be delivered, in their old place: the same text is sent again, or with --remap
what the present tables make of the record. A gateway that runs takes them up within half a minute.

Examples:
  crosswalk replay 17 18
  crosswalk replay --destination lrs --reason unmappable --remap
  crosswalk replay --all --dry-run

Exit status: 0 when all were put back; 1 when one of those named is not dead any more; 2 when the command could not run.`;

interface Options extends LogPlace, DeadConditions {
  readonly all?: boolean;
  readonly remap?: boolean;
  readonly dryRun?: boolean;
}

/** `crosswalk replay`: dead letters on their way again. */
export function replayCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return withConditions(withPlace(new Command('replay')))
    .description('deliver dead letters once more')
    .argument('[keys...]', 'keys of letters')
    .option('--all', 'every dead letter')
    .option('--remap', 'map the records anew, in place of sending the same text')
    .option('--dry-run', 'only say which letters that would be')
    .addHelpText('after', HELP)
    .action(async (keys: string[], options: Options) =>
      finish(await replay(keys.map(wholeNumber), options, terminal)),
    );
}

async function replay(named: readonly number[], options: Options, terminal: Terminal): Promise<number> {
  const query = queryOf(options);
  const asked = Object.keys(query).length > 0 || options.all === true;
  if (asked === named.length > 0) {
    throw new CommandFault('name letters by their keys, or by conditions, or say --all');
  }
  return withLog(options, async (log) => {
    const keys = asked ? await keysOf(log, query) : named;
    const hand = { by: BY, at: terminal.now().getTime() };
    const form = options.remap === true ? 'dropped' : 'kept';
    const done = options.dryRun === true ? keys : await log.dead.replay(keys, form, hand);
    const what = options.dryRun === true ? 'wouldReplay' : 'replayed';
    terminal.output.write(`${JSON.stringify({ [what]: done })}\n`);
    return done.length === keys.length ? STATUS.done : STATUS.findings;
  });
}

async function keysOf(log: Storage, query: DeadQuery): Promise<number[]> {
  const keys: number[] = [];
  for (let after = 0; ;) {
    const page = await log.dead.list({ ...query, after, limit: PAGE });
    const last = page.at(-1);
    if (!last) return keys;
    keys.push(...page.map(({ key }) => key));
    after = last.key;
  }
}
