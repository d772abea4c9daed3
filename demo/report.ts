import type { OutboxCount } from '../src/audit/index.ts';
import { isObject, type JsonObject } from '../src/json/index.ts';
import { textOf } from './text.ts';

/** A heading with counted kinds below it, most frequent first, in two columns of text. */
export function countsOf(heading: string, kinds: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const rows = [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  return [
    `${heading}: ${kinds.length}`,
    ...rows.map(([kind, n]) => `  ${String(n).padStart(5)}  ${kind}`),
  ].join('\n');
}

/** An event's type and action, an entity's type, or a statement's verb by the last part of its IRI. */
export function kindOf(record: JsonObject): string {
  const { type, action, verb } = record;
  if (isObject(verb)) return textOf(verb['id']).replace(/^.*[/#]/, '');
  return action === undefined ? `${textOf(type)} (described)` : `${textOf(type)} ${textOf(action)}`;
}

/** What the record log says of each destination. */
export function outboxText(counts: readonly OutboxCount[]): string {
  const line = ({ destination, delivered, pending, dead }: OutboxCount) =>
    `  ${destination.padEnd(10)} ${delivered} delivered, ${pending} pending, ${dead} dead`;
  return ['Record log:', ...counts.map(line)].join('\n');
}
