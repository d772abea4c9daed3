import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readConfiguration, type Configuration } from '../config.ts';
import { ConfigurationError } from '../config-problem.ts';

/**
 * Reads a configuration file. The paths of the record log and of own tables are taken from the file's folder, so that
 * they do not depend on where the gateway is started. Throws a `ConfigurationError` where the file cannot be read or is not right.
 */
export function readConfigurationFile(path: string): Configuration {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const message = `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new ConfigurationError([{ path: '', rule: 'config-file', message }]);
  }
  const configuration = readConfiguration(text);
  const { data, mappings, tenants } = configuration;
  const beside = (relative: string) => resolve(dirname(path), relative);
  return {
    ...configuration,
    data: beside(data),
    ...(mappings !== undefined && { mappings: beside(mappings) }),
    tenants: tenants.map(({ name, mappings: own }) => ({
      name,
      ...(own !== undefined && { mappings: beside(own) }),
    })),
  };
}
