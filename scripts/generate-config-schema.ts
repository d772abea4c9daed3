import { configurationJsonSchema } from '../src/gateway/index.ts';

/** The JSON Schema of the configuration file, from which editors complete and check it. */
export const configSchema = {
  file: 'config.schema.json',
  content(): Promise<string> {
    const { $schema, ...rest } = configurationJsonSchema() as Record<string, unknown>;
    const schema = { $schema, title: 'Configuration of a Crosswalk gateway', ...rest };
    return Promise.resolve(`${JSON.stringify(schema, null, 2)}\n`);
  },
};
