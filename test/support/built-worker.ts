import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const SETTINGS = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8');
const setting = (form: RegExp) => form.exec(SETTINGS)?.[1] ?? '';

/** The runtime that the Worker is deployed for. */
export const compatibility = {
  compatibilityDate: setting(/^compatibility_date = "(.+)"$/m),
  compatibilityFlags: JSON.parse(setting(/^compatibility_flags = (\[.*\])$/m)) as string[],
};

let text: string | undefined;

/** The Worker as `wrangler deploy` would upload it. */
export function builtWorker(): string {
  if (text !== undefined) return text;
  const folder = mkdtempSync(join(tmpdir(), 'crosswalk-worker-'));
  try {
    const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
    execFileSync(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', folder], {
      cwd: ROOT,
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
      stdio: 'pipe',
    });
    return (text = readFileSync(join(folder, 'worker.js'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
