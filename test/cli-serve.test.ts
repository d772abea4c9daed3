import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crosswalk, ended, folder, lines, startCrosswalk, type Folder } from './support/command-line.ts';

const shell = promisify(execFile);

let files: Folder;
beforeAll(() => {
  files = folder();
});
afterAll(() => files.remove());

/** Commands of several lines in a text, each as one that a shell runs. */
function curlsIn(text: string): string[] {
  return [...text.matchAll(/^ *(curl (?:.*\\\n)*.*)$/gm)].map(([, command]) => command ?? '');
}

describe('crosswalk serve', () => {
  it('prints a command for each language that works as it stands, and ends when it is told to', async () => {
    const database = join(files.path, 'data', 'records.sqlite');
    const config = files.file('crosswalk.json', { listen: { port: 0 }, data: './data/records.sqlite' });
    const command = startCrosswalk(['serve', '--config', config]);
    const status = ended(command);
    const printed = await new Promise<string>((resolve) => {
      let text = '';
      command.stdout?.on('data', (piece: Buffer) => {
        text += piece.toString();
        if (curlsIn(text).length === 2 && text.endsWith('\n')) resolve(text);
      });
    });
    const answers = await Promise.all(
      curlsIn(printed).map((curl) => shell('bash', ['-c', curl.replace('curl', 'curl -s')])),
    );
    expect(answers.map(({ stdout }) => stdout.split('\r\n')[0])).toEqual([
      'HTTP/1.1 200 OK',
      'HTTP/1.1 200 OK',
    ]);
    command.kill('SIGTERM');
    expect(await status).toBe(0);
    const { output } = await crosswalk(['log', '--database', database]);
    expect(
      lines<{ language: string }>(output)
        .map(({ language }) => language)
        .sort(),
    ).toEqual(['caliper', 'xapi']);
  });

  it('maps by the tables that the configuration names, and does not start with ones that cannot map', async () => {
    const header = 'row\tevent\tcaliper_path\txapi_path\ttransform\twhen\tdirection\tcomment';
    mkdirSync(join(files.path, 'tables'), { recursive: true });
    writeFileSync(
      join(files.path, 'tables', 'structure.tsv'),
      `${header}\nF:own\t\tobject.name\tresult.nowhere[\tcopy\t\t\t\n`,
    );
    const config = files.file('tables.json', {
      listen: { port: 0 },
      data: './tables.sqlite',
      mappings: './tables',
    });
    const { status, errors } = await crosswalk(['serve', '--config', config]);
    expect(status).toBe(2);
    expect(errors).toContain('structure.tsv:2');
    writeFileSync(
      join(files.path, 'tables', 'structure.tsv'),
      `${header}\nF:own\t\tobject.mediaType\tcontext.revision\tcopy\t\tc2x\tWhat kind of file it is\n`,
    );
    const command = startCrosswalk(['serve', '--config', config]);
    const status2 = ended(command);
    await new Promise<void>((resolve) => {
      command.stdout?.on('data', (piece: Buffer) => void (piece.toString().includes('curl') && resolve()));
    });
    command.kill('SIGTERM');
    expect(await status2).toBe(0);
  });

  it('says which setting is wrong', async () => {
    const config = files.file('wrong.json', { listen: { port: 'eighty' }, soures: [] });
    const { status, errors } = await crosswalk(['serve', '--config', config]);
    expect(status).toBe(2);
    expect(errors).toContain(`crosswalk: ${config} cannot be used:\n`);
    expect(errors).toContain('  /listen/port: ');
    expect(errors).toContain('  /soures: ');
  });

  it('says which secret is missing', async () => {
    const credentials = [{ scheme: 'bearer', token: { env: 'CAMPUS_TOKEN' } }];
    const config = files.file('secret.json', {
      data: './secret.sqlite',
      sources: [{ name: 'campus', credentials }],
    });
    const { status, errors } = await crosswalk(['serve', '--config', config]);
    expect({ status, named: errors.includes('CAMPUS_TOKEN') }).toEqual({ status: 2, named: true });
  });

  it('says that a port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
    const port = String((other.address() as AddressInfo).port);
    const config = files.file('port.json', { data: './port.sqlite' });
    const { status, errors } = await crosswalk(['serve', '--config', config, '--port', port]);
    other.close();
    expect({ status, errors }).toEqual({
      status: 2,
      errors: 'crosswalk: cannot start: the address is in use; choose another with --port\n',
    });
  });

  it('takes only a number for a port', async () => {
    const { status, errors } = await crosswalk(['serve', '--port', '70000']);
    expect(status).toBe(2);
    expect(errors).toContain('from 0 to 65535');
  });
});
