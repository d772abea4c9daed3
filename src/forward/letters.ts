import type { DeadLetter, Outbound } from '../audit/index.ts';
import { isObject, isString, member, type JsonValue } from '../json/index.ts';
import type { Crosswalk } from '../mappings/index.ts';
import type { Rendering } from './destination.ts';
import { differencesOf, type Difference } from './differences.ts';
import { digestOf, outboundFor } from './outbound.ts';

/** What a dead letter would be under the present tables, and how that differs from what it is. */
export type Remapped =
  | {
      readonly ok: true;
      readonly outbound: Outbound;
      /** Between the letter's outbound form and the new one; the whole new one where there was none. */
      readonly differences: readonly Difference[];
    }
  | { readonly ok: false; readonly why: string };

function sentValue({ record }: Pick<DeadLetter, 'record'>, outbound: Outbound | null): JsonValue | undefined {
  if (!outbound) return undefined;
  return JSON.parse(outbound.body ?? record.body) as JsonValue;
}

/** Maps a dead letter's record anew. Nothing is written: who likes the outcome replays the letter without its form. */
export async function remappedLetter(
  letter: DeadLetter,
  rendering: Rendering,
  crosswalk: Crosswalk,
): Promise<Remapped> {
  const prepared = await outboundFor(letter.record, rendering, crosswalk);
  if (!prepared.ok) return prepared;
  const { outbound } = prepared;
  const differences = differencesOf(sentValue(letter, letter.outbound), sentValue(letter, outbound));
  return { ok: true, outbound, differences };
}

/** An outbound form that a person wrote, or why it cannot be sent. */
export type Edited =
  | { readonly ok: true; readonly outbound: Outbound; readonly differences: readonly Difference[] }
  | { readonly ok: false; readonly path: string; readonly why: string };

const refused = (path: string, why: string): Edited => ({ ok: false, path, why });

/** An id decides whether a repeat is known as one: where the letter has one, the edit keeps it. */
function idFault(value: JsonValue, letter: DeadLetter): string | null {
  const id = isObject(value) ? member(value, 'id') : undefined;
  const former = sentValue(letter, letter.outbound);
  const wanted = isObject(former) ? member(former, 'id') : undefined;
  if (wanted !== undefined) return id === wanted ? null : `give the id ${JSON.stringify(wanted)}`;
  const known = isString(id) && id !== '';
  return known ? null : 'give an id: without one a repeat would be stored twice';
}

/**
 * The outbound form that a JSON text makes in the place of a dead letter's own. The text is sent as it is, so it must be
 * one JSON object of the destination's language, with the id that was to be sent.
 */
export async function editedLetter(letter: DeadLetter, body: string, largest: number): Promise<Edited> {
  let value: JsonValue;
  try {
    value = JSON.parse(body) as JsonValue;
  } catch (error) {
    return refused('', `is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(value)) return refused('', 'is no JSON object: give one record');
  const content = new TextEncoder().encode(body);
  const { byteLength } = content;
  if (byteLength > largest) return refused('', `has ${byteLength} bytes; ${largest} are kept at most`);
  const fault = idFault(value, letter);
  if (fault !== null) return refused('/id', fault);
  const { tables = null, resource = null } = letter.outbound ?? {};
  const outbound: Outbound = {
    form: 'edited',
    body,
    digest: await digestOf(content),
    tables,
    resource,
    diagnostics: [{ code: 'edited', path: '', message: 'a person wrote what is sent' }],
  };
  return { ok: true, outbound, differences: differencesOf(sentValue(letter, letter.outbound), value) };
}
