/**
 * Judges every regular expression of the program: each must take time in proportion to the text, whatever the text
 * (no ReDoS). Those that are written, those that it makes of tables when it starts, and those that it would make of
 * templates in authors' own tables. Ends with status 1 where one does not.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { check } from 'recheck';
import ts from 'typescript';
import { templates } from '../test/arbitraries/templates.ts';

interface Pattern {
  readonly source: string;
  readonly flags: string;
  /** File and line, or what makes it when the program runs. */
  readonly place: string;
}

const SOURCE = fileURLToPath(new URL('../src/', import.meta.url));

/** Milliseconds for one pattern. What takes longer to judge is to be written more plainly. */
const PATIENCE = 30_000;

function patternsOf(name: string): Pattern[] {
  const tree = ts.createSourceFile(name, readFileSync(join(SOURCE, name), 'utf8'), ts.ScriptTarget.Latest);
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      const { line } = tree.getLineAndCharacterOfPosition(node.end);
      const [source, flags] = [node.text.slice(1, end), node.text.slice(end + 1)];
      found.push({ source, flags, place: `src/${name}:${line + 1}` });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

const written = () =>
  readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('.generated.'))
    .flatMap(patternsOf);

/** The patterns that the program makes while some work is done. */
async function madeBy(work: () => void | Promise<void>): Promise<Pattern[]> {
  const found: Pattern[] = [];
  const Native = RegExp;
  class Watched extends Native {
    constructor(source: string | RegExp, flags?: string) {
      super(source, flags);
      const place = /src\/[\w/-]+\.ts:\d+/.exec(new Error().stack ?? '')?.[0];
      if (place !== undefined) found.push({ source: this.source, flags: this.flags, place });
    }
  }
  globalThis.RegExp = Watched as RegExpConstructor;
  await work();
  globalThis.RegExp = Native;
  return found;
}

/** Patterns that the program makes of texts: of the templates of tables, and where one is put together of parts. */
const made = () =>
  madeBy(async () => {
    // some are made when their module is loaded
    const { createCrosswalk, shippedTables } = await import('../src/mappings/index.ts');
    const { ontology } = await import('../src/ontology/index.ts');
    const { redacted } = await import('../src/forward/redact.ts');
    createCrosswalk(shippedTables(), ontology);
    redacted({ actor: { mbox: 'mailto:a.b+c@example.edu' } }, 'lrs', { actor: 'drop', addresses: 'drop' });
  });

/** How many templates are made up that authors could write. */
const TEMPLATES = 400;

/** Patterns of templates that no shipped table has, and that the program would take. */
async function ofAuthors(): Promise<Pattern[]> {
  const { template, unparted } = await import('../src/mappings/template.ts');
  const taken = templates.filter((text) => unparted(text) === undefined);
  const found: Pattern[] = [];
  for (const text of fc.sample(taken, { numRuns: TEMPLATES, seed: 1 })) {
    const patterns = await madeBy(() => void template(text));
    found.push(...patterns.map((one) => ({ ...one, place: `${one.place}, of the template ${text}` })));
  }
  return found;
}

/** Milliseconds of the processor in which a pattern is done with tens of thousands of characters, if it takes linear time. */
const LINEAR = 250;

/** Where the checker only guesses, by counting steps of small texts, the text that it names tells. */
function isSlow({ source, flags }: Pattern, attack: string): boolean {
  const pattern = new RegExp(source, flags);
  const before = process.cpuUsage();
  pattern.test(attack);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 > LINEAR;
}

/** What is wrong with a pattern: empty where it takes linear time. */
async function fault(pattern: Pattern): Promise<string[]> {
  const { source, flags, place } = pattern;
  const verdict = await check(source, flags, { timeout: PATIENCE, randomSeed: 1 });
  if (verdict.status === 'safe') return [];
  const guessed = verdict.status === 'vulnerable' && verdict.checker === 'fuzz';
  if (guessed && !isSlow(pattern, verdict.attack.string)) return [];
  const why =
    verdict.status === 'vulnerable'
      ? `${verdict.complexity.summary}, with ${verdict.attack.pattern}`
      : `not judged: ${verdict.error.kind}`;
  return [`${place} /${source}/${flags}: ${why}`];
}

const [literals, dynamic, expressible] = [written(), await made(), await ofAuthors()];
for (const [kind, { length }] of Object.entries({ literals, dynamic, expressible })) {
  if (length === 0) throw new Error(`found no ${kind}: this check looks in the wrong place`);
}
// without repetition a pattern takes no longer than its own length
const repeating = [...literals, ...dynamic, ...expressible].filter(({ source }) => /[*+{]/.test(source));
const patterns = new Map(repeating.map((one) => [`/${one.source}/${one.flags}`, one]));
const faults: string[] = [];
for (const pattern of patterns.values()) faults.push(...(await fault(pattern)));
process.stdout.write(`${patterns.size} regular expressions, ${faults.length} with more than linear time\n`);
for (const one of faults) process.stderr.write(`${one}\n`);
// the checker's own process stays otherwise
process.exit(faults.length > 0 ? 1 : 0);
