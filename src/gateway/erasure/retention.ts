import {
  NOTHING_ERASED,
  sumOf,
  type ErasureCounts,
  type ErasureReason,
  type RetentionLimit,
  type Storage,
} from '../../audit/index.ts';
import type { Retention } from '../config-retention.ts';
import type { Services } from '../services.ts';

/** Records that one step looks for and erases: requests go in between. */
const STEP = 200;

const DAY = 86_400_000;
const MEBIBYTE = 1_048_576;

/** How rules of retention are applied. */
export interface RetentionOptions {
  /** Present time, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  readonly by: string;
  /** True to change nothing, and only count. */
  readonly dryRun?: boolean;
  /** True to erase what is still to be delivered, too. */
  readonly includingPending?: boolean;
  readonly signal?: AbortSignal;
}

interface Limited {
  readonly reason: ErasureReason;
  readonly limit: RetentionLimit;
}

function limitsOf(rule: Retention, { at, includingPending = false }: RetentionOptions): Limited[] {
  const { tenant, source, days, mebibytes } = rule;
  const own = { tenant, includingPending, ...(source === undefined ? {} : { source }) };
  return [
    ...(days === undefined ? [] : [{ reason: 'age', limit: { ...own, before: at - days * DAY } } as const]),
    ...(mebibytes === undefined
      ? []
      : [{ reason: 'size', limit: { ...own, bytes: Math.floor(mebibytes * MEBIBYTE) } } as const]),
  ];
}

/** Erases what is beyond one limit, step by step. */
async function keepLimit(
  { erasures }: Pick<Storage, 'erasures'>,
  { reason, limit }: Limited,
  { at, by, dryRun = false, signal }: RetentionOptions,
): Promise<ErasureCounts> {
  let counts = NOTHING_ERASED;
  for (let behind = 0; !signal?.aborted;) {
    const seqs = await erasures.beyond(limit, behind, STEP);
    counts = sumOf(counts, await erasures.erase(seqs, { reason, by, at, tenant: limit.tenant }, { dryRun }));
    behind = seqs.at(-1) ?? behind;
    if (seqs.length < STEP) break;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return counts;
}

/** {@link keepRetention}, in a host's own time: tells what came of it, and rejects never. */
export async function retain(
  log: Pick<Storage, 'erasures'>,
  rules: readonly Retention[],
  { report, ...options }: Pick<RetentionOptions, 'at' | 'signal'> & Pick<Services, 'report'>,
): Promise<void> {
  try {
    const counts = await keepRetention(log, rules, { ...options, by: 'retention' });
    if (counts.records > 0) report({ level: 'info', event: 'retention', ...counts });
  } catch (error) {
    report({ level: 'error', event: 'retention-unavailable', error });
  }
}

/** Erases the records that the rules of retention keep no longer. What is still to be delivered stays, unless told otherwise. */
export async function keepRetention(
  log: Pick<Storage, 'erasures'>,
  rules: readonly Retention[],
  options: RetentionOptions,
): Promise<ErasureCounts> {
  let counts = NOTHING_ERASED;
  for (const limited of rules.flatMap((rule) => limitsOf(rule, options))) {
    counts = sumOf(counts, await keepLimit(log, limited, options));
  }
  return counts;
}
