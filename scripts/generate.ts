import { readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configSchema } from './generate-config-schema.ts';
import { ontologyIndex } from './generate-ontology.ts';
import { tablesModule } from './generate-tables.ts';

/** A committed file that is made from other files of the project. */
export interface Generator {
  /** Path of the generated file from the project's root. */
  readonly file: string;
  /** What the file must contain. */
  content(): Promise<string>;
}

const generators: readonly Generator[] = [ontologyIndex, tablesModule, configSchema];

const root = fileURLToPath(new URL('..', import.meta.url));

/** Writes each generated file that differs, or with `--check` only names it. Exit status 1 where a check found one. */
async function run(check: boolean): Promise<void> {
  for (const generator of generators) {
    const path = `${root}${generator.file}`;
    const content = await generator.content();
    const present = await readFile(path, 'utf8').catch(() => undefined);
    if (present === content) continue;
    const name = relative(process.cwd(), path);
    if (check) {
      console.error(`${name} is not what its sources say: run \`npm run generate\``);
      process.exitCode = 1;
    } else {
      await writeFile(path, content);
      console.log(`wrote ${name}`);
    }
  }
}

await run(process.argv.includes('--check'));
