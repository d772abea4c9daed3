import { pointer } from './pointer.ts';
import type { JsonValue } from './value.ts';

/**
 * True where every number is one that JSON can write again, and objects and lists stand in one another at most so many
 * levels deep. A number that a double cannot hold reads as infinite.
 */
export function isWithinBounds(value: JsonValue | undefined, levels = Infinity): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isWithinBounds(item, levels - 1)) return false;
    return true;
  }
  for (const name in value) if (!isWithinBounds(value[name], levels - 1)) return false;
  return true;
}

/** JSON Pointers to the numbers that a double cannot hold, below a path. */
export function infiniteNumbers(value: JsonValue, path: string): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, at) => infiniteNumbers(item, pointer(path, at)));
  return Object.entries(value).flatMap(([name, item]) => infiniteNumbers(item ?? null, pointer(path, name)));
}
