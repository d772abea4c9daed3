import { Presets, SingleBar } from 'cli-progress';
import { Command, Option } from 'commander';
import {
  PullError,
  pullStatements,
  sourceWithoutCredential,
  TENANT,
  type Presented,
  type Configuration,
  type Pull,
  type PulledProgress,
} from '../gateway/index.ts';
import { pause } from '../forward/index.ts';
import { checkTenant } from './configuration.ts';
import { withFlow, type Flow } from './flow.ts';
import { LineWriter } from './lines.ts';
import { patienceOf } from './patience.ts';
import type { LogPlace } from './record-log.ts';
import { CommandFault, STATUS, type Terminal } from './terminal.ts';

const HELP = `
Reads an existing LRS: its statements by ascending time of storage, page by page, with the data of their attachments, and
takes them through the gateway's flow, as if they had been sent. How far was read is kept in the record log, in the same
atomic batch as each page: however the command ends, the next one goes on from there, and what comes twice is known.
In place of an address, the name of one of the configuration's "pulls" can be given.

Where the disk, the record log or the outbox is full by the bounds of the configuration ("backpressure"), it waits until
there is room. Secrets come from environment variables, which the options name. What is refused is told on standard error:
  {"id": "…", "errors": [{"path": "/actor", "message": "…"}]}
Standard output says in the end
  {"stored": 1200, "duplicate": 3, "refused": 1, "complete": true}

Examples:
  crosswalk pull https://lrs.example.edu/xapi --user reader --password-env LRS_PASSWORD
  crosswalk pull https://lrs.example.edu/xapi --token-env LRS_TOKEN --since 2019-09-01T00:00:00Z --source old-lrs
  crosswalk pull --config crosswalk.json old-lrs

Exit status: 0 when all was read and taken; 1 when some statements were refused; 2 when the command could not run or the
LRS did not let it; 130 when it was interrupted, and what had been read is taken.`;

interface Options extends LogPlace {
  readonly source?: string;
  readonly tenant: string;
  readonly user?: string;
  readonly passwordEnv?: string;
  readonly tokenEnv?: string;
  readonly xapiVersion: '1.0.3' | '2.0.0';
  readonly since?: string;
  readonly until?: string;
  readonly agent?: string;
  readonly verb?: string;
  readonly activity?: string;
  readonly registration?: string;
  readonly relatedAgents?: boolean;
  readonly relatedActivities?: boolean;
  readonly limit?: string;
  readonly restart?: boolean;
}

/** `crosswalk pull`: the statements of an existing LRS, through the gateway's flow. */
export function pullCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return new Command('pull')
    .description('read an existing LRS from where the last reading ended')
    .argument(
      '<url>',
      'address of the xAPI endpoint, below which "statements" lies; or the name of a configured pull',
    )
    .option('--config <file>', 'configuration that names the record log and the routes')
    .option('--database <file>', 'the record log itself, in place of the one of the configuration')
    .option('--source <name>', 'source that the records are kept under; the host of the address by default')
    .option('--tenant <name>', 'tenant that the records belong to', TENANT)
    .option('--user <name>', 'user of Basic authentication')
    .option('--password-env <variable>', 'environment variable that holds its password')
    .option('--token-env <variable>', 'environment variable that holds a bearer token')
    .addOption(
      new Option('--xapi-version <version>', 'version to speak').choices(['1.0.3', '2.0.0']).default('1.0.3'),
    )
    .option('--since <time>', 'where the first reading begins (RFC 3339)')
    .option('--until <time>', 'where the reading ends (RFC 3339)')
    .option('--agent <json>', 'only statements of an Agent or Group')
    .option('--verb <iri>', 'only statements with a verb')
    .option('--activity <iri>', 'only statements about an activity')
    .option('--registration <uuid>', 'only statements of a registration')
    .option('--related-agents', 'wherever the agent stands in a statement')
    .option('--related-activities', 'wherever the activity stands in a statement')
    .option('--limit <n>', 'statements of a page')
    .option('--restart', 'begin at --since again, whatever was read before')
    .addHelpText('after', HELP)
    .action(async (url: string, options: Options) => finish(await pull(url, options, terminal)));
}

function secretOf(variable: string, { environment }: Terminal): string {
  const value = environment[variable];
  if (value !== undefined && value !== '') return value;
  throw new CommandFault(`the environment variable ${variable} is not set: set it to the secret`);
}

function timeOf(text: string | undefined, option: string): number | undefined {
  const time = text === undefined ? undefined : Date.parse(text);
  if (time === undefined || !Number.isNaN(time)) return time;
  throw new CommandFault(`${option} ${text}: give a time such as 2019-09-01T00:00:00Z`);
}

function authorizationOf({ user, passwordEnv, tokenEnv }: Options, terminal: Terminal): Presented {
  if (tokenEnv !== undefined) return { scheme: 'bearer', token: secretOf(tokenEnv, terminal) };
  if (user === undefined || passwordEnv === undefined) {
    throw new CommandFault('say how to get in: --user with --password-env, or --token-env');
  }
  return { scheme: 'basic', user, password: secretOf(passwordEnv, terminal) };
}

