import { ConfigurationError, parseConfiguration, TENANT, type Configuration } from '../gateway/index.ts';
import { readConfigurationFile } from '../gateway/node/index.ts';
import { CommandFault } from './terminal.ts';

/** Path of the record log's database: the one that is named, that of a configuration file, or the default one. */
export function databaseOf({
  database,
  config,
}: {
  readonly database?: string;
  readonly config?: string;
}): string {
  return database ?? configurationOf(config).data;
}

/** The configuration of a file, or the default one. Throws a fault of the command where it is not right. */
export function configurationOf(path: string | undefined): Configuration {
  try {
    return path === undefined ? parseConfiguration({}) : readConfigurationFile(path);
  } catch (error) {
    throw asFault(error, path);
  }
}

/** A configuration that cannot be used, said as a fault of the command; any other error as it is. */
export function asFault(error: unknown, path = 'the configuration'): unknown {
  if (!(error instanceof ConfigurationError)) return error;
  const lines = error.message.split('\n').map((line) => `  ${line}`);
  return new CommandFault(`${path} cannot be used:\n${lines.join('\n')}`, { cause: error });
}

/** Throws a fault of the command for a tenant that stands in no configuration: nobody could ever ask for what is its. */
export function checkTenant(tenant: string, { tenants }: Configuration): void {
  const known = [TENANT, ...tenants.map(({ name }) => name)];
  if (known.includes(tenant)) return;
  throw new CommandFault(
    `there is no tenant "${tenant}": the configuration has ${known.join(', ')}; name it with --config`,
  );
}
