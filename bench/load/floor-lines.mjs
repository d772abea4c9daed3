/**
 * The floor of `convert`: reads lines, parses each, writes it again, and does nothing else. `node
 * bench/load/floor-lines.mjs FILE` writes to standard output. Not TypeScript: nothing is to be compiled when it starts.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';

const BLOCK = 1 << 16;

const [file = ''] = process.argv.slice(2);
let block = '';
for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
  block += `${JSON.stringify(JSON.parse(line))}\n`;
  if (block.length < BLOCK) continue;
  if (!process.stdout.write(block)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  block = '';
}
process.stdout.end(block);
await finished(process.stdout).catch(() => undefined);
