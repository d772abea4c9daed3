import { InvalidArgumentError, Option, type Command } from 'commander';
import type { DeadQuery, DeadReason } from '../audit/index.ts';

const REASONS: readonly DeadReason[] = ['invalid', 'unmappable', 'refused', 'conflict', 'expired'];

/** Conditions that a command takes. */
export interface DeadConditions {
  readonly destination?: string;
  readonly reason?: DeadReason;
  readonly type?: string;
  readonly source?: string;
  readonly since?: number;
  readonly until?: number;
}

function timeOf(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Give a time such as 2025-09-01T08:00:00Z.');
  return time;
}

/** A whole number of a command line. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

/** Adds the options that say where the record log lies. */
export const withPlace = (command: Command): Command =>
  command
    .option('--config <file>', 'configuration that names the database')
    .option('--database <file>', 'the database itself, in place of a configuration');

/** Adds the options by which dead letters are chosen. */
export const withConditions = (command: Command): Command =>
  command
    .option('--destination <name>', 'only those of one destination')
    .addOption(new Option('--reason <reason>', 'only those given up for one reason').choices(REASONS))
    .option('--type <type>', 'only records of one Caliper type or xAPI verb')
    .option('--source <name>', 'only records of one source')
    .option('--since <time>', 'only those given up at this time or later', timeOf)
    .option('--until <time>', 'only those given up before this time', timeOf);

/** The conditions that were given. */
export function queryOf({ destination, reason, type, source, since, until }: DeadConditions): DeadQuery {
  const query = { destination, reason, type, source, since, until };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}
