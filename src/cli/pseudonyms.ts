import { Command, Option } from 'commander';
import { sentActor, type NamedActor, type PseudonymKey, type Rendering } from '../forward/index.ts';
import { formerKeysOf, namingsOf, type Configuration } from '../gateway/index.ts';
import { isObject, isString, type JsonObject } from '../json/index.ts';
import type { Crosswalk } from '../mappings/index.ts';
import { ACTOR_HELP, namesNobody } from './actor.ts';
import { inColumns } from './columns.ts';
import { asFault, configurationOf } from './configuration.ts';
import { loadTables } from './crosswalk.ts';
import { renderingIn } from './rendering.ts';
import { CommandFault, STATUS, type Terminal } from './terminal.ts';

const HELP = `
Says by which pseudonyms a destination knows a person: under the present key of its redaction, and under each former one.
With them, data from before and after a rotation are joined, and who runs the destination is told whom to erase there.

A pseudonym is made of the identifier that a record names the person by, letter by letter. So there is one for each way that
records of both languages name the person: as the identifier was given, as the identity table gives it in the other
language, and for a mail address by its SHA-1. For a person whom the sender names otherwise, ask for each identifier.
What stands in the last column is what identifies the actor in what is sent, by the code that sends it.

${ACTOR_HELP} The secrets of all keys are read from the environment; none is printed.

Examples:
  crosswalk pseudonyms --config crosswalk.json --destination analytics --actor https://lms.example.edu/users/42
  crosswalk pseudonyms --config crosswalk.json --destination analytics --actor "https://lms.example.edu 42"
  crosswalk pseudonyms --config crosswalk.json --destination analytics --actor ada@example.edu --format ndjson | jq .sent

Exit status: 0 when there are some; 2 when there are none, or the command could not run.`;

interface Options {
  readonly config?: string;
  readonly destination: string;
  readonly actor: string;
  readonly format: 'text' | 'ndjson';
}

/** `crosswalk pseudonyms`: by what a destination knows a person, under the present key and those before. */
export function pseudonymsCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return new Command('pseudonyms')
    .description(
      'say by which pseudonyms a destination knows a person, under its present key and former ones',
    )
    .requiredOption('--destination <name>', 'destination that the pseudonyms are for')
    .requiredOption('--actor <identifier>', 'whom they stand for')
    .option('--config <file>', 'configuration of the gateway')
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'ndjson']).default('text'))
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await pseudonyms(options, terminal)));
}

async function pseudonyms(options: Options, terminal: Terminal): Promise<number> {
  const { config, destination: name, actor, format } = options;
  const configuration = configurationOf(config);
  const destination = renderingIn(configuration, { name, config }, terminal);
  const keys = keysOf(destination, configuration, options, terminal);
  const crosswalk = await loadTables(tablesFor(name, configuration));
  const namings = namingsOf(actor, crosswalk);
  if (!namings) throw namesNobody(actor);
  const found = await pseudonymsOf(namings, destination, keys, crosswalk);
  if (found.length === 0)
    throw new CommandFault(`${actor} has no pseudonym at "${name}": ${whyNone(destination)}`);
  const lines = format === 'ndjson' ? found.map((one) => JSON.stringify(one)) : table(found);
  terminal.output.write(`${lines.join('\n')}\n`);
  return STATUS.done;
}

/** The present key and the former ones. Throws a {@link CommandFault} where a destination has no pseudonyms at all. */
function keysOf(
  { name, redaction }: Rendering,
  configuration: Configuration,
  { config }: Options,
  terminal: Terminal,
): PseudonymKey[] {
  if (!redaction) throw new CommandFault(`"${name}" has no redaction: it sees people as they are`);
  const { key } = redaction;
  if (!key || !Object.values(redaction).includes('hash')) {
    throw new CommandFault(`the redaction of "${name}" hashes nothing: what is dropped leaves no pseudonym`);
  }
  try {
    return [key, ...formerKeysOf(configuration, name, terminal.environment)];
  } catch (error) {
    throw asFault(error, config);
  }
}

/** The folder of the tables that records are mapped by for a destination; undefined for the shipped ones. */
function tablesFor(name: string, { destinations, tenants, mappings }: Configuration): string | undefined {
  const owner = destinations.find((one) => one.name === name)?.tenant;
  return tenants.find((tenant) => tenant.name === owner)?.mappings ?? mappings;
}

const TREATMENTS = { drop: 'dropped', hash: 'hashed' } as const;

function whyNone({ redaction }: Rendering): string {
  const treatment = redaction?.actor;
  return `its redaction hashes something else, and who acts is ${treatment ? TREATMENTS[treatment] : 'sent as it is'}`;
}

/** What identifies a person in what a destination is sent. */
interface Pseudonym extends NamedActor {
  /** Id of the key. */
  readonly key: string;
  /** Whether what is sent now has this key. */
  readonly present: boolean;
  /** What identifies the actor in the destination's language. */
  readonly sent: JsonObject;
}

async function pseudonymsOf(
  namings: readonly NamedActor[],
  destination: Rendering,
  keys: readonly PseudonymKey[],
  crosswalk: Crosswalk,
): Promise<Pseudonym[]> {
  const found: Pseudonym[] = [];
  for (const [at, key] of keys.entries()) {
    for (const naming of namings) {
      const sent = await sentActor(naming, destination, key, crosswalk);
      if (sent) found.push({ key: key.id, present: at === 0, ...naming, sent });
    }
  }
  return found;
}

/** What identifies an actor, as one text. */
function identityText({ id, account, ...others }: JsonObject): string {
  const named = id === undefined ? Object.values(others) : [id];
  const parts = isObject(account) ? [account.homePage, account.name] : named;
  return parts.filter(isString).join(' ');
}

function table(found: readonly Pseudonym[]): string[] {
  const rows = found.map(({ key, present, language, actor, sent }) => [
    present ? `${key} (present)` : key,
    language === 'caliper' ? 'event' : 'statement',
    identityText(actor),
    identityText(sent),
  ]);
  return inColumns([['key', 'received in', 'as', 'sent as'], ...rows]);
}
