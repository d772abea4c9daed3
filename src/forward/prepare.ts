import type { Outbound, OutboxItem, Settlement } from '../audit/index.ts';
import type { Destination } from './destination.ts';
import type { ForwarderOptions } from './forward.types.ts';
import { attachedBytes } from './lrs/attachments.ts';
import { outboundFor, type Prepared } from './outbound.ts';
import type { ReadyItem } from './sender.ts';

/** A queue made ready: what can be sent, and what never can. */
export interface PreparedQueue {
  readonly ready: readonly ReadyItem[];
  readonly dead: readonly Settlement[];
}

const ENCODER = new TextEncoder();

function readyItem(item: OutboxItem, outbound: Outbound, kind: Destination['kind']): ReadyItem {
  const text = outbound.body ?? item.record.body;
  const attached = kind === 'lrs' && outbound.resource === null ? attachedBytes(text) : 0;
  return { item, outbound, text, bytes: ENCODER.encode(text).byteLength + attached };
}

/** A converted record that the log could not keep could not be sent again either. */
function bounded(prepared: Prepared, largest: number): Prepared {
  if (!prepared.ok || prepared.outbound.body === null) return prepared;
  const { body } = prepared.outbound;
  // A character takes at most three bytes a code unit: most records need no count.
  if (body.length * 3 <= largest) return prepared;
  const { byteLength } = ENCODER.encode(body);
  if (byteLength <= largest) return prepared;
  return {
    ok: false,
    why: `the converted record has ${byteLength} bytes; the record log keeps ${largest} at most`,
  };
}

/** Records that are mapped in one turn: mapping takes time, and requests go first. */
const TURN = 40;

const byTimer = () => new Promise<void>((resolve) => void setTimeout(resolve, 0));

/**
 * Fixes in the log what is sent for each item that has no outbound form yet. From then on the item is sent with these
 * bytes, whatever becomes of the tables.
 */
export async function prepareQueue(
  items: readonly OutboxItem[],
  destination: Destination,
  options: Pick<ForwarderOptions, 'log' | 'crosswalk' | 'now' | 'digest' | 'nextTurn'>,
): Promise<PreparedQueue> {
  const { log, now, nextTurn = byTimer } = options;
  const ready: ReadyItem[] = [];
  const dead: Settlement[] = [];
  const fresh: { key: number; outbound: Outbound }[] = [];
  let mapped = 0;
  for (const item of items) {
    const { key, outbound: fixed, record } = item;
    if (fixed) {
      ready.push(readyItem(item, fixed, destination.kind));
      continue;
    }
    const crosswalk = options.crosswalk(record.tenant);
    const form = await outboundFor(record, destination, crosswalk, options.digest);
    const prepared = bounded(form, log.largestBody);
    mapped += 1;
    if (mapped % TURN === 0) await nextTurn();
    if (prepared.ok) {
      ready.push(readyItem(item, prepared.outbound, destination.kind));
      fresh.push({ key, outbound: prepared.outbound });
    } else {
      const attempt = { at: now(), status: null, answer: prepared.why };
      dead.push({ key, state: 'dead', reason: prepared.reason ?? 'unmappable', attempt });
    }
  }
  await log.fix(fresh);
  return { ready, dead };
}
