/**
 * What an answer says of what was sent.
 *
 * - `delivered`: it was taken.
 * - `retry`: not now; the same request may succeed later.
 * - `stop`: the destination, its address or the credential is at fault, and each record would fail alike.
 * - `refused`: something in the request is at fault; the records are sent apart until the bad one stands alone.
 */
export type Disposition = 'delivered' | 'retry' | 'stop' | 'refused';

/** What single statuses mean. */
export type StatusTable = Readonly<Record<number, Disposition>>;

/** What statuses mean to every kind of destination (RFC 9110, 15; RFC 6585). */
export const COMMON_STATUSES: StatusTable = {
  400: 'refused',
  401: 'stop',
  402: 'stop',
  403: 'stop',
  404: 'stop',
  405: 'stop',
  407: 'stop',
  408: 'retry',
  410: 'stop',
  413: 'refused',
  415: 'stop',
  421: 'stop',
  422: 'refused',
  425: 'retry',
  429: 'retry',
};

/**
 * What an answer says, by the statuses of one kind, then by those of all, then by class. No answer at all is tried
 * again. A redirect is the destination's fault and not the record's: it has moved, or something stands before it.
 */
export function disposition(status: number | null, own: StatusTable = {}): Disposition {
  if (status === null) return 'retry';
  const listed = own[status] ?? COMMON_STATUSES[status];
  if (listed) return listed;
  if (status >= 200 && status < 300) return 'delivered';
  if (status >= 300 && status < 400) return 'stop';
  return status >= 400 && status < 500 ? 'refused' : 'retry';
}
