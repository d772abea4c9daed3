/** The tenant of every record, as long as a gateway serves one. */
export const TENANT = 'default';
