import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The lines of the threat model in SECURITY.md: what is tried, and what shows that it fails. */
const ATTEMPTS = readFileSync(file('../SECURITY.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, who = '', tries = '', , shown = '']) => ({ attempt: `${who}: ${tries}`, shown }));

/** Each file that a line names, with the titles of tests that stand behind it. */
function testsIn(shown: string): { name: string; titles: string[] }[] {
  return [...shown.matchAll(/`([\w/-]+(?:\.test)?\.ts)`([^`]*)/g)].map(([, name = '', behind = '']) => ({
    name,
    titles: [...behind.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
  }));
}

describe('each line of the threat model', () => {
  it('is there for everyone who could try something', () => {
    const who = new Set(ATTEMPTS.map(({ attempt }) => attempt.split(':')[0]));
    expect([...who]).toEqual(
      expect.arrayContaining(['outsider', 'sender', 'destination', 'tenant', 'whoever holds the file']),
    );
  });

  it.each(ATTEMPTS)('$attempt — names tests that stand there', ({ shown }) => {
    const tests = testsIn(shown);
    expect(tests).not.toEqual([]);
    for (const { name, titles } of tests) {
      expect(existsSync(file(name)), name).toBe(true);
      const source = readFileSync(file(name), 'utf8').replaceAll(/\s+/g, ' ');
      // a title may name what a table of cases puts in its place
      for (const part of titles.flatMap((title) => title.split(' … '))) expect(source, name).toContain(part);
    }
  });

  it('names a test that says what is tested', () => {
    const without = ATTEMPTS.filter(({ shown }) => testsIn(shown).every(({ titles }) => titles.length === 0));
    expect(without).toEqual([]);
  });
});
