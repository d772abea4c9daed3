import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parsedOrUndefined } from '../../json/index.ts';
import { readConfiguration, type Configuration } from '../config.ts';
import { ConfigurationError } from '../config-problem.ts';
import { jwksSchema } from '../config-trust.ts';
import { issuePath } from '../schema-issues.ts';

type KeysSetting = Configuration['issuers'][number]['keys'];

function textOf(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const message = `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new ConfigurationError([{ path, rule: 'config-file', message }]);
  }
}

/** Keys as they are, or those of the file that is named in their place. */
function keysIn(setting: KeysSetting, beside: (relative: string) => string, path: string): KeysSetting {
  if (!('file' in setting)) return setting;
  const text = textOf(beside(setting.file), `${path}/file`);
  const refused = (what: string) =>
    new ConfigurationError([
      { path: `${path}/file`, rule: 'config-keys', message: `${setting.file} ${what}` },
    ]);
  const checked = jwksSchema.safeParse(parsedOrUndefined(text));
  if (checked.success) return { jwks: checked.data };
  const secret = checked.error.issues.find(({ code }) => code === 'custom');
  if (secret) throw refused(`${issuePath(secret.path)} ${secret.message}`);
  throw refused('holds no JSON Web Key Set: give {"keys": [...]} (RFC 7517 section 5)');
}

/**
 * Reads a configuration file, and the files of keys that it names. Paths are taken from the file's folder, so that they do
 * not depend on where the gateway is started. Throws a `ConfigurationError` where a file cannot be read or is not right.
 */
export function readConfigurationFile(path: string): Configuration {
  const configuration = readConfiguration(textOf(path, ''));
  const { data, mappings, tenants, sources, issuers } = configuration;
  const beside = (relative: string) => resolve(dirname(path), relative);
  const folder = (own: string | undefined) => (own === undefined ? {} : { mappings: beside(own) });
  return {
    ...configuration,
    data: beside(data),
    ...folder(mappings),
    tenants: tenants.map(({ name, mappings: own }) => ({ name, ...folder(own) })),
    sources: sources.map((source, at) => {
      const { signed } = source;
      if (!signed) return source;
      return {
        ...source,
        signed: { ...signed, keys: keysIn(signed.keys, beside, `/sources/${at}/signed/keys`) },
      };
    }),
    issuers: issuers.map((issuer, at) => ({
      ...issuer,
      keys: keysIn(issuer.keys, beside, `/issuers/${at}/keys`),
    })),
  };
}
