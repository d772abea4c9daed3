import type { Outbound, OutboxItem, Settlement } from '../audit/index.ts';
import type { Destination } from './destination.ts';
import type { ForwarderOptions } from './forward.types.ts';
import { attachedBytes, attachmentsIn } from './lrs/attachments.ts';
import { digestOf, outboundFor, type Prepared } from './outbound.ts';
import type { ReadyItem } from './sender.ts';
import { Utf8Writer } from './utf8.ts';

/** A queue made ready: what can be sent once it is fixed, and what never can. */
export interface PreparedQueue {
  readonly ready: readonly ReadyItem[];
  readonly dead: readonly Settlement[];
  /** Resolves once the log has what is sent; rejects where it could not be written. Others can be prepared meanwhile. */
  readonly fixed: Promise<void>;
}

const textOf = ({ record }: OutboxItem, outbound: Outbound) => outbound.body ?? record.body;

function readyItem(
  item: OutboxItem,
  outbound: Outbound,
  content: Uint8Array,
  kind: Destination['kind'],
): ReadyItem {
  const text = textOf(item, outbound);
  const attachments = kind === 'lrs' && outbound.resource === null ? attachmentsIn(text) : [];
  return {
    item,
    outbound,
    text,
    content,
    attachments,
    bytes: content.byteLength + attachedBytes(attachments),
  };
}

/** A converted record that the log could not keep could not be sent again either. */
function bounded(prepared: Prepared, largest: number): Prepared {
  if (!prepared.ok || prepared.outbound.body === null) return prepared;
  const { byteLength } = prepared.content;
  if (byteLength <= largest) return prepared;
  return {
    ok: false,
    why: `the converted record has ${byteLength} bytes; the record log keeps ${largest} at most`,
  };
}

/** Records that are mapped in one turn: mapping takes time, and requests go first. */
const TURN = 10;

const byTimer = () => new Promise<void>((resolve) => void setTimeout(resolve, 0));

/**
 * Begins to fix in the log what is sent for each item that has no outbound form yet. Once that stands there the item is sent
 * with these bytes, whatever becomes of the tables.
 */
export async function prepareQueue(
  items: readonly OutboxItem[],
  destination: Destination,
  options: Pick<ForwarderOptions, 'log' | 'crosswalk' | 'now' | 'digest' | 'nextTurn'>,
): Promise<PreparedQueue> {
  const { log, now, digest = digestOf, nextTurn = byTimer } = options;
  const ready: ReadyItem[] = [];
  const dead: Settlement[] = [];
  const fresh: { key: number; outbound: Outbound }[] = [];
  const utf8 = new Utf8Writer();
  let mapped = 0;
  for (const item of items) {
    const { key, outbound: fixed, record } = item;
    if (fixed) {
      ready.push(readyItem(item, fixed, utf8.write(textOf(item, fixed)), destination.kind));
      continue;
    }
    const crosswalk = options.crosswalk(record.tenant);
    const form = await outboundFor(record, destination, crosswalk, { digest, utf8 });
    const prepared = bounded(form, log.largestBody);
    mapped += 1;
    if (mapped % TURN === 0) await nextTurn();
    if (prepared.ok) {
      ready.push(readyItem(item, prepared.outbound, prepared.content, destination.kind));
      fresh.push({ key, outbound: prepared.outbound });
    } else {
      const attempt = { at: now(), status: null, answer: prepared.why };
      dead.push({ key, state: 'dead', reason: prepared.reason ?? 'unmappable', attempt });
    }
  }
  const fixed = log.fix(fresh);
  // Whoever sends is told.
  fixed.catch(() => undefined);
  return { ready, dead, fixed };
}
