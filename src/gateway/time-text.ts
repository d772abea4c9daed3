/** A time in milliseconds since 1970-01-01T00:00:00Z as RFC 3339 in UTC. */
export const timeText = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** {@link timeText} of a time that there may be none of. */
export const timeOrNull = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : timeText(milliseconds);
