// Completes a build: copies what is read at run time and is no TypeScript (SQL, pages) beside the compiled code,
// removes what no longer has a source, and makes the command line executable.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SOURCE = join(ROOT, 'src');
const BUILT = join(ROOT, 'dist');
const ASSET = /\.(?:sql|html|css|svg|json)$/;

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

function copyAssets() {
  for (const name of filesBelow(SOURCE).filter((name) => ASSET.test(name))) {
    mkdirSync(dirname(join(BUILT, name)), { recursive: true });
    copyFileSync(join(SOURCE, name), join(BUILT, name));
  }
}

function removeOrphans() {
  const sources = (name) => [name, name.replace(/(?:\.d\.ts|\.js)$/, '.ts')];
  for (const name of filesBelow(BUILT)) {
    if (!sources(name).some((source) => existsSync(join(SOURCE, source)))) rmSync(join(BUILT, name));
  }
}

copyAssets();
removeOrphans();
const commandLine = join(BUILT, 'cli/main.js');
if (existsSync(commandLine)) chmodSync(commandLine, 0o755);
