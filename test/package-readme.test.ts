import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../src/gateway/index.ts';
import { startGateway } from '../src/gateway/node/index.ts';
import { folder } from './support/command-line.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DOCUMENTS = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
const textOf = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const README = textOf('README.md');
const SCRIPTS = (JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }).scripts;

/** The blocks of code of a document that are marked with a language; with none, the unmarked ones. */
function blocks(text: string, language = ''): string[] {
  return [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)]
    .filter(([, marked]) => marked === language)
    .map(([, , code]) => code ?? '');
}

describe('the README', () => {
  it('has a first record for each language that can be pasted', async () => {
    const place = folder();
    const gateway = await startGateway({
      configuration: parseConfiguration({ listen: { port: 0 }, data: join(place.path, 'records.sqlite') }),
      environment: { CROSSWALK_TOKEN: 'change-me' },
      report: () => undefined,
    });
    const curls = blocks(README).filter((code) => code.startsWith('curl'));
    const run = promisify(execFile);
    const answers = curls.map((curl) =>
      run('bash', ['-c', curl.replace('http://127.0.0.1:8080', gateway.url).replace('curl', 'curl -s')]),
    );
    const statuses = (await Promise.all(answers)).map(({ stdout }) => stdout.split('\r\n')[0]);
    await gateway.close();
    place.remove();
    expect(statuses).toEqual(['HTTP/1.1 200 OK', 'HTTP/1.1 200 OK']);
  });

  it('shows a configuration that is one', () => {
    const [example] = blocks(README, 'json');
    const { destinations, sources } = parseConfiguration(JSON.parse(example ?? ''));
    expect([sources.length, destinations.length]).toEqual([2, 2]);
  });
});

describe('the documents', () => {
  it('name only files that are there', () => {
    const missing = DOCUMENTS.flatMap((name) => {
      const links = [...textOf(name).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path ?? '');
      const named = [...textOf(name).matchAll(/`((?:src|test|scripts|mappings|demo)\/[\w./-]+)`/g)].map(
        ([, path]) => path ?? '',
      );
      return [...links, ...named]
        .filter((path) => !existsSync(join(ROOT, dirname(name), path)))
        .map((path) => `${name}: ${path}`);
    });
    expect(missing).toEqual([]);
  });

  it('name only scripts that there are', () => {
    const named = DOCUMENTS.flatMap((name) =>
      [...textOf(name).matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script ?? ''),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((script) => !(script in SCRIPTS))).toEqual([]);
  });
});
