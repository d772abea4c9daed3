import { Command } from 'commander';
import { standingForm, standingsOf, type Standing } from '../gateway/index.ts';
import { configurationOf } from './configuration.ts';
import { withPlace } from './dead-query.ts';
import { withLog, type LogPlace } from './record-log.ts';
import { CommandFault, STATUS, type Terminal } from './terminal.ts';

const HELP = `
Says how deliveries stand: whether a destination runs, is held back after failures or is stopped until someone acts, how its
circuit breaker stands, when it is tried next, what is pending and since when, and what was given up.

Examples:
  crosswalk destinations
  crosswalk destinations list --format ndjson | jq 'select(.state == "stopped")'
  crosswalk destinations resume lrs

Exit status: 0 when all run; 1 when one is held back or stopped, or has no such name; 2 when the command could not run.`;

type Finish = (status: number) => void;

interface ListOptions extends LogPlace {
  readonly format: string;
}

/** `crosswalk destinations`: how deliveries stand. */
export function destinationsCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('destinations')
    .description('show how deliveries stand, and resume those that are stopped')
    .addHelpText('after', HELP);
  command.addCommand(withPlace(listCommand(terminal, finish)), { isDefault: true });
  command.addCommand(withPlace(resumeCommand(terminal, finish)));
  return command;
}

function listCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('list')
    .description('one line a destination')
    .option('--format <format>', 'text, or ndjson: one JSON object a line', 'text')
    .action(async (options: ListOptions) => {
      const { destinations } = configurationOf(options.config);
      const now = terminal.now().getTime();
      const standings = await withLog(options, (log) => standingsOf(destinations, log, now));
      const lineOf = options.format === 'ndjson' ? jsonLine : (one: Standing) => textLine(one, now);
      for (const standing of standings) terminal.output.write(`${lineOf(standing)}\n`);
      finish(standings.every(({ state }) => state === 'running') ? STATUS.done : STATUS.findings);
    });
}

const jsonLine = (standing: Standing) => JSON.stringify(standingForm(standing));

function lengthText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

function textLine(standing: Standing, now: number): string {
  const { name, kind, state, breaker, failures, retryAt, stopped, pending, oldestPending } = standing;
  const waiting = oldestPending === null ? '' : `, the oldest for ${lengthText(now - oldestPending)}`;
  const letters = Object.entries(standing.dead).map(([reason, count]) => `${count} ${reason}`);
  const parts = [
    `${pending} pending${waiting}`,
    `${standing.delivered} delivered`,
    ...(letters.length === 0 ? [] : [`dead: ${letters.join(', ')}`]),
    ...(breaker === 'closed' ? [] : [`breaker ${breaker}`]),
    ...(failures === 0 ? [] : [`${failures} failures in a row`]),
    ...(retryAt === null ? [] : [`next try in ${lengthText(retryAt - now)}`]),
    ...(stopped === null ? [] : [stopped.replace(/\s+/g, ' ')]),
  ];
  return `${name}  ${kind ?? 'not configured'}  ${state}  ${parts.join('; ')}`;
}

function resumeCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('resume')
    .description(
      'let a stopped or held-back destination run again; a gateway that runs goes on within half a minute',
    )
    .argument('<name>', 'name of the destination')
    .action(async (name: string, options: LogPlace) => {
      const known = await withLog(options, async (log) => {
        const states = await log.standings();
        const found = states.some(({ destination }) => destination === name);
        if (found) await log.resume(name);
        return found;
      });
      if (!known) throw new CommandFault(`the record log knows no destination ${JSON.stringify(name)}`);
      terminal.output.write(`${JSON.stringify({ resumed: name })}\n`);
      finish(STATUS.done);
    });
}
