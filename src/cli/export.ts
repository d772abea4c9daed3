import { Command, Option } from 'commander';
import { DataFactory, Writer, type Quad } from 'n3';
import {
  NAMESPACES,
  skosTriples,
  sssomTriples,
  xapiProfile,
  type Node,
  type Triple,
} from '../mappings/authoring/index.ts';
import { ontology } from '../ontology/index.ts';
import { soundTables } from './tables.ts';
import { STATUS, type Terminal } from './terminal.ts';

const HELP = `
Gives the tables to tools that read other forms of them:
  skos          the terms of both languages as SKOS concepts with their matches (RDF)
  sssom         every row as an SSSOM mapping, with its condition, confidence and reason (RDF)
  xapi-profile  the xAPI Profile of what Crosswalk writes: concepts, extensions, statement templates (JSON-LD)

Examples:
  crosswalk export --format skos > crosswalk.ttl
  crosswalk export --format sssom --syntax nquads | sort > crosswalk.nq
  crosswalk export --format xapi-profile --author "Example University" --date 2025-09-01T00:00:00Z

Exit status: 0 when the export was written; 2 when the command could not run.`;

interface Options {
  readonly format: 'skos' | 'sssom' | 'xapi-profile';
  readonly syntax: 'turtle' | 'nquads';
  readonly mappings?: string;
  readonly author: string;
  readonly date?: string;
}

/** `crosswalk export`: the tables as RDF, or as an xAPI Profile. */
export function exportCommand(terminal: Terminal, finish: (status: number) => void): Command {
  return new Command('export')
    .description('give the tables as SKOS, as SSSOM, or as an xAPI Profile')
    .addOption(
      new Option('--format <format>', 'what to give')
        .choices(['skos', 'sssom', 'xapi-profile'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--syntax <syntax>', 'how RDF is written').choices(['turtle', 'nquads']).default('turtle'),
    )
    .option('--mappings <folder>', 'own tables, laid over the shipped ones')
    .option('--author <name>', 'who answers for the profile', 'Crosswalk')
    .option('--date <time>', 'when this version of the profile was made (without it: now)')
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await give(options, terminal)));
}

async function give(options: Options, terminal: Terminal): Promise<number> {
  const tables = await soundTables(options.mappings);
  const generatedAt = options.date ?? terminal.now().toISOString();
  const text =
    options.format === 'xapi-profile'
      ? `${JSON.stringify(xapiProfile(tables, ontology, { generatedAt, author: options.author }), null, 2)}\n`
      : await rdfText(options.format === 'skos' ? skosTriples(tables) : sssomTriples(tables), options.syntax);
  terminal.output.write(text);
  return STATUS.done;
}

const FORMATS = { turtle: 'text/turtle', nquads: 'application/n-quads' } as const;

/** Triples as text. Rejects where the writer does. */
function rdfText(triples: readonly Triple[], syntax: keyof typeof FORMATS): Promise<string> {
  const writer = new Writer({ format: FORMATS[syntax], prefixes: syntax === 'turtle' ? NAMESPACES : {} });
  writer.addQuads(triples.map(quadOf));
  return new Promise((resolve, reject) => {
    writer.end((error: Error | null, text: string) => (error ? reject(error) : resolve(text)));
  });
}

function quadOf({ subject, predicate, object }: Triple): Quad {
  const node = subject.startsWith('_:')
    ? DataFactory.blankNode(subject.slice(2))
    : DataFactory.namedNode(subject);
  return DataFactory.quad(node, DataFactory.namedNode(predicate), nodeOf(object));
}

function nodeOf(object: Node) {
  if ('iri' in object) return DataFactory.namedNode(object.iri);
  if ('blank' in object) return DataFactory.blankNode(object.blank.slice(2));
  const { text, language, datatype } = object;
  return DataFactory.literal(
    text,
    language ?? (datatype === undefined ? undefined : DataFactory.namedNode(datatype)),
  );
}
