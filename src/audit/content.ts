import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalText, isObject, type JsonValue } from '../json/index.ts';
import { comparable } from '../xapi/index.ts';
import type { Sha256 } from './engine.ts';
import type { NewRecord } from './log.ts';

/**
 * The content of a record, SHA-256 in hex: two records of one id are the same where it is. That of a statement is what xAPI
 * compares (Data 2.3.1, Statement Comparison Requirements), that of an event or a describe its canonical JSON.
 *
 * It takes longer than all else that is worked out of a record on receipt, and is hardly ever asked for: two texts that are equal have
 * one content, and records of different ids are different ones.
 */
export async function contentOf(
  sha256: Sha256,
  { kind, body }: Pick<NewRecord, 'kind' | 'body'>,
): Promise<string> {
  const value = JSON.parse(body) as JsonValue;
  const said = kind === 'statement' && isObject(value) ? comparable(value) : value;
  return bytesToHex(await sha256(utf8ToBytes(canonicalText(said) ?? body)));
}
