import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readConfiguration, type Configuration } from '../config.ts';
import { ConfigurationError } from '../config-problem.ts';

/**
 * Reads a configuration file. The path of the record log is taken from the file's folder, so that it does not depend
 * on where the gateway is started. Throws a `ConfigurationError` where the file cannot be read or is not right.
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
  return { ...configuration, data: resolve(dirname(path), configuration.data) };
}