function filtersOf(options: Options): Record<string, string> {
  const { agent, verb, activity, registration, relatedAgents, relatedActivities } = options;
  const all = {
    agent,
    verb,
    activity,
    registration,
    related_agents: relatedAgents === true ? 'true' : undefined,
    related_activities: relatedActivities === true ? 'true' : undefined,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given);
}

const present = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [Name in keyof Value]: Exclude<Value[Name], undefined>;
  };

/** The reading that the configuration holds under a name. */
function configured(
  { pulls }: Configuration,
  name: string,
  terminal: Terminal,
): Pick<Pull, 'url' | 'version' | 'authorization' | 'source'> & Partial<Pull> {
  const setting = pulls.find((one) => one.name === name);
  if (!setting) {
    throw new CommandFault(`${name} is neither an http or https address nor the name of a configured pull`);
  }
  const { authorization: how, since, filters, strict, tenant, url, version, limit, timeout } = setting;
  const authorization: Presented =
    how.scheme === 'bearer'
      ? { scheme: 'bearer', token: secretOf(how.token.env, terminal) }
      : { scheme: 'basic', user: how.user, password: secretOf(how.password.env, terminal) };
  const source = sourceWithoutCredential(name, tenant, strict);
  const begin = timeOf(since, 'since');
  const own = { url, version, authorization, source };
  return {
    ...own,
    ...present({ since: begin, filters: filters && present(filters), limit, timeout }),
  };
}

function named(url: string, options: Options, terminal: Terminal) {
  const source = options.source ?? new URL(url).host.replaceAll(/[^A-Za-z0-9._-]/g, '-');
  return {
    url,
    version: options.xapiVersion,
    authorization: authorizationOf(options, terminal),
    source: sourceWithoutCredential(source, options.tenant, false),
    filters: filtersOf(options),
  };
}

function pullOf(url: string, options: Options, configuration: Configuration, terminal: Terminal): Pull {
  checkTenant(options.tenant, configuration);
  const isAddress = /^https?:\/\//i.test(url) && URL.canParse(url);
  const base = isAddress ? named(url, options, terminal) : configured(configuration, url, terminal);
  const limit = options.limit === undefined ? undefined : Number(options.limit);
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new CommandFault(`--limit ${options.limit}: give a whole number above 0`);
  }
  return {
    ...base,
    ...present({
      since: timeOf(options.since, '--since'),
      until: timeOf(options.until, '--until'),
      limit,
      restart: options.restart,
    }),
  };
}

/** A bar over the time that is read, for a person who waits. */
function barFor({ since, until }: Pull, terminal: Terminal) {
  if (terminal.errors.isTTY !== true) return undefined;
  const options = { stream: terminal.errors, format: '{bar} {percentage}% {time}, {count} statements' };
  const bar = new SingleBar({ ...options, clearOnComplete: true }, Presets.shades_classic);
  const end = until ?? terminal.now().getTime();
  let begin = since;
  let count = 0;
  bar.start(1, 0, { time: '', count });
  return {
    show({ outcomes, through }: PulledProgress): void {
      count += outcomes.length;
      if (through === undefined) return bar.update(0, { count });
      begin ??= through;
      bar.update(Math.min(1, (through - begin) / Math.max(1, end - begin)), {
        count,
        time: new Date(through).toISOString(),
      });
    },
    stop: () => bar.stop(),
  };
}

async function pull(url: string, options: Options, terminal: Terminal): Promise<number> {
  return withFlow(options, terminal, (flow) =>
    read(pullOf(url, options, flow.configuration, terminal), flow, terminal),
  );
}

async function read(reading: Pull, flow: Flow, terminal: Terminal): Promise<number> {
  const notes = new LineWriter(terminal.errors);
  const bar = barFor(reading, terminal);
  const told: Promise<void>[] = [];
  const watch = (progress: PulledProgress) => {
    bar?.show(progress);
    for (const { id, outcome } of progress.outcomes) {
      if (outcome.outcome !== 'refused') continue;
      const errors = outcome.errors.map(({ path, message, rule }) => ({ path, message, rule }));
      told.push(notes.write(JSON.stringify({ id, errors })));
    }
  };
  try {
    const report = await pullStatements(
      reading,
      flow.services,
      {
        fetch: (address, init) => fetch(address, init),
        now: () => terminal.now().getTime(),
        random: Math.random,
        sleep: pause,
        signal: terminal.interrupted,
        patience: patienceOf(terminal),
      },
      watch,
    );
    await flow.finish();
    terminal.output.write(`${JSON.stringify(report)}\n`);
    if (terminal.interrupted.aborted) return STATUS.interrupted;
    return report.refused > 0 ? STATUS.findings : STATUS.done;
  } catch (error) {
    if (error instanceof PullError) throw new CommandFault(error.message, { cause: error });
    throw error;
  } finally {
    bar?.stop();
    await Promise.all(told);
    await notes.flush();
  }
}
