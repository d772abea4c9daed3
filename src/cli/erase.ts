import { Command } from 'commander';
import type { ErasureCounts, Storage } from '../audit/index.ts';
import { forget, keepRetention, personOf, TENANT } from '../gateway/index.ts';
import { configurationOf } from './configuration.ts';
import { withPlace } from './dead-query.ts';
import { progressUpTo } from './progress.ts';
import { withLog, type LogPlace } from './record-log.ts';
import { ACTOR_HELP, namesNobody } from './actor.ts';
import { loadTables } from './crosswalk.ts';
import { CommandFault, STATUS, type Terminal } from './terminal.ts';

/** Who erases, where a command line does. */
const BY = 'command line';

const HELP = `
Forgets a person: erases each record that names the person anywhere, as actor or in any other place, with everything that
was made of it; documents that are kept for the person; and answers of destinations that name the person. A number
stays where each record stood, and the log still proves itself (crosswalk verify). Deliveries that had not been made are
not made any more. Those that had been are counted by destination: who runs it has a copy, and has to be told. Where it
knows the person by a pseudonym, crosswalk pseudonyms says which.

${ACTOR_HELP} What the identity table makes of it in the other language is erased too.

With --retention it erases what the configuration's rules keep no longer, as a gateway that runs does every hour. What is
still to be delivered stays, unless --including-pending says otherwise.

At the end the file is written anew, so that nothing is left in its unused parts: that takes as long as copying it and
holds up a gateway that runs. --no-rewrite leaves it out. What is printed says as "scrubbed" whether the write-ahead log could
be emptied: somebody who read the log for long keeps it from that, and the command can be run once more.

Examples:
  crosswalk erase --actor ada@example.edu --dry-run
  crosswalk erase --actor "https://lms.example.edu 42"
  crosswalk erase --retention --config crosswalk.json

Exit status: 0 when it was done, also where there was nothing; 2 when the command could not run.`;

interface Options extends LogPlace {
  readonly actor?: string;
  readonly retention?: boolean;
  readonly includingPending?: boolean;
  readonly tenant: string;
  readonly mappings?: string;
  readonly dryRun?: boolean;
  readonly rewrite: boolean;
}

/** `crosswalk erase`: a person forgotten, or what was kept long enough. */
export function eraseCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return withPlace(new Command('erase'))
    .description('forget a person, or erase what was kept long enough')
    .option('--actor <identifier>', 'whom to forget')
    .option('--retention', 'apply the rules of the configuration now')
    .option('--including-pending', 'with --retention, also what is still to be delivered')
    .option('--tenant <name>', 'whose records, with --actor', TENANT)
    .option('--mappings <folder>', 'tables to use in place of the shipped ones')
    .option('--dry-run', 'change nothing, and only count')
    .option('--no-rewrite', 'do not write the file anew')
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await erase(options, terminal)));
}

async function erase(options: Options, terminal: Terminal): Promise<number> {
  const { actor, retention = false, dryRun = false, rewrite } = options;
  if ((actor !== undefined) === retention) throw new CommandFault('give --actor or --retention');
  await withLog(options, async (log) => {
    const counts =
      actor === undefined
        ? await kept(log, options, terminal)
        : await forgotten(log, actor, options, terminal);
    const cleared = dryRun ? {} : { rewritten: rewrite, scrubbed: await log.erasures.scrub(rewrite) };
    terminal.output.write(`${JSON.stringify({ dryRun, ...counts, ...cleared })}\n`);
  });
  return STATUS.done;
}

async function forgotten(
  log: Storage,
  actor: string,
  { mappings, config, tenant, dryRun = false }: Options,
  terminal: Terminal,
): Promise<ErasureCounts> {
  const folder = mappings ?? (config === undefined ? undefined : configurationOf(config).mappings);
  const person = personOf(actor, await loadTables(folder));
  if (!person) throw namesNobody(actor);
  const bar = progressUpTo(terminal);
  const [newest] = await log.read({ limit: 1, order: 'descending' });
  const note = { reason: 'person', by: BY, at: terminal.now().getTime(), tenant } as const;
  try {
    return await forget(log, person, note, {
      dryRun,
      onProgress: (seq) => bar.reach(seq, newest?.seq ?? seq),
    });
  } finally {
    bar.end();
  }
}

async function kept(
  log: Storage,
  { config, dryRun = false, includingPending = false }: Options,
  terminal: Terminal,
): Promise<ErasureCounts> {
  const { retention } = configurationOf(config);
  if (retention.length === 0) throw new CommandFault('the configuration has no rules of retention');
  const at = terminal.now().getTime();
  const { interrupted: signal } = terminal;
  return keepRetention(log, retention, { at, by: BY, dryRun, includingPending, signal });
}
