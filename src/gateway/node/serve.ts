import { dirname } from 'node:path';
import { v4 } from 'uuid';
import type { TableSet } from '../../mappings/index.ts';
import { parseConfiguration, type Configuration } from '../config.ts';
import { LOCAL_SECRET } from '../config-source.ts';
import { readConfigurationFile } from './configuration-file.ts';
import type { Tables } from './follow-up/index.ts';
import { startGateway, type RunningGateway } from './gateway.ts';
import { greeting } from './greeting.ts';
import { createReporter } from './logger.ts';
import { localToken } from './token.ts';

/** How `crosswalk serve` is called. */
export interface ServeOptions {
  /** Path of the configuration file; without one the defaults hold. */
  readonly config?: string;
  /** TCP port, in place of the configured one. */
  readonly port?: number;
  readonly environment?: NodeJS.ProcessEnv;
  /** Reads the tables of a folder that the configuration names, laid over the shipped ones. */
  readonly tablesOf?: (folder: string) => Promise<TableSet>;
  /** Takes what a person is to read; standard output by default. */
  readonly print?: (text: string) => void;
}

function configurationOf({ config, port }: ServeOptions): Configuration {
  const configuration = config === undefined ? parseConfiguration({}) : readConfigurationFile(config);
  return port === undefined ? configuration : { ...configuration, listen: { ...configuration.listen, port } };
}

function needsLocalToken({ sources }: Configuration, environment: NodeJS.ProcessEnv): boolean {
  if (environment[LOCAL_SECRET.env]) return false;
  return sources.some(({ credentials }) =>
    credentials.some((one) => (one.scheme === 'bearer' ? one.token : one.password).env === LOCAL_SECRET.env),
  );
}

/** The tables that the configuration names: of the gateway, and of the tenants that have their own. */
async function tablesOf(
  { mappings: folder, tenants }: Configuration,
  { tablesOf: read }: ServeOptions,
): Promise<Tables> {
  const own = folder === undefined ? undefined : await read?.(folder);
  const ofTenants = new Map<string, TableSet>();
  for (const { name, mappings } of tenants) {
    const tables = mappings === undefined ? undefined : await read?.(mappings);
    if (tables) ofTenants.set(name, tables);
  }
  return { ...(own && { own }), ofTenants };
}

/**
 * Starts a gateway as a configuration file says, or with the defaults, and says where to send records. Where nothing
 * sets `CROSSWALK_TOKEN` and a source needs it, a token is generated and kept beside the record log. Rejects as
 * {@link startGateway} does, and with a `ConfigurationError` where the file is not right.
 */
export async function startConfigured(options: ServeOptions = {}): Promise<RunningGateway> {
  const { environment = process.env, print = (text) => void process.stdout.write(`${text}\n`) } = options;
  const configuration = configurationOf(options);
  const local = needsLocalToken(configuration, environment)
    ? localToken(dirname(configuration.data))
    : undefined;
  const report = createReporter();
  const gateway = await startGateway({
    configuration,
    environment: local ? { ...environment, [LOCAL_SECRET.env]: local.token } : environment,
    report,
    tables: await tablesOf(configuration, options),
  });
  report({ level: 'info', event: 'started', url: gateway.url });
  const secret = (name: string) =>
    local && name === LOCAL_SECRET.env ? `$(cat '${local.path}')` : `$${name}`;
  print(greeting(gateway.url, configuration, secret, { newId: v4, time: new Date().toISOString() }));
  return gateway;
}
