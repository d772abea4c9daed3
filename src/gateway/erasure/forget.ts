import type { ErasureCounts, ErasureNote, NamedPlace, Storage } from '../../audit/index.ts';
import { needlesOf, textMentions } from './mentions.ts';
import type { Person } from './person.ts';

/** Records and documents that are looked through at once. */
const PAGE = 100;

/** How a person is forgotten. */
export interface ForgetOptions {
  /** True to change nothing, and only count. */
  readonly dryRun?: boolean;
  readonly onProgress?: (seq: number) => void;
}

async function* pages(read: (behind: number) => Promise<NamedPlace[]>): AsyncGenerator<NamedPlace[]> {
  for (let behind = 0; ;) {
    const page = await read(behind);
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    behind = page.at(-1)?.key ?? 0;
  }
}

const naming = (places: readonly NamedPlace[], person: Person) =>
  places.filter(({ texts }) => texts.some((text) => textMentions(text, person))).map(({ key }) => key);

/**
 * Erases what the log of a tenant holds of a person: each record that names the person anywhere, with all that was made
 * of it; documents that are kept for the person or name the person; and answers of destinations that do. Resolves with
 * what it was. Can be run again after a fault: what is gone is gone.
 */
export async function forget(
  { erasures }: Pick<Storage, 'erasures'>,
  person: Person,
  note: ErasureNote,
  { dryRun = false, onProgress }: ForgetOptions = {},
): Promise<ErasureCounts> {
  const { tenant } = note;
  const needles = needlesOf(person);
  const seqs: number[] = [];
  for await (const page of pages((behind) => erasures.recordsWith(tenant, needles, behind, PAGE))) {
    seqs.push(...naming(page, person));
    onProgress?.(page.at(-1)?.key ?? 0);
  }
  // Also as they stand in an address.
  const exact = [...person.names, ...person.hashes].flatMap((text) => [
    text,
    encodeURIComponent(text).toLowerCase(),
  ]);
  const counts = await erasures.erase(seqs, note, { dryRun });
  if (!dryRun) await erasures.blankNotes(tenant, exact);
  const keys: number[] = [];
  for await (const page of pages((behind) => erasures.documents(tenant, behind, PAGE))) {
    keys.push(...naming(page, person));
  }
  const documents = dryRun || keys.length === 0 ? keys.length : await erasures.eraseDocuments(keys);
  const answers = await erasures.blankAnswers(tenant, exact, { dryRun });
  return { ...counts, documents, answers };
}
