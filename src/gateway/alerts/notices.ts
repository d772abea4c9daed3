import type { ForwardEvent } from '../../forward/index.ts';
import type { Notice } from '../services.ts';

/** What of a delivery changes something that people are told. */
const TOLD: ReadonlySet<ForwardEvent['type']> = new Set(['stopped', 'opened', 'closed', 'dead', 'expired']);

/** True where an event may make an alert due. */
export const isWorthALook = ({ type }: ForwardEvent) => TOLD.has(type);

/** True where a notice says that the record log failed. */
export const isStorageFault = ({ event }: Notice) =>
  event === 'log-unavailable' || event === 'delivery-unavailable' || event === 'index-unavailable';
