/** The tenant of everything that names none: the only one, as long as a gateway serves one. */
export const TENANT = 'default';
