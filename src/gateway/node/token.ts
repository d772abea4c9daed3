import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Name of the file in the data folder that holds the generated token. */
const TOKEN_FILE = 'token';

/** 32 random bytes, in characters that fit a Bearer header and a Basic password alike. */
const fresh = () => randomBytes(32).toString('base64url');

const isCode = (error: unknown, code: string) =>
  error instanceof Error && 'code' in error && error.code === code;

function kept(path: string): string | undefined {
  try {
    const token = readFileSync(path, 'utf8').trim();
    return token === '' ? undefined : token;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * The token of the default source where the environment gives none: generated at the first start, and kept in a file
 * of the data folder that only its owner reads (mode 0600). Throws where the folder cannot be written.
 */
export function localToken(dataFolder: string): { readonly token: string; readonly path: string } {
  const path = join(dataFolder, TOKEN_FILE);
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const present = kept(path);
  if (present !== undefined) return { token: present, path };
  try {
    // Exclusive: of two gateways that start at once the slower one takes the token of the other.
    writeFileSync(path, `${fresh()}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
  const token = kept(path);
  if (token === undefined) throw new Error(`${path} is empty: remove it, or set CROSSWALK_TOKEN`);
  return { token, path };
}
