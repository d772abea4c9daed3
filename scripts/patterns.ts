/**
 * Judges every regular expression of the program: each must take time in proportion to the text, whatever the text
 * (no ReDoS). Those that are written, and those that it makes of tables when it starts. Ends with status 1 where one does not.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from 'recheck';
import ts from 'typescript';

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

/** Patterns that the program makes of texts: of the templates of tables, and where one is put together of parts. */
async function made(): Promise<Pattern[]> {
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
  const { createCrosswalk, shippedTables } = await import('../src/mappings/index.ts');
  const { ontology } = await import('../src/ontology/index.ts');
  const { redacted } = await import('../src/forward/redact.ts');
  createCrosswalk(shippedTables(), ontology);
  redacted({ actor: { mbox: 'mailto:a.b+c@example.edu' } }, 'lrs', { actor: 'drop', addresses: 'drop' });
  globalThis.RegExp = Native;
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

const [literals, dynamic] = [written(), await made()];
for (const [kind, { length }] of Object.entries({ literals, dynamic })) {
  if (length === 0) throw new Error(`found no ${kind}: this check looks in the wrong place`);
}
// without repetition a pattern takes no longer than its own length
const repeating = [...literals, ...dynamic].filter(({ source }) => /[*+{]/.test(source));
const patterns = new Map(repeating.map((one) => [`/${one.source}/${one.flags}`, one]));
const faults: string[] = [];
for (const pattern of patterns.values()) faults.push(...(await fault(pattern)));
process.stdout.write(`${patterns.size} regular expressions, ${faults.length} with more than linear time\n`);
for (const one of faults) process.stderr.write(`${one}\n`);
// the checker's own process stays otherwise
process.exit(faults.length > 0 ? 1 : 0);
