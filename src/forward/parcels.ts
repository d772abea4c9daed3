import type { Batching } from './endpoint.ts';
import type { ReadyItem, Sender } from './sender.ts';

/**
 * Cuts a queue into parcels, in order: neighbours that can travel together, up to a number and a size. An item that
 * is larger than the size goes alone.
 */
export function parcelsOf(
  queue: readonly ReadyItem[],
  batching: Batching,
  together: Sender['together'],
): ReadyItem[][] {
  const parcels: ReadyItem[][] = [];
  let open: ReadyItem[] = [];
  let bytes = 0;
  for (const ready of queue) {
    const [first] = open;
    const fits =
      first !== undefined &&
      open.length < batching.count &&
      bytes + ready.bytes <= batching.bytes &&
      together(first, ready);
    if (!fits) {
      open = [];
      bytes = 0;
      parcels.push(open);
    }
    open.push(ready);
    bytes += ready.bytes;
  }
  return parcels;
}
