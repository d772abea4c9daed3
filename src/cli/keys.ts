import { Command, InvalidArgumentError, Option } from 'commander';
import {
  createKey,
  keyForm,
  portableDigest,
  rotateKey,
  SCOPE_NAMES,
  SCOPES,
  TENANT,
  type Scope,
} from '../gateway/index.ts';
import { checkTenant, configurationOf } from './configuration.ts';
import { BY } from './dead.ts';
import { withPlace } from './dead-query.ts';
import { LineWriter } from './lines.ts';
import { withLog, type LogPlace } from './record-log.ts';
import { STATUS, type Terminal } from './terminal.ts';

const DAY = 86_400_000;

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY };

const HELP = `
Keys prove who sends and reads, beside the credentials of the configuration. The record log keeps only their digests; the text
of a key is printed once, when it is made or rotated. A sensor sends it as a bearer token, an xAPI client as the password
of the user that is named like the key's id. A gateway that runs takes changes up within seconds. On Workers, where the
log is not a file, the same is done over HTTP: GET and POST /keys, POST /keys/{id}/rotate, DELETE /keys/{id}.

Scopes:
${SCOPE_NAMES.map((name) => `  ${name.padEnd(14)} ${SCOPES[name]}`).join('\n')}

Examples:
  crosswalk keys create --source campus-lms --scope send-caliper --expires 365d | jq -r .key
  crosswalk keys create --source dashboard --scope read-all
  crosswalk keys list
  crosswalk keys rotate 5f0c9e1d22ab47c3 --grace 7d
  crosswalk keys revoke 5f0c9e1d22ab47c3

Exit status: 0 when it was done; 1 when a key is revoked already or unknown; 2 when the command could not run.`;

type Finish = (status: number) => void;

/** `crosswalk keys`: what sources and readers prove themselves by. */
export function keysCommand(terminal: Terminal, finish: Finish): Command {
  const command = new Command('keys')
    .description('create, list, rotate and revoke keys of sources and readers')
    .addHelpText('after', HELP);
  for (const build of [createCommand, listCommand, rotateCommand, revokeCommand]) {
    command.addCommand(withPlace(build(terminal, finish)));
  }
  return command;
}

/** A length of time such as `90d`, in milliseconds. */
function lengthOf(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const milliseconds = UNITS[unit];
  if (count === undefined || milliseconds === undefined) {
    throw new InvalidArgumentError('Give a number and s, m, h or d, such as 90d.');
  }
  return Number(count) * milliseconds;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

function nameOf(text: string): string {
  if (!NAME.test(text))
    throw new InvalidArgumentError('Give 1 to 64 letters, digits, dots, hyphens or underscores.');
  return text;
}

function scopesIn(text: string, former: readonly Scope[] = []): Scope[] {
  const scope = SCOPE_NAMES.find((name) => name === text);
  if (!scope) throw new InvalidArgumentError(`Give one of ${SCOPE_NAMES.join(', ')}.`);
  return [...former, scope];
}

function write(terminal: Terminal, value: unknown): void {
  terminal.output.write(`${JSON.stringify(value)}\n`);
}

interface CreateOptions extends LogPlace {
  readonly source: string;
  readonly tenant: string;
  readonly scope: Scope[];
  readonly expires?: number;
}

function createCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('create')
    .description('make a key; it is printed once')
    .requiredOption(
      '--source <name>',
      'whose key it is: a source of the configuration, or a new reader',
      nameOf,
    )
    .addOption(
      new Option('--scope <scope>', 'what it may do; can be given several times')
        .argParser(scopesIn)
        .makeOptionMandatory(),
    )
    .option('--expires <length>', 'how long it holds, such as 90d; without end by default', lengthOf)
    .option('--tenant <name>', 'whose records it sends and reads', nameOf, TENANT)
    .action(async ({ source, tenant, scope, expires, ...place }: CreateOptions) => {
      checkTenant(tenant, configurationOf(place.config));
      const at = terminal.now().getTime();
      const wanted = {
        source,
        tenant,
        scopes: scope,
        expiresAt: expires === undefined ? null : at + expires,
      };
      const made = await withLog(place, (log) => createKey(log.keys, wanted, { by: BY, at }, portableDigest));
      write(terminal, { ...keyForm(made.key), key: made.text });
      finish(STATUS.done);
    });
}

function listCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('list')
    .description('one JSON object a key, revoked ones too')
    .option('--source <name>', 'only those of one source', nameOf)
    .option('--tenant <name>', 'only those of one tenant', nameOf)
    .action(async ({ source, tenant, ...place }: LogPlace & { source?: string; tenant?: string }) => {
      const query = { ...(source !== undefined && { source }), ...(tenant !== undefined && { tenant }) };
      const keys = await withLog(place, (log) => log.keys.list(query));
      const output = new LineWriter(terminal.output);
      for (const key of keys) await output.write(JSON.stringify(keyForm(key)));
      await output.flush();
      finish(STATUS.done);
    });
}

function unknown(id: string, terminal: Terminal): number {
  terminal.errors.write(`crosswalk: no key ${id} is in use; crosswalk keys list names those there are\n`);
  return STATUS.findings;
}

function rotateCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('rotate')
    .description('give a key a new text; it is printed once')
    .argument('<id>', 'id of the key')
    .option('--grace <length>', 'how long the former text is taken, too', lengthOf, DAY)
    .action(async (id: string, { grace, ...place }: LogPlace & { grace: number }) => {
      const at = terminal.now().getTime();
      const text = await withLog(place, (log) => rotateKey(log.keys, id, { grace, at }, portableDigest));
      if (text !== null) write(terminal, { id, key: text });
      finish(text === null ? unknown(id, terminal) : STATUS.done);
    });
}

function revokeCommand(terminal: Terminal, finish: Finish): Command {
  return new Command('revoke')
    .description('take a key out of use')
    .argument('<id>', 'id of the key')
    .action(async (id: string, place: LogPlace) => {
      const done = await withLog(place, (log) => log.keys.revoke(id, terminal.now().getTime()));
      if (done) write(terminal, { revoked: id });
      finish(done ? STATUS.done : unknown(id, terminal));
    });
}
