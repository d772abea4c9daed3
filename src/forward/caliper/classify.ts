import { disposition, type Disposition, type StatusTable } from '../status.ts';

/** Statuses of a Caliper endpoint (Caliper 1.2, 6.2): 422 is a data version that it does not know. */
const ENVELOPE_STATUSES: StatusTable = { 400: 'refused', 401: 'stop', 415: 'stop', 422: 'refused' };

/** What an answer to an envelope says. */
export const ofEnvelope = (status: number | null): Disposition => disposition(status, ENVELOPE_STATUSES);
