import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publishedProfiles, type PublishedProfiles } from '../mappings/authoring/index.ts';
import { parse } from './document.ts';
import { CommandFault } from './terminal.ts';

/** Reads the xAPI Profiles (`*.json`, `*.jsonld`) of a folder. Throws {@link CommandFault} where one cannot be read. */
export async function readProfiles(folder: string): Promise<PublishedProfiles> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new CommandFault(`cannot read the folder ${folder}: ${(error as Error).message}`, { cause: error });
  });
  const documents = names
    .filter((name) => /\.json(ld)?$/.test(name))
    .sort()
    .map(async (name) => {
      const document = parse(await readFile(join(folder, name), 'utf8'));
      if (!document.ok) throw new CommandFault(`${join(folder, name)}: ${document.message}`);
      return document.value;
    });
  return publishedProfiles(await Promise.all(documents));
}
