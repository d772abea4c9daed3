import type { SqlEngine, SqlStatement, SqlValue } from './engine.ts';

/** Cuts a list into pieces of at most `size`. */
export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const pieces: Item[][] = [];
  for (let start = 0; start < items.length; start += size) pieces.push(items.slice(start, start + size));
  return pieces;
}

/** Takes items in pieces, of which the first is small and each one up to four times as large as the one before it. */
export function* inChunks<Item>(items: Iterable<Item>, first: number, largest: number): Generator<Item[]> {
  let size = first;
  let piece: Item[] = [];
  for (const item of items) {
    piece.push(item);
    if (piece.length < size) continue;
    yield piece;
    piece = [];
    size = Math.min(size * 4, largest);
  }
  if (piece.length > 0) yield piece;
}

/** Characters of a list that is bound as one parameter: within every engine's limit, whatever the characters. */
const LIST_LENGTH = 400_000;

/** Lists of items as JSON texts, each within the limit. */
export function lists(items: readonly unknown[]): string[] {
  const texts: string[] = [];
  let current = '';
  for (const item of items) {
    const text = JSON.stringify(item);
    if (current !== '' && current.length + text.length > LIST_LENGTH) {
      texts.push(`[${current}]`);
      current = '';
    }
    current = current === '' ? text : `${current},${text}`;
  }
  return current === '' ? texts : [...texts, `[${current}]`];
}

/** Rows that a statement may have any number of. */
const FEW_ROWS = 16;

/** How many of some rows go into the next statement: beyond a few a power of two, so that few statements are compiled. */
const rowsAtOnce = (rows: number) => (rows <= FEW_ROWS ? rows : 2 ** Math.floor(Math.log2(rows)));

/** SQL for a number of rows, written once for each number: few occur. */
export function forRows(sql: (count: number) => string): (count: number) => string {
  const written = new Map<number, string>();
  return (count) => {
    const known = written.get(count);
    if (known !== undefined) return known;
    const text = sql(count);
    written.set(count, text);
    return text;
  };
}

/** Statements that insert rows, as many rows with each as the engine has parameters for. */
export function insertions(
  rows: readonly (readonly SqlValue[])[],
  sql: (count: number) => string,
  { mostParameters }: Pick<SqlEngine, 'mostParameters'>,
): SqlStatement[] {
  const statements: SqlStatement[] = [];
  const most = Math.floor(mostParameters / (rows[0]?.length ?? 1));
  for (let start = 0; start < rows.length;) {
    const count = rowsAtOnce(Math.min(rows.length - start, most));
    // Row by row: `flat` takes 0.8 µs for the values of a record, and this a tenth of that.
    const parameters: SqlValue[] = [];
    for (const row of rows.slice(start, start + count)) parameters.push(...row);
    statements.push({ sql: sql(count), parameters });
    start += count;
  }
  return statements;
}

/** The same SQL fragment a number of times, as a list. */
export function repeated(fragment: string, times: number): string {
  return Array.from({ length: times }, () => fragment).join(', ');
}

/** Puts an item into the group of a key, behind those that are there. */
export function addTo<Key, Item>(groups: Map<Key, Item[]>, key: Key, item: Item): void {
  const own = groups.get(key);
  if (own) own.push(item);
  else groups.set(key, [item]);
}

/** Items by what a function says of them, groups and members in the order of their first appearance. */
export function groupedBy<Key, Item>(items: readonly Item[], key: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) addTo(groups, key(item), item);
  return groups;
}
