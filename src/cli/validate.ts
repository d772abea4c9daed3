import { Command, Option } from 'commander';
import { validate, type Validation } from '../index.ts';
import { readDocument } from './document.ts';
import { LineWriter } from './lines.ts';
import { CommandFault, STATUS, type Terminal } from './terminal.ts';

const HELP = `
Each file may hold a Caliper envelope, event or entity, an xAPI statement, or a list of these; also one record a line
(NDJSON), which is read as a list. Prints one JSON object a file, on a line of its own:
  {"file": "…", "valid": false, "format": "caliper", "errors": [{"path": "/actor", "message": "…", "rule": "…"}]}
where "path" is a JSON Pointer to what is wrong, and "format" is null for what is neither language.

Strict, which is the default here, means every MUST of the version that the record declares. Lenient takes what can be
understood, as the gateway does when it receives records, and lists in "deviations" what it forgave.

Examples:
  crosswalk validate event.json
  crosswalk validate --lenient samples/*.json | jq 'select(.valid | not)'
  crosswalk validate --xapi-version 2.0 statements.json

Exit status: 0 when every file is valid; 1 when one is not; 2 when a file could not be read.`;

interface Options {
  readonly lenient?: boolean;
  readonly xapiVersion?: '1.0' | '2.0';
}

/** `crosswalk validate`: what is wrong with records, by the specification's rules. */
export function validateCommand(terminal: Terminal, finish: (status: number) => void): Command {
  const version = new Option('--xapi-version <version>', 'version of xAPI for statements that name none');
  return new Command('validate')
    .description('say whether records keep the rules of Caliper or xAPI, and what they break')
    .argument('<file...>', 'files to read; - for standard input')
    .option('--lenient', 'take what can be understood')
    .addOption(version.choices(['1.0', '2.0']))
    .addHelpText('after', HELP)
    .action(async (files: string[], options: Options) =>
      finish(await validateFiles(files, options, terminal)),
    );
}

async function validateFiles(
  files: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<number> {
  const output = new LineWriter(terminal.output);
  let status: number = STATUS.done;
  for (const file of files) {
    const report = await validateFile(file, options, terminal);
    if (report === undefined) status = STATUS.fault;
    else {
      if (!report.valid && status === STATUS.done) status = STATUS.findings;
      await output.write(JSON.stringify({ file, ...report }));
    }
  }
  await output.flush();
  return status;
}

/** What is to be said of one file; undefined where it cannot be read, which is said on standard error. */
async function validateFile(
  file: string,
  options: Options,
  terminal: Terminal,
): Promise<Validation | undefined> {
  const { lenient, xapiVersion } = options;
  try {
    const document = await readDocument(file, terminal);
    if (document.ok) {
      const { value, text } = document;
      return validate(value, { lenient: lenient === true, text, ...(xapiVersion && { xapiVersion }) });
    }
    const { path, message, rule } = document;
    return { valid: false, format: null, errors: [{ path, message, rule }] };
  } catch (error) {
    if (!(error instanceof CommandFault)) throw error;
    terminal.errors.write(`crosswalk: ${error.message}\n`);
    return undefined;
  }
}
