import type { JsonObject, JsonValue } from '../../json/index.ts';
import { CROSSWALK, IRI } from '../iris.ts';
import { readResidual } from '../residual/residual.ts';

/** How many leaves of source records were carried, and by what. A leaf is a value that holds no other. */
export interface LeafCounts {
  /** Leaves of the source records. */
  readonly source: number;
  /** Leaves that the residuals had to keep. */
  readonly residual: number;
  /** Leaves that stand below the gateway's other IRIs: hints, and parts that the other language has no place for. */
  readonly kept: number;
}

export const NO_LEAVES: LeafCounts = { source: 0, residual: 0, kept: 0 };

/** Counts one conversion into the sum so far. */
export function countLeaves(sum: LeafCounts, source: JsonObject, converted: JsonObject): LeafCounts {
  const own = gatewayParts(converted);
  const residual = own.filter(([key]) => key === IRI.residual).map(([, value]) => value);
  const others = own.filter(([key]) => key !== IRI.residual).map(([, value]) => value);
  return {
    source: sum.source + leavesOf(source),
    residual: sum.residual + residual.reduce<number>((count, value) => count + residualLeaves(value), 0),
    kept: sum.kept + others.reduce<number>((count, value) => count + leavesOf(value), 0),
  };
}

/** Share of the source's leaves, from 0 to 1, that are carried outside of residuals and hints; 1 where there are none. */
export const carriedShare = ({ source, residual, kept }: LeafCounts): number =>
  source === 0 ? 1 : Math.max(0, 1 - (residual + kept) / source);

/** Leaves of a JSON value; an empty list or object is one. */
export function leavesOf(value: JsonValue | undefined): number {
  if (value === undefined) return 0;
  if (typeof value !== 'object' || value === null) return 1;
  const inner = Object.values(value as JsonObject);
  return inner.length === 0 ? 1 : inner.reduce<number>((count, item) => count + leavesOf(item), 0);
}

/** Extensions below the gateway's IRIs, wherever in the record they stand, but for those inside one another. */
function gatewayParts(value: JsonValue | undefined): [string, JsonValue | undefined][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key.startsWith(CROSSWALK) ? [[key, inner] as [string, JsonValue | undefined]] : gatewayParts(inner),
  );
}

/** Leaves of the source that a residual keeps; where something stood, and what only the other record has, are no leaves. */
function residualLeaves(residual: JsonValue | undefined): number {
  const { set = {}, was = {}, lang = {} } = readResidual(residual) ?? {};
  const others = [...Object.values(was), ...Object.values(lang)].map((pair) => leavesOf(pair[1]));
  return [...Object.values(set).map(leavesOf), ...others].reduce((sum, count) => sum + count, 0);
}
