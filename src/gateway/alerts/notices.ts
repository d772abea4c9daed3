import type { ForwardEvent } from '../../forward/index.ts';
import type { Notice } from '../services.ts';

/** What of a delivery changes something that people are told. */
const TOLD: ReadonlySet<ForwardEvent['type']> = new Set(['stopped', 'opened', 'closed', 'dead', 'expired']);

/** True where an event may make an alert due. */
export const isWorthALook = ({ type }: ForwardEvent) => TOLD.has(type);

/** What a gateway reports where the record log failed. */
const STORAGE_FAULTS: ReadonlySet<string> = new Set([
  'log-unavailable',
  'delivery-unavailable',
  'index-unavailable',
  'retention-unavailable',
  'not-sealed',
]);

/** True where a notice says that the record log failed. */
export const isStorageFault = ({ event }: Notice) => STORAGE_FAULTS.has(event);
